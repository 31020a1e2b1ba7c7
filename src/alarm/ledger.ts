import type { Incident } from "../incident/incident.ts";
import type { DiagnosisReason, Happening } from "../incident/timeline-entry.ts";
import type { AlarmState, Delivery } from "./alarm.ts";

/** What is remembered of one alarm. `firedAt` and the values of its last firing stay after it went quiet. */
export type KnownAlarm = {
  key: string;
  name: string;
  environment: string;
  state: AlarmState;
  changedAt: Date;
  firedAt?: Date;
  firings: number;
  /** Its last changes, oldest first, at most 12: for telling a flapping alarm. */
  changes: readonly Date[];
  lastToldAt?: Date;
  reason: string;
  value?: number;
  threshold?: number;
  /** The metrics it watches (`namespace/metric`); of an alarm on none, its name. */
  watches: readonly string[];
  incident?: number;
};

/** A diagnosis that is wanted, waits for its time, runs, or has ended. One environment is looked at by one diagnosis at a time. */
export type WantedDiagnosis = {
  incident: number;
  environment: string;
  runbook: string;
  why: DiagnosisReason;
  by: string;
  dueAt: Date;
};

/** A silence that somebody asked for. */
export type Mute = { environment: string; until: Date; by: string; at: Date };

/** What decides about an environment may read and write; all of it is kept, or nothing. */
export type Desk = {
  /** Keeps a delivery's id; false where it was taken in before. */
  isFirst: (delivery: Pick<Delivery, "id" | "source" | "receivedAt">) => Promise<boolean>;
  alarm: (key: string) => Promise<KnownAlarm | undefined>;
  keepAlarm: (alarm: KnownAlarm) => Promise<void>;
  /** The alarms of an incident. */
  alarmsOf: (incident: number) => Promise<readonly KnownAlarm[]>;
  /** Incidents of the environment that are open, or ended after `since`; the latest first. */
  incidents: (since: Date) => Promise<readonly Incident[]>;
  /** Opens one; its id is the next number. */
  open: (incident: Omit<Incident, "id" | "version">) => Promise<Incident>;
  /** Keeps an incident as it is now; its version goes up, and whoever tells of it hears so. */
  keep: (incident: Incident) => Promise<Incident>;
  note: (incident: number, at: Date, heardAt: Date, what: Happening) => Promise<void>;
  /** Wants a diagnosis, unless one of the same incident, runbook and reason is already wanted and has not begun. */
  want: (diagnosis: WantedDiagnosis) => Promise<void>;
  /** Takes back what is wanted of an incident for a reason and has not begun. */
  unwant: (incident: number, why: DiagnosisReason) => Promise<void>;
  /** When the incident's last diagnosis ended, and its verdict. */
  lastDiagnosis: (incident: number) => Promise<{ endedAt: Date; verdict: string } | undefined>;
  mute: () => Promise<Mute | undefined>;
  /** Holds a diagnosis that ended against what a repair of its incident is to be proven by, and tells how that stands then. */
  prove: (look: { diagnosis: string; incident: number }, now: Date) => Promise<Proving>;
};

/**
 * How a repair stands as a look leaves it. `under-way`: it is being made, or the symptom's numbers must stay good for longer; `proven`: they have, and this look shows them
 * good; `none`: nothing was repaired, or nothing proven, or it has been over for long.
 */
export type Proving = "none" | "under-way" | "proven";

/** Where it is written down what alarms said and what was decided. */
export type Ledger = {
  /** Runs `work` while nobody else, in any copy, decides about the environment: all that it wrote is kept when it returns, nothing when it throws. */
  decide: <Result>(environment: string, work: (desk: Desk) => Promise<Result>) => Promise<Result>;
  /** The environments of the alarms among these keys that are known; for a composite alarm, which is its children's. */
  whose: (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Counts an alarm that belongs to no environment, once a delivery. */
  unmatched: (delivery: Delivery) => Promise<void>;
  /** Counts what was refused, and why, by day. */
  refused: (source: string, because: string, at: Date) => Promise<void>;
};
