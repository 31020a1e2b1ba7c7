import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Client } from "pg";
import type { Database } from "../database/connect.ts";
import { hold, type Holding } from "./held-connection.ts";
import { openDuty, type Duty } from "./duty.ts";

/**
 * The copies of this program on one store. A copy lives as long as its connection, which holds a lock of its name; one of them is on duty. A copy whose
 * connection was lost counts as dead, and comes back with another id: what it was doing belongs to whoever takes it.
 */
export type Copies = {
  /** This copy's id now. */
  readonly id: string;
  /** Aborts when the copy with the id of now counts as dead: what it runs must end, since another may have taken it. */
  readonly lost: AbortSignal;
  isAlive: (id: string) => Promise<boolean>;
  /**
   * Does `work` whenever this copy is on duty, until `stop`, which waits for its end. It should end soon after its signal aborts, which it does at once
   * when the connection is lost. Work that rejects is begun again after a second.
   */
  onDuty: (work: (signal: AbortSignal) => Promise<void>) => { stop: () => Promise<void> };
  close: () => Promise<void>;
};

/** How often a copy shows that its connection stands, and asks for the duty; and how long it waits for an answer. */
const BEAT_MS = 1_000;
const ANSWER_MS = 3_000;

// Where the network is cut without a word, the server gives the locks back after some 11 s; the copy itself is off duty after 4.
const KEEPALIVE =
  "set tcp_keepalives_idle to 5; set tcp_keepalives_interval to 2; set tcp_keepalives_count to 3; set tcp_user_timeout to 11000";

const lockOf = (name: string) => `gumshoe ${name}`;
const TRY_DUTY = "select pg_try_advisory_lock(hashtextextended($1, 0)) as got";
const LEAVE_DUTY = "select pg_advisory_unlock(hashtextextended($1, 0))";

/** Begins this copy's life; resolves when others can see it. */
export async function openCopies(db: Database, holding: Pick<Holding, "url" | "log" | "revive">): Promise<Copies> {
  let life = newLife();
  const duty = openDuty(holding.log);
  const born = Promise.withResolvers<void>();
  const held = await hold({
    ...holding,
    doing: "holding this copy's place in the store",
    use: async (client, signal) => {
      life = newLife();
      signal.addEventListener("abort", life.end, { once: true });
      try {
        await client.query(KEEPALIVE);
        await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [lockOf(`copy ${life.id}`)]);
        born.resolve();
        await live(client, duty, life.lost);
      } finally {
        life.end();
        await duty.end();
      }
    },
  });
  await born.promise;
  return {
    get id() {
      return life.id;
    },
    get lost() {
      return life.lost;
    },
    isAlive: async (id) => isLocked(db, lockOf(`copy ${id}`)),
    onDuty: duty.add,
    close: held.close,
  };
}

function newLife(): { id: string; lost: AbortSignal; end: () => void } {
  const over = new AbortController();
  return { id: randomBytes(6).toString("hex"), lost: over.signal, end: () => over.abort() };
}

/** Asks the server again and again; takes the duty when nobody has it and there is work, and gives it back when there is none. */
async function live(client: Client, duty: Duty, signal: AbortSignal): Promise<void> {
  const ask = async (text: string, values: string[] = []) => inTime(client.query<{ got?: boolean }>(text, values));
  let has = false;
  while (!signal.aborted) {
    if (has && duty.isIdle()) {
      await ask(LEAVE_DUTY, [lockOf("duty")]);
      has = false;
    } else if (has || duty.isIdle()) await ask("select 1");
    else has = (await ask(TRY_DUTY, [lockOf("duty")])).rows[0]?.got === true;
    if (has) duty.begin(signal);
    await duty.change(BEAT_MS, signal);
  }
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the store does not answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** A lock of 64 bits is shown as two halves (pg_locks). */
async function isLocked(db: Database, name: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`select exists (
    select from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and ((classid::bigint << 32) | objid::bigint) = hashtextextended(${name}, 0)) as locked`.execute(db);
  return rows[0]?.locked === true;
}
