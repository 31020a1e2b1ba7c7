import type { IncidentState } from "./incident.ts";
import type { Numbers } from "./numbers.ts";

/** One thing that happened in an incident, without words of any language. `by` is a person's name, "gumshoe", or the source of an alarm. */
export type Happening =
  | { kind: "opened"; by: string }
  | { kind: "reopened"; by: string }
  | { kind: "alarm-fired"; alarm: string; name: string; reason: string; value?: number; threshold?: number; repeated?: number }
  | { kind: "alarm-quiet"; alarm: string; name: string; reason: string }
  | { kind: "alarm-flaps"; alarm: string; name: string; changes: number }
  | { kind: "alarm-no-data"; alarm: string; name: string; reason: string }
  | { kind: "looking"; diagnosis: string; runbook: string; why: DiagnosisReason; by: string }
  | { kind: "looked"; diagnosis: string; verdict: string; rootCauses: readonly string[]; says: string; sameAsBefore: boolean }
  | { kind: "look-failed"; diagnosis: string; because: string }
  | { kind: "state"; from: IncidentState; to: IncidentState }
  | { kind: "called"; whom: string }
  | { kind: "muted"; by: string; until: string }
  | { kind: "unmuted"; by: string }
  | { kind: "reported"; by: string }
  | { kind: "planned"; plan: string; action: string; by: string }
  | { kind: "approved"; plan: string; action: string; by: string; missing: number }
  | { kind: "carried-out"; plan: string; action: string; outcome: PlanOutcome }
  | { kind: "proof-began"; plan: string; action: string; goodMs: number }
  | { kind: "proven"; plan: string; action: string; goodMs: number; changedAt: number; before: Numbers; after: Numbers }
  | { kind: "not-proven"; plan: string; action: string; is: Unproven; before: Numbers; figures: Numbers };

/** A happening with its time. `at` is when it happened by its source's clock, `heardAt` when it was taken in. */
export type TimelineEntry = { incident: number; at: Date; heardAt: Date; what: Happening };

/** Why a diagnosis runs: a person asked, the incident opened, a new kind of alarm changed the picture, its symptom may be gone. */
export type DiagnosisReason = "asked" | "opened" | "new-alarm" | "recheck";

/** What became of a plan whose turn came: `void`, what people had said yes to was not what would have been done; `late`, it took longer than it may. */
export type PlanOutcome = "done" | "void" | "failed" | "late" | "halted" | "broke";

/** Why nothing was proven: numbers were not good, were worse than before, could not be seen, or another change came. */
export type Unproven = "not-proven" | "worse" | "unseen" | "superseded";
