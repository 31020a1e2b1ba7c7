/*
 * Words of this room:
 * - An incident is one open problem in one environment. Whatever belongs to it (alarms, diagnoses, what people do) is told in one thread.
 * - Its headline is the thread's first message; it says how things are now and is edited in place.
 * - `open`: something is wrong, or nobody could tell yet. `easing`: every alarm is quiet again, and a look must show that the symptom is gone.
 *   `recovered`: a look showed it. `lapsed`: nothing was heard of it for a day, and no look showed it gone.
 * - An incident that ended is opened anew, in its old thread, where something fires again soon enough.
 */

/** How an incident stands. */
export type IncidentState = "open" | "easing" | "recovered" | "lapsed";

/** How bad an environment's alarms are taken to be; decides whether somebody on call is called. */
export type Severity = "critical" | "warning";

/** What an incident began with: an alarm, a person who asked, a scheduled look. */
export type OpenedBy =
  | { kind: "alarm"; alarm: string }
  | { kind: "person"; userId: string; name: string }
  | { kind: "check"; cron: string };

/** Where an incident is told: in a thread of its own in a channel, or in the thread of a message that is there. */
export type Home = { channel: string; threadTs?: string };

/** One open problem in one environment, as it stands. Times are real times; `alarms` counts how often something began to fire. */
export type Incident = {
  id: number;
  environment: string;
  state: IncidentState;
  severity: Severity;
  openedBy: OpenedBy;
  openedAt: Date;
  /** The last time anything of it was heard: an alarm, a look, a person. */
  lastHeardAt: Date;
  alarms: number;
  lastAlarmAt?: Date;
  /** Set in `easing`, `recovered` and `lapsed`: when the last alarm went quiet, or the incident ended. */
  easedAt?: Date;
  endedAt?: Date;
  /** How often it was opened anew. */
  reopened: number;
  /** The runbooks that it was, or is to be, looked at by. */
  runbooks: readonly string[];
  home: Home;
  /** Counts every change that its headline tells of, and what of them is told. */
  version: number;
};

/** Whether something is still to be done or heard about an incident. */
export function isOpen({ state }: Pick<Incident, "state">): boolean {
  return state === "open" || state === "easing";
}

const MOVES: Record<IncidentState, readonly IncidentState[]> = {
  open: ["easing", "recovered", "lapsed"],
  easing: ["open", "recovered", "lapsed"],
  recovered: ["open"],
  lapsed: ["open"],
};

/** Throws where an incident cannot go from one state to another. */
export function mayMove(from: IncidentState, to: IncidentState): void {
  if (from !== to && !MOVES[from].includes(to)) throw new Error(`an incident that is ${from} cannot become ${to}`);
}
