import { diagnosisOf, type Diagnosis } from "../../diagnosis/diagnosis.ts";
import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import { timelineOf, type TimelineEntry } from "../../diagnosis/timeline.ts";
import type { Findings } from "../../evidence/evidence.ts";
import type { Parser } from "../../evidence/parser.ts";
import type { RawEvidence } from "../../evidence/read-evidence.ts";
import type { Library } from "../../runbook/library.ts";
import type { IncidentRecord } from "../incident-record.ts";

/** A diagnosis whose evidence is still kept, judged once more by the runbooks of today. */
export type Looked = { row: DiagnosisRow; raw: RawEvidence; diagnosis: Diagnosis };

/** Each judging takes up to 0.2 s; of more looks the first half and the last half are read, since those between tell what both of them do. */
const MOST_LOOKS = 8;

/** The diagnoses of an incident with their evidence, in the order in which they looked; those whose evidence or runbook is gone are left out. */
export function lookedOf(
  record: IncidentRecord,
  { library, parsers }: { library: Library; parsers: ReadonlyMap<string, Parser> },
): readonly Looked[] {
  const judged = record.diagnoses.filter(({ end }) => end?.how === "judged");
  const half = MOST_LOOKS / 2;
  const rows = judged.length > MOST_LOOKS ? [...judged.slice(0, half), ...judged.slice(-half)] : judged;
  const looked = rows.flatMap((row) => {
    const runbook = library.runbooks.get(row.runbook);
    const raw = runbook && record.evidence(row.id);
    return raw ? [{ row, raw, diagnosis: diagnosisOf(record.incident.environment, raw, runbook, library, parsers) }] : [];
  });
  return looked.toSorted((a, b) => a.raw.at.getTime() - b.raw.at.getTime());
}

/** The look that tells most of the incident: the last that named a root cause, else the last that found something, else the last. */
export function mainOf(looks: readonly Looked[]): Looked | undefined {
  const verdictOf = ({ diagnosis }: Looked) => diagnosis.verdict.verdict;
  return (
    looks.findLast((look) => verdictOf(look) === "root-cause") ?? looks.findLast((look) => verdictOf(look) !== "healthy") ?? looks.at(-1)
  );
}

/** The last diagnosis that ended in a verdict, by the same order of preference; its sentences stay when its evidence is gone. */
export function mainRowOf({ diagnoses }: Pick<IncidentRecord, "diagnoses">): DiagnosisRow | undefined {
  const judged = diagnoses.filter(({ end }) => end?.how === "judged");
  const verdictOf = ({ end }: DiagnosisRow) => (end?.how === "judged" ? end.verdict : undefined);
  return (
    judged.findLast((row) => verdictOf(row) === "root-cause") ?? judged.findLast((row) => verdictOf(row) !== "healthy") ?? judged.at(-1)
  );
}

/** What the logs of all looks say happened, each moment once, from two minutes before the incident began. */
export function momentsOf(looks: readonly Looked[]): TimelineEntry[] {
  const windows = looks.map(({ diagnosis }) => diagnosis.evidence.window);
  const [first] = windows.toSorted((a, b) => a.beganAt.getTime() - b.beganAt.getTime());
  const last = looks.at(-1);
  if (!first || !last) return [];
  const hosts = new Map<string, Map<string, Findings extends ReadonlyMap<string, infer F> ? F : never>>();
  looks.forEach(({ diagnosis }, nth) => {
    for (const [host, findings] of diagnosis.evidence.hosts) {
      const all = hosts.get(host) ?? new Map();
      for (const [step, finding] of findings) all.set(`${nth} ${step}`, finding);
      hosts.set(host, all);
    }
  });
  const { evidence } = last.diagnosis;
  return timelineOf({ ...evidence, window: { ...first, to: evidence.window.to }, hosts });
}
