import type { Database } from "../database/connect.ts";
import { sql } from "kysely";

/** The message of each plan of these incidents that was done says what comes next: told anew where another plan was made, or has ended. */
export async function showNext(tx: Database, incidents: readonly number[]): Promise<void> {
  if (incidents.length === 0) return;
  const done = tx.updateTable("plan").where("incident_id", "in", incidents).where("state", "=", "ended");
  await done
    .where(sql<boolean>`ending ->> 'how' = 'done'`)
    .set(({ eb }) => ({ version: eb("version", "+", 1) }))
    .execute();
}
