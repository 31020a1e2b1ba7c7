import type { Window } from "../incident/window.ts";
import type { FactSpecs, Facts } from "../runbook/facts.ts";

/** Facts about the incident and the environment themselves, the same for all hosts. */
export const incidentFacts: FactSpecs = {
  known: { kind: "flag", doc: "The access log or an alarm tells when the incident began; otherwise the last 15 minutes are looked at" },
  beganAtMs: { kind: "time", doc: "When the incident began" },
  hasCelery: { kind: "flag", doc: "The environment has a task queue" },
};

/** The incident's facts for a window; a window taken by default is not a known beginning. */
export function factsOfIncident(window: Window, hasCelery: boolean): Facts {
  const known = window.basis !== "default";
  return { known, hasCelery, ...(known ? { beganAtMs: window.beganAt.getTime() } : {}) };
}
