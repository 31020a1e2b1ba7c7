import { sql } from "kysely";
import type { Topic } from "../wake.ts";
import type { Database } from "./connect.ts";

/** Tells all copies that there is something new of a topic, and waits for nothing. What is not heard is found within a second anyway. */
export type Ring = (topic: Topic) => void;

/**
 * Ringing over a database, after what is new was committed: in a transaction a notice makes all commits wait for one another (2.9 ms instead of 1.5 ms
 * each, five at a time). While one is under way, any number of further ones become one.
 */
export function ringer(db: Database): Ring {
  const underWay = new Map<Topic, { again: boolean }>();
  const ring = async (topic: Topic): Promise<void> => {
    const turn = { again: true };
    underWay.set(topic, turn);
    while (turn.again) {
      turn.again = false;
      await sql`select pg_notify('gumshoe', ${topic})`.execute(db).catch(() => {});
    }
    underWay.delete(topic);
  };
  return (topic) => {
    const turn = underWay.get(topic);
    if (turn) turn.again = true;
    else void ring(topic);
  };
}
