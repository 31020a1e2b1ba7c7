import type { AuditLine } from "../../report/incident-record.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { storableJson, storableText } from "../rows/storable.ts";

/** Who did what; lines are added, and never changed (the database refuses that). */
export type Audit = {
  note: (line: AuditLine & { incident?: number }) => Promise<void>;
  /** The lines of an incident, oldest first. */
  of: (incident: number) => Promise<readonly AuditLine[]>;
};

/** The audit over a database. */
export function auditOf(db: Database): Audit {
  return {
    note: async ({ at, incident, actor, event, detail }) => {
      const line = {
        at,
        incident_id: incident ?? null,
        actor: storableText(actor),
        event: storableText(event),
        detail: storableJson(detail),
      };
      await doing(`noting in the audit that ${actor} ${event}`, db.insertInto("audit").values(line).execute());
    },
    of: async (incident) => {
      const rows = db.selectFrom("audit").select(["at", "actor", "event", "detail"]).where("incident_id", "=", incident).orderBy("id");
      const lines = await doing(`reading the audit of incident ${incident}`, rows.execute());
      return lines.map((line) => ({ ...line, detail: line.detail as AuditLine["detail"] }));
    },
  };
}
