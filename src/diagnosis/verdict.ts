import type { Because } from "../words/because.ts";

/** How a cause came out. `ruled-out` needs evidence against it; `unknown` means that what would tell could not be seen. */
export type CauseState = "confirmed" | "suspected" | "ruled-out" | "unknown";

/** A fact that a verdict cites: `namespace.name`, seen from a host. */
export type Cited = { fact: string; host: string };

/** One cause with its state, the evidence for and against it, and the facts that would have told and were not seen. */
export type Judged = {
  id: string;
  state: CauseState;
  /** The hosts on which the deciding condition held; empty when hosts make no difference. */
  hosts: readonly string[];
  for: readonly Cited[];
  against: readonly Cited[];
  unknown: readonly Cited[];
  /** Set where the evidence would confirm it but it began after what it should have caused. */
  tooLate?: boolean;
};

/** A symptom that was seen, and where. */
export type Seen = { id: string; visible: boolean; hosts: readonly string[] };

/** What the evidence proves. Same evidence, same verdict. */
export type Verdict = {
  verdict: "root-cause" | "inconclusive" | "no-known-cause" | "healthy";
  /** The confirmed causes that no other confirmed cause explains. */
  rootCauses: readonly string[];
  causes: readonly Judged[];
  symptoms: readonly Seen[];
  /** From the root cause to what users notice, along `leads_to`. */
  chain: readonly string[];
  /** Required steps that were not seen whole: why the verdict cannot be `healthy`. */
  notSeen: readonly { host: string; step: string; because: Because }[];
};
