import { isOpen, type Incident } from "../incident/incident.ts";
import type { Alarm } from "./alarm.ts";
import { flapsBy } from "./known/flapping.ts";
import { isFiring, isOlder, remember } from "./known/known-alarm.ts";
import type { KnownAlarm } from "./ledger.ts";

/**
 * What an alarm means:
 * - `new`: opens an incident. `reopens`: opens the one anew that ended within the window. `joins`: begins to fire in the open one; `muted`: the same, while
 *   nobody wants to hear of it. `late`: fired and went quiet before anything was heard of it; that was an incident too.
 * - `repeat-due`: fires still, and that was not said for a while. `still-firing`: the same, said lately.
 * - `flapping`: changes so often that it is told once. `flaps-on`: and goes on so.
 * - `alarm-quiet`: went quiet while others fire. `all-quiet`: it was the last. `stale-ok`: went quiet without an incident that it fired in.
 * - `no-data`: fired and cannot be seen any more, which is no recovery. `stale-no-data`: cannot be seen, and did not fire.
 * - `suppressed`: CloudWatch itself holds it back. `out-of-order`: older than what is known; changes nothing.
 */
export type Triage =
  | "new"
  | "reopens"
  | "joins"
  | "muted"
  | "late"
  | "repeat-due"
  | "still-firing"
  | "flapping"
  | "flaps-on"
  | "alarm-quiet"
  | "all-quiet"
  | "stale-ok"
  | "no-data"
  | "stale-no-data"
  | "suppressed"
  | "out-of-order";

/** What an alarm comes into: what is known of it, the incident that is its place, whether others fire there, and the environment's window. */
export type Standing = {
  known: KnownAlarm | undefined;
  place: Incident | undefined;
  othersFire: boolean;
  muted: boolean;
  windowMs: number;
};

/** That an alarm fires still is said again after this long. */
const REPEAT_AFTER_MS = 30 * 60_000;

/** What an alarm means where it stands. */
export function triage(alarm: Alarm, standing: Standing, now: Date): Triage {
  const { known, place, windowMs } = standing;
  if (known && isOlder(alarm, known)) {
    const recent = now.getTime() - alarm.changedAt.getTime() < windowMs;
    const isNews = (!known.firedAt || known.firedAt < alarm.changedAt) && isOutside(alarm, place);
    return alarm.state === "alarm" && alarm.suppressedBy === undefined && isNews && recent ? "late" : "out-of-order";
  }
  if (alarm.state === "alarm") return firing(alarm, standing, now);
  const fired = known !== undefined && isFiring(known) && belongs(known, place);
  if (alarm.state === "no-data") {
    if (!fired) return "stale-no-data";
    return known.state === "no-data" ? "stale-no-data" : (flapping(alarm, known) ?? "no-data");
  }
  if (!fired) return "stale-ok";
  return flapping(alarm, known) ?? (standing.othersFire ? "alarm-quiet" : "all-quiet");
}

/** Whether a change belongs to no incident there is: none has its place, or the one that has ended before it. */
function isOutside({ changedAt }: Alarm, place: Incident | undefined): boolean {
  return !place || (!isOpen(place) && place.endedAt !== undefined && place.endedAt < changedAt);
}

function firing(alarm: Alarm, { known, place, muted }: Standing, now: Date): Triage {
  if (alarm.suppressedBy !== undefined) return "suppressed";
  if (!place) return "new";
  if (!isOpen(place)) return "reopens";
  if (!known || known.incident !== place.id) return muted ? "muted" : "joins";
  const flaps = known.state === "alarm" ? undefined : flapping(alarm, known);
  if (flaps) return flaps;
  if (!isFiring(known)) return muted ? "muted" : "joins";
  const due = now.getTime() - (known.lastToldAt?.getTime() ?? 0) >= REPEAT_AFTER_MS;
  return due && !muted ? "repeat-due" : "still-firing";
}

function flapping(alarm: Alarm, known: KnownAlarm): "flapping" | "flaps-on" | undefined {
  const flaps = flapsBy(remember(known, alarm, known.environment).changes);
  if (flaps === "no") return undefined;
  return flaps === "begins" ? "flapping" : "flaps-on";
}

function belongs(known: KnownAlarm, place: Incident | undefined): boolean {
  return place !== undefined && isOpen(place) && known.incident === place.id;
}

/**
 * The incident that an alarm belongs into: the open one that it fired in; an open one that was heard of within the window, or that is looked at by the
 * runbook of this alarm anyway; else the latest that ended within the window. `incidents` has the latest first.
 */
export function placeOf(
  incidents: readonly Incident[],
  { known, runbook }: { known: KnownAlarm | undefined; runbook: string },
  { since }: { since: Date },
): Incident | undefined {
  const open = incidents.filter(isOpen);
  return (
    open.find(({ id }) => id === known?.incident) ??
    open.find(({ lastHeardAt }) => lastHeardAt >= since) ??
    open.find(({ runbooks }) => runbooks.includes(runbook)) ??
    incidents.find(({ endedAt }) => endedAt !== undefined && endedAt >= since)
  );
}
