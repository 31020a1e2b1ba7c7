import type { KnownAlarm } from "../alarm/ledger.ts";
import type { DiagnosisRow } from "../diagnosis/diagnoses.ts";
import type { Entry } from "../diagnosis/untold.ts";
import type { RawEvidence } from "../evidence/read-evidence.ts";
import type { Incident } from "../incident/incident.ts";

/** One line of the audit: who (a person's name, or "gumshoe") did what (`muted`, `reported`, later `approved`), with what is known of it. */
export type AuditLine = { at: Date; actor: string; event: string; detail: Readonly<Record<string, unknown>> };

/**
 * Everything that is written down of one incident: `timeline` oldest first, `diagnoses` in the order in which they were due (also those that wait or
 * run), `alarms` as they are now, `audit` oldest first. `evidence` is what a diagnosis brought back, where that is still kept (30 days at most).
 */
export type IncidentRecord = {
  incident: Incident;
  timeline: readonly Entry[];
  alarms: readonly KnownAlarm[];
  diagnoses: readonly DiagnosisRow[];
  evidence: (diagnosis: string) => RawEvidence | undefined;
  audit: readonly AuditLine[];
};

/** The incidents that are written down, for reading: one whole, or the newest first. */
export type ReadIncidents = {
  record: (id: number) => Promise<IncidentRecord | undefined>;
  list: (which: { open?: boolean; most: number }) => Promise<readonly Incident[]>;
};
