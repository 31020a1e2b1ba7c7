import type { Incident } from "../../incident/incident.ts";
import { moved } from "../../incident/move.ts";
import { calmAfterMs } from "../known/flapping.ts";
import { isFiring } from "../known/known-alarm.ts";
import type { Desk } from "../ledger.ts";
import { firingIn, type At, type Taken } from "./taken.ts";

/** How long after the last alarm went quiet it is looked whether the symptom is gone. */
const RECHECK_AFTER_MS = 2 * 60_000;

/**
 * Holds an open incident against its alarms: `easing` while all are quiet, with a look wanted that shows whether the symptom is gone, and `open` while one
 * fires. A flapping alarm is not quiet before it is calm; until then the incident stays open.
 */
export async function balance(
  { desk, name, environment, now }: At,
  incident: Incident,
  { delivery, before, after, means }: Taken,
): Promise<Incident> {
  const fires = (await firingIn(desk, incident.id)).length > 0;
  const flaps = means === "flapping" || means === "flaps-on";
  const lookAgain = async (afterMs: number) => {
    await desk.unwant(incident.id, "recheck");
    const runbook = incident.runbooks[0] ?? environment.runbook;
    const dueAt = new Date(now.getTime() + afterMs);
    await desk.want({ incident: incident.id, environment: name, runbook, why: "recheck", by: "gumshoe", dueAt });
  };
  if (fires) {
    if (delivery.alarm.state === "alarm" && isFiring(after)) await desk.unwant(incident.id, "recheck");
    return incident.state === "easing" ? move(desk, moved(incident, "open", now), { from: "easing", now }) : incident;
  }
  const wentQuiet = (before && isFiring(before)) || means === "late";
  if (!wentQuiet) return incident;
  await lookAgain(flaps ? calmAfterMs : RECHECK_AFTER_MS);
  return flaps || incident.state === "easing"
    ? incident
    : move(desk, moved(incident, "easing", after.changedAt), { from: incident.state, now });
}

/** Keeps an incident in another state, and notes from which it came. */
export async function move(desk: Desk, incident: Incident, { from, now }: { from: Incident["state"]; now: Date }): Promise<Incident> {
  await desk.note(incident.id, now, now, { kind: "state", from, to: incident.state });
  return desk.keep(incident);
}
