import type { AuditLine } from "../../report/incident-record.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { append, type Line } from "./append.ts";

/** Who did what; lines are added, and never changed (the database refuses that). */
export type Audit = {
  note: (line: Line) => Promise<void>;
  /** The lines of an incident, oldest first. */
  of: (incident: number) => Promise<readonly AuditLine[]>;
};

/** The audit over a database. */
export function auditOf(db: Database): Audit {
  return {
    note: async (line) => doing(`noting in the audit that ${line.actor} ${line.event}`, append(db, [line])),
    of: async (incident) => {
      const rows = db.selectFrom("audit").select(["at", "actor", "event", "detail"]).where("incident_id", "=", incident).orderBy("nth");
      const lines = await doing(`reading the audit of incident ${incident}`, rows.execute());
      return lines.map((line) => ({ ...line, detail: line.detail as AuditLine["detail"] }));
    },
  };
}
