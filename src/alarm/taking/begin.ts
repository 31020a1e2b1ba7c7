import { isOpen, type Incident } from "../../incident/incident.ts";
import { moved } from "../../incident/move.ts";
import type { Delivery } from "../alarm.ts";
import type { KnownAlarm } from "../ledger.ts";
import { firedOf, later, type At, type Taken } from "./taken.ts";

/** After a new kind of alarm others may follow; they are looked into together. */
const DEBOUNCE_MS = 60_000;

/** New alarms are looked into again at most this often. */
const LOOKS_APART_MS = 5 * 60_000;

/** An alarm begins to fire in an incident: the open one, the one that is opened anew, or a new one. */
export async function begin(at: At, taken: Taken, place: Incident | undefined): Promise<Incident> {
  const { desk, name, environment, now } = at;
  const { delivery, after, means, runbook } = taken;
  const { alarm } = delivery;
  const joins = place !== undefined && isOpen(place);
  const isNews = joins && (await changesPicture(at, taken, place));
  const incident = joins ? place : await openFor(at, taken, place);
  await desk.keepAlarm({ ...after, incident: incident.id, ...(means !== "muted" && { lastToldAt: now }) });
  await desk.note(incident.id, alarm.changedAt, now, firedOf(alarm));
  const runbooks = isNews || !joins ? [...new Set([...incident.runbooks, runbook])] : incident.runbooks;
  const wanted = { incident: incident.id, environment: name, runbook, by: "gumshoe" };
  if (!joins) await desk.want({ ...wanted, why: "opened", dueAt: now });
  else if (isNews) await desk.want({ ...wanted, why: "new-alarm", dueAt: await whenNext(at, place.id) });
  const lastAlarmAt = later(incident.lastAlarmAt, alarm.changedAt);
  const severity = environment.severity === "critical" ? "critical" : incident.severity;
  return desk.keep({ ...incident, severity, runbooks, lastHeardAt: now, alarms: incident.alarms + 1, lastAlarmAt });
}

async function openFor({ desk, name, environment, now }: At, { delivery, runbook }: Taken, ended: Incident | undefined): Promise<Incident> {
  const { alarm, source } = delivery;
  if (ended) {
    await desk.note(ended.id, now, now, { kind: "reopened", by: source });
    return moved(ended, "open", now);
  }
  const incident = await desk.open({
    environment: name,
    state: "open",
    severity: environment.severity,
    openedBy: openedBy(alarm),
    openedAt: now,
    lastHeardAt: now,
    alarms: 0,
    reopened: 0,
    runbooks: [runbook],
    home: { channel: environment.channel ?? "" },
  });
  await desk.note(incident.id, now, now, { kind: "opened", by: source });
  return incident;
}

function openedBy({ key, kind, watched }: Delivery["alarm"]): Incident["openedBy"] {
  return kind === "check" ? { kind, cron: watched[0]?.dimensions["Cron"] ?? "" } : { kind: "alarm", alarm: key };
}

/** Whether an alarm says something that no look was for: of a runbook that none used, or of a metric that no alarm of the incident watches. */
async function changesPicture({ desk }: At, { delivery, after, runbook }: Taken, place: Incident): Promise<boolean> {
  if (!place.runbooks.includes(runbook)) return true;
  const others = (await desk.alarmsOf(place.id)).filter((one) => one.incident === place.id);
  if (others.some(({ key }) => key === after.key || delivery.alarm.children?.includes(key))) return false;
  const watched = new Set(others.flatMap((one: KnownAlarm) => one.watches));
  return !after.watches.some((metric) => watched.has(metric));
}

async function whenNext({ desk, now }: At, incident: number): Promise<Date> {
  const last = await desk.lastDiagnosis(incident);
  return new Date(Math.max(now.getTime() + DEBOUNCE_MS, (last?.endedAt.getTime() ?? 0) + LOOKS_APART_MS));
}
