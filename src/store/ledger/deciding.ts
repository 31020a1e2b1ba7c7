import { sql, type Transaction } from "kysely";
import type { Desk } from "../../alarm/ledger.ts";
import { append, type Line } from "../audit/append.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import type { Ring } from "../database/ring.ts";
import type { Tables } from "../tables.ts";
import type { Topic } from "../wake.ts";
import { deskOver } from "./desk.ts";
import { turns } from "./turns.ts";

/** What is decided about an environment: by the desk, or in the same transaction beside it. Lines that it notes go to the audit last of all. */
type Work<Result> = (desk: Desk, tx: Transaction<Tables>, note: (line: Line) => void) => Promise<Result>;

/**
 * Runs work in one transaction while nobody else, in any copy, decides about the environment; `what` says in an error what was being done.
 * Whatever writes an incident, its timeline or its diagnoses goes through here, or takes the same lock, so that their numbers grow in the order in which they are kept.
 */
export type Decide = <Result>(about: { environment: string; what: string }, work: Work<Result>) => Promise<Result>;

/** Deciding over a database, which tells the copies of what is new; `newId` names diagnoses that are wanted. */
export function deciding(db: Database, ring: Ring, newId: () => string): Decide {
  const inTurn = turns();
  return async ({ environment, what }, work) => {
    const decided = inTurn(environment, async () =>
      inTransaction(db, async (tx) => {
        await lockEnvironment(tx, environment);
        const { desk, keepAll, lines: ofDesk } = deskOver(tx, environment, newId);
        const lines: Line[] = [];
        const result = await work(desk, tx, (line) => void lines.push(line));
        const topics = await keepAll();
        await append(tx, [...lines, ...ofDesk]);
        return { result, topics };
      }),
    );
    const { result, topics }: { result: Awaited<ReturnType<typeof work>>; topics: readonly Topic[] } = await doing(what, decided);
    for (const topic of topics) ring(topic);
    return result;
  };
}

/** Waits until nobody else, in any copy, writes to the environment's timeline; it lasts until the transaction ends. */
export async function lockEnvironment(tx: Transaction<Tables>, environment: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`gumshoe environment ${environment}`}))`.execute(tx);
}

/** Where the connection is lost, taking back fails too; the first error is the one that tells. */
async function inTransaction<Result>(db: Database, work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result> {
  let first: { error: unknown } | undefined;
  const transaction = db.transaction().execute(async (tx) =>
    work(tx).catch((error: unknown) => {
      first = { error };
      throw error;
    }),
  );
  return transaction.catch((error: unknown) => {
    throw first ? first.error : error;
  });
}
