import type { WantedDiagnosis } from "../alarm/ledger.ts";
import type { RawEvidence } from "../evidence/read-evidence.ts";
import type { Home, Incident } from "../incident/incident.ts";
import type { Figures } from "./figures.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How a diagnosis ended. `told` is what the headline says of it, in the channel's language; `alike` is the same where the picture is the same (verdict,
 * root causes, suspicions); `figures` are the symptom's own numbers, whatever caused it. `failed` carries the id that leads to the error in the log; `stopped`: the program was.
 */
export type DiagnosisEnd =
  | {
      how: "judged";
      verdict: Verdict["verdict"];
      rootCauses: readonly string[];
      alike: string;
      told: HeadlineTold;
      ms: number;
      figures?: Figures;
    }
  | { how: "failed"; because: string }
  | { how: "stopped" };

/** What a headline says of a verdict: sentences that are ready, and not yet made safe. */
export type HeadlineTold = {
  verdict: Verdict["verdict"];
  roots: readonly { title: string; where?: string; says: string }[];
  suspected: readonly string[];
  notSeen: number;
  advice?: string;
  at: string;
  took: string;
};

/** One diagnosis as it is written down. Its `id` is in the key of all that it posts. `round` counts how often it was begun: a copy that died leaves it to another. */
export type DiagnosisRow = WantedDiagnosis & {
  id: string;
  state: "wanted" | "running" | "ended";
  round: number;
  beganAt?: Date;
  endedAt?: Date;
  end?: DiagnosisEnd;
};

/** A person's wish. */
export type AskedDiagnosis = {
  environment: string;
  runbook: string;
  by: { userId: string; name: string };
  home: Home;
  now: Date;
};

/** What a wish came to: it began (in a new incident, or in the one that is open, whose thread it belongs into), or one is under way. */
export type Begun = { begun: DiagnosisRow; incident: Incident; joined: boolean } | { running: DiagnosisRow; incident: Incident };

/** The diagnoses of all copies: one an environment at a time, and none is lost when a copy dies. */
export type Diagnoses = {
  /** Begins the diagnosis that a person asked for; it runs as this copy's. */
  ask: (asked: AskedDiagnosis) => Promise<Begun>;
  /** Takes what is due next, or what a copy that died has left, where its environment is not being looked at; it runs as this copy's. */
  takeDue: (now: Date) => Promise<{ row: DiagnosisRow; incident: Incident } | undefined>;
  /** Ends one, with its evidence (kept redacted and packed) where there is some. What came of it is decided by `alarm/settle.ts`. */
  end: (id: string, end: DiagnosisEnd, now: Date, raw?: RawEvidence) => Promise<void>;
  running: () => Promise<readonly DiagnosisRow[]>;
  /** Those that ended since then and of which nobody has decided what they came to: the copy that ran them died before it did. Oldest first. */
  unsettled: (since: Date) => Promise<readonly DiagnosisRow[]>;
  /** The latest that ended in an incident. */
  lastIn: (incident: number) => Promise<DiagnosisRow | undefined>;
  /** The latest that ended in each environment. */
  last: () => Promise<ReadonlyMap<string, { row: DiagnosisRow; incident: Incident }>>;
};
