import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";

/** An alarm that belongs to no environment: how often it came on a day, and when last. */
export type UnmatchedAlarm = { key: string; name: string; count: number; lastAt: Date };

/** What was refused on a day, with the reason, and how often. */
export type Refusal = { source: string; because: string; count: number };

/** Reading what was counted; days are of UTC, such as 2026-11-26. */
export type Counted<One> = { of: (day: string) => Promise<readonly One[]> };

/** The alarms that belong to no environment, the most frequent first. */
export function unmatchedOf(db: Database): Counted<UnmatchedAlarm> {
  return {
    of: async (day) => {
      const rows = db.selectFrom("unmatched").selectAll().where("day", "=", day).orderBy("count", "desc").orderBy("name").execute();
      return (await doing("reading the alarms that are no environment's", rows)).map(({ key, name, count, last_at: lastAt }) => ({
        key,
        name,
        count,
        lastAt,
      }));
    },
  };
}

/** What was refused, the most frequent first. */
export function refusalsOf(db: Database): Counted<Refusal> {
  return {
    of: async (day) => {
      const rows = db.selectFrom("refusal").select(["source", "because", "count"]).where("day", "=", day);
      return doing("reading what was refused", rows.orderBy("count", "desc").orderBy("because").execute());
    },
  };
}
