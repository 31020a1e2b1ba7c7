import { sql, type Transaction } from "kysely";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import type { Tables } from "../tables.ts";
import { lineText, START, verifyChain, type Content, type Head, type Verified } from "./chain.ts";

/** Lines that are read at once. */
const ROWS = 1_000;

/** Whether the audit of a store is whole, up to its head; `known` is a head that was noted earlier. */
export async function verifyAudit(db: Database, known?: Head): Promise<Verified> {
  return atOneMoment(db, "verifying the audit", async (tx) => {
    const head = (await tx.selectFrom("audit_head").select(["lines", "hash"]).executeTakeFirst()) ?? START;
    return verifyChain(linesIn(tx), { head, ...(known ? { known } : {}) });
  });
}

/** Lets `write` have every line of the audit, or those of an incident, as text that can be verified by itself; in their order, of one moment. */
export async function exportAudit(db: Database, incident: number | undefined, write: (line: string) => Promise<void>): Promise<void> {
  await atOneMoment(db, "exporting the audit", async (tx) => {
    for await (const line of linesIn(tx, incident)) await write(line);
  });
}

async function atOneMoment<Result>(db: Database, what: string, work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result> {
  return doing(what, db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(work));
}

async function* linesIn(tx: Transaction<Tables>, incident?: number): AsyncGenerator<string> {
  const only = incident === undefined ? sql`true` : sql`incident_id = ${incident}`;
  for (let [after, got] = [-1, ROWS]; got === ROWS;) {
    const { rows } = await sql<Content>`
      select nth, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, incident_id as incident, plan_id as plan, environment,
        actor, event, detail::text as detail, previous, hash
      from audit where nth > ${after} and ${only} order by nth limit ${ROWS}`.execute(tx);
    for (const row of rows) yield lineText(row);
    [after, got] = [rows.at(-1)?.nth ?? after, rows.length];
  }
}
