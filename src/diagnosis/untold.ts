import type { KnownAlarm, Mute } from "../alarm/ledger.ts";
import type { Incident } from "../incident/incident.ts";
import type { Numbers } from "../incident/numbers.ts";
import type { TimelineEntry } from "../incident/timeline-entry.ts";
import type { DiagnosisRow } from "./diagnoses.ts";

/** A timeline entry with its number; later ones have higher numbers. */
export type Entry = TimelineEntry & { id: number };

/** An incident of which something is not told yet: how it stands, and the entries since it was last told of, oldest first. */
export type Untold = {
  incident: Incident;
  /** The version that its headline tells of; 0 where nothing is told yet. */
  toldVersion: number;
  entries: readonly Entry[];
  /** Whether whoever is on call was called for it. */
  called: boolean;
  /** When posts were made into its thread for entries, the last few; for the noise budget. */
  postedAt: readonly Date[];
  alarms: readonly KnownAlarm[];
  /** The diagnosis under way, the last that ended, and the one before it; `found` is the latest before `last` that found a root cause. */
  running?: DiagnosisRow;
  last?: DiagnosisRow;
  before?: DiagnosisRow;
  found?: DiagnosisRow;
  mute?: Mute;
  /** The figures before and after a repair, where it was proven since the incident opened, or opened anew. */
  proven?: { before: Numbers; after: Numbers };
};

/**
 * How far an incident is told. Neither version nor entry ever goes back, so 0 leaves it as it is. `called` is who was called in what was told, and
 * when: the timeline gets it with the rest.
 */
export type ToldUpTo = { version: number; entry: number; postedAt: readonly Date[]; called?: { whom: string; at: Date } };

/** What is not told yet, and what is from now on. */
export type UntoldFeed = {
  /** Incidents with something untold (a version above the told one, or an entry after the last told one), those untold longest first; at most `most`. */
  untold: (most: number) => Promise<readonly Untold[]>;
  /** The outbox owns what tells of an incident up to this. */
  told: (incident: number, upTo: ToldUpTo) => Promise<void>;
};
