import type { Insertable, Selectable } from "kysely";
import type { WantedDiagnosis } from "../../alarm/ledger.ts";
import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Tables } from "../tables.ts";
import { storableText, withoutNulls } from "./storable.ts";

/** A diagnosis, as its row has it. */
export function diagnosisOf(row: Selectable<Tables["diagnosis"]>): DiagnosisRow {
  return {
    id: row.id,
    incident: row.incident_id,
    environment: row.environment,
    runbook: row.runbook,
    why: row.why,
    by: row.by,
    dueAt: row.due_at,
    state: row.state,
    round: row.round,
    ...withoutNulls({ beganAt: row.began_at, endedAt: row.ended_at, end: row.ending }),
  };
}

/** The row of a diagnosis that is wanted and has not begun. */
export function wantedRow(id: string, wanted: WantedDiagnosis): Insertable<Tables["diagnosis"]> {
  const { incident, environment, runbook, why, dueAt } = wanted;
  return { id, incident_id: incident, environment, runbook, why, by: storableText(wanted.by), due_at: dueAt, state: "wanted" };
}
