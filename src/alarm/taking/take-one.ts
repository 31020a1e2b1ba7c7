import { isOpen, type Incident } from "../../incident/incident.ts";
import type { Happening } from "../../incident/timeline-entry.ts";
import type { Delivery } from "../alarm.ts";
import { remember } from "../known/known-alarm.ts";
import type { KnownAlarm } from "../ledger.ts";
import { runbookOf } from "../runbook-of.ts";
import { placeOf, triage, type Triage } from "../triage.ts";
import { balance } from "./balance.ts";
import { begin } from "./begin.ts";
import { firedOf, firingIn, later, type At, type Taken } from "./taken.ts";

/** That something was heard is written down again after this long, where nothing else is to be said. */
const HEARD_AGAIN_MS = 5 * 60_000;

/** Takes one delivery in that was not taken in before: keeps what it says, and does what it means to the environment's incidents. */
export async function takeOne(at: At, delivery: Delivery): Promise<{ means: Triage; incident?: number }> {
  const { desk, name, environment, library, now } = at;
  const { alarm } = delivery;
  const windowMs = environment.windowMinutes * 60_000;
  const since = new Date(now.getTime() - windowMs);
  const before = await desk.alarm(alarm.key);
  const runbook = runbookOf(alarm, environment, library);
  const place = placeOf(await desk.incidents(since), { known: before, runbook }, { since });
  const othersFire = place !== undefined && (await firingIn(desk, place.id)).some(({ key }) => key !== alarm.key);
  const mute = await desk.mute();
  const muted = mute !== undefined && mute.until > now;
  const means = triage(alarm, { known: before, place, othersFire, muted, windowMs }, now);
  const after = remember(before, alarm, name);
  await desk.keepAlarm(after);
  const incident = await happens(at, { delivery, before, after, means, runbook }, place);
  return { means, ...(incident && { incident: incident.id }) };
}

async function happens(at: At, taken: Taken, place: Incident | undefined): Promise<Incident | undefined> {
  switch (taken.means) {
    case "new":
    case "reopens":
    case "joins":
    case "muted":
    case "late":
      return balance(at, await begin(at, taken, place), taken);
    case "repeat-due":
    case "still-firing":
    case "flapping":
    case "flaps-on":
    case "alarm-quiet":
    case "all-quiet":
    case "no-data":
      return place && balance(at, await goesOn(at, taken, place), taken);
    case "out-of-order":
    case "suppressed":
    case "stale-ok":
    case "stale-no-data":
      return place && aside(at, taken, place);
  }
}

/** What changes no more than how an open incident that the alarm fired in stands. */
async function goesOn(at: At, { delivery, after, means }: Taken, place: Incident): Promise<Incident> {
  const { desk, now } = at;
  const { alarm } = delivery;
  const fires = alarm.state === "alarm";
  if (means === "still-firing" && now.getTime() - place.lastHeardAt.getTime() < HEARD_AGAIN_MS) return place;
  const what = saidOf(means, delivery, after);
  if (what) await desk.note(place.id, alarm.changedAt, now, what);
  if (means === "repeat-due") await desk.keepAlarm({ ...after, lastToldAt: now });
  const counts = fires && (means === "flapping" || means === "flaps-on");
  return desk.keep({
    ...place,
    lastHeardAt: now,
    alarms: place.alarms + (counts ? 1 : 0),
    ...(counts && { lastAlarmAt: later(place.lastAlarmAt, alarm.changedAt) }),
  });
}

function saidOf(means: Triage, { alarm }: Delivery, after: KnownAlarm): Happening | undefined {
  const who = { alarm: alarm.key, name: alarm.name };
  if (means === "repeat-due") return firedOf(alarm, after.firings);
  if (means === "flapping") return { kind: "alarm-flaps", ...who, changes: after.changes.length };
  if (means === "alarm-quiet" || means === "all-quiet") return { kind: "alarm-quiet", ...who, reason: alarm.reason };
  return means === "no-data" ? { kind: "alarm-no-data", ...who, reason: alarm.reason } : undefined;
}

/** What changes nothing by itself: that an alarm fired earlier is noted where an incident is open, and may make it quiet or not. */
async function aside(at: At, taken: Taken, place: Incident): Promise<Incident | undefined> {
  const { delivery, after, means } = taken;
  const { alarm } = delivery;
  if (!isOpen(place)) return undefined;
  const mine = after.incident === place.id;
  if (means === "out-of-order" && alarm.state === "alarm") {
    if (!mine) await at.desk.keepAlarm({ ...after, incident: place.id });
    await at.desk.note(place.id, alarm.changedAt, at.now, firedOf(alarm));
    const counted = { ...place, alarms: place.alarms + 1, lastAlarmAt: later(place.lastAlarmAt, alarm.changedAt) };
    return balance(at, await at.desk.keep(counted), taken);
  }
  return mine ? balance(at, place, taken) : undefined;
}
