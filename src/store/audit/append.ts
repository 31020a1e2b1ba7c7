import type { AuditLine } from "../../report/incident-record.ts";
import type { Database } from "../database/connect.ts";
import { storableJson, storableText } from "../rows/storable.ts";

/** A line of the audit, and what it is about. */
export type Line = AuditLine & { incident?: number; plan?: string; environment?: string };

/**
 * Adds lines to the audit's end; the database chains them (migrations/002-plans.sql). From then on nobody else adds any until the transaction is over:
 * it is the last that a transaction does, and nothing is waited for after it.
 */
export async function append(db: Database, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ at, incident, plan, environment, actor, event, detail }) => ({
    at,
    incident_id: incident ?? null,
    plan_id: plan ?? null,
    environment: environment ?? null,
    actor: storableText(actor),
    event: storableText(event),
    detail: storableJson(detail),
  }));
  await db.insertInto("audit").values(rows).execute();
}
