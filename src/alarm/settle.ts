import { isOpen, type Incident } from "../incident/incident.ts";
import { moved } from "../incident/move.ts";
import type { DiagnosisReason } from "../incident/timeline-entry.ts";
import { calmAfterMs, flapsBy } from "./known/flapping.ts";
import { isFiring } from "./known/known-alarm.ts";
import type { Desk, KnownAlarm, Ledger, Proving } from "./ledger.ts";
import { move } from "./taking/balance.ts";

/** A diagnosis that ended, as far as it decides about its incident. */
export type EndedDiagnosis = {
  id: string;
  incident: number;
  environment: string;
  runbook: string;
  why: DiagnosisReason;
  round: number;
  beganAt?: Date;
  end?: { how: "judged"; verdict: string } | { how: "failed" } | { how: "stopped" };
};

/**
 * What a diagnosis means to its incident. `recovered`: it was healthy (or showed what is proven after a repair) while every alarm is quiet, or there was none. `firing-still`: it was healthy, and an
 * alarm fires. `again`: another look is wanted. `stays`: it is as bad as it was. `over`: it had ended before.
 */
export type Settlement =
  | { is: "recovered" | "firing-still" | "stays" | "over" }
  | { is: "again"; why: DiagnosisReason; runbook: string; dueAt: Date };

const MINUTE_MS = 60_000;

/** How long after a look that showed no recovery the next one comes, by how long it has been quiet: after 2, 5, 10 and 15 minutes, then every 30. */
const LOOKS: readonly (readonly [quietForMinutes: number, waitMinutes: number])[] = [
  [2, 2],
  [7, 5],
  [17, 10],
  [32, 15],
];
const LAST_WAIT_MINUTES = 30;

/** Incidents of which nothing was heard for so long are not waited for. */
const LAPSE_MS = 24 * 60 * MINUTE_MS;

/** One with an alarm that fires says nothing new either; but an alarm that was deleted while it fired never goes quiet. */
const FIRING_LAPSE_MS = 7 * LAPSE_MS;

/** When to look again at what was quiet since then. */
export function nextLook(since: Date, now: Date): Date {
  const quiet = (now.getTime() - since.getTime()) / MINUTE_MS;
  const wait = LOOKS.find(([quietFor]) => quiet < quietFor)?.[1] ?? LAST_WAIT_MINUTES;
  return new Date(now.getTime() + wait * MINUTE_MS);
}

/** While it is proven that a repair has mended something, the next look comes so long after the last. */
const PROOF_WAIT_MS = MINUTE_MS;

/** What an incident has beside it: its alarms, and whether something was repaired. */
type Beside = { alarms: readonly KnownAlarm[]; proving: Proving };

/** What a diagnosis that ended means to its incident. Pure. */
function settlementOf(row: EndedDiagnosis, incident: Incident, { alarms, proving }: Beside, now: Date): Settlement {
  const { end, why, runbook } = row;
  if (!isOpen(incident) || !end) return { is: "over" };
  if (end.how === "stopped") return why === "asked" ? { is: "stays" } : { is: "again", why, runbook, dueAt: now };
  const fires = alarms.some(isFiring);
  if (proving === "under-way") {
    const dueAt = new Date(now.getTime() + PROOF_WAIT_MS);
    return { is: "again", why: "recheck", runbook: incident.runbooks[0] ?? runbook, dueAt };
  }
  const lastAt = incident.lastAlarmAt ?? incident.openedAt;
  // What a cause has left in the logs may be told for long after its symptom is gone.
  if (proving === "proven" || (end.how === "judged" && end.verdict === "healthy"))
    return fires ? { is: "firing-still" } : whenHealthy(row, incident, alarms, now);
  if (fires) return whenFiring(row, nextLook(lastAt, now));
  if (incident.alarms === 0) return { is: "stays" };
  return { is: "again", why: "recheck", runbook: incident.runbooks[0] ?? runbook, dueAt: nextLook(quietSince(alarms) ?? lastAt, now) };
}

/** What a look could not tell the next one may, and one that failed is made up for; a cause that is known stays known. */
function whenFiring({ end, why, runbook }: EndedDiagnosis, dueAt: Date): Settlement {
  if (end?.how === "failed") return why === "asked" ? { is: "stays" } : { is: "again", why, runbook, dueAt };
  const untold = end?.how === "judged" && end.verdict !== "root-cause";
  return untold ? { is: "again", why: "recheck", runbook, dueAt } : { is: "stays" };
}

/** A look that began before the last alarm went quiet shows nothing; and where several runbooks belong to an incident, each must show it. */
function whenHealthy(row: EndedDiagnosis, incident: Incident, alarms: readonly KnownAlarm[], now: Date): Settlement {
  const first = incident.runbooks[0] ?? row.runbook;
  const quiet = quietSince(alarms);
  if (quiet && (!row.beganAt || row.beganAt < quiet)) return { is: "again", why: "recheck", runbook: first, dueAt: nextLook(quiet, now) };
  if (incident.runbooks.length < 2) return { is: "recovered" };
  const next = row.why === "recheck" ? incident.runbooks[incident.runbooks.indexOf(row.runbook) + 1] : first;
  return next === undefined ? { is: "recovered" } : { is: "again", why: "recheck", runbook: next, dueAt: now };
}

function quietSince(alarms: readonly KnownAlarm[]): Date | undefined {
  return alarms.length === 0 ? undefined : new Date(Math.max(...alarms.map(({ changedAt }) => changedAt.getTime())));
}

/** Settles what a diagnosis that ended means to its incident, once, however often it is asked to. */
export function settleOf({ ledger, now }: { ledger: Ledger; now: () => Date }): (row: EndedDiagnosis) => Promise<Settlement> {
  return async (row) =>
    ledger.decide(row.environment, async (desk) => {
      const at = now();
      const first = await desk.isFirst({ id: `settled ${row.id} ${row.round}`, source: "check", receivedAt: at });
      const incident = (await desk.incidents(at)).find(({ id }) => id === row.incident);
      if (!first || !incident) return { is: "over" };
      const alarms = await desk.alarmsOf(incident.id);
      const proving = await desk.prove({ diagnosis: row.id, incident: incident.id }, at);
      const settlement = settlementOf(row, incident, { alarms, proving }, at);
      await apply(desk, { row, incident, alarms, proving, settlement, at });
      return settlement;
    });
}

type Settling = Beside & { row: EndedDiagnosis; incident: Incident; settlement: Settlement; at: Date };

async function apply(desk: Desk, settling: Settling): Promise<void> {
  const { row, incident, alarms, settlement, at } = settling;
  if (settlement.is === "over") return;
  // A look of our own at what stays unclear is nothing heard: else nothing would ever lapse.
  const heard = row.end?.how === "judged" && (row.why !== "recheck" || row.end.verdict === "root-cause");
  const now = heard ? { ...incident, lastHeardAt: at } : incident;
  if (settlement.is === "recovered") {
    for (const why of ["recheck", "new-alarm", "opened"] as const) await desk.unwant(incident.id, why);
    await move(desk, moved(now, "recovered", at), { from: incident.state, now: at });
    return;
  }
  if (saw(settling)) await desk.unwant(incident.id, "new-alarm");
  if (settlement.is === "again") {
    const { why, runbook, dueAt } = settlement;
    // A later one that is wanted already must not stand in its way.
    if (settling.proving === "under-way") await desk.unwant(incident.id, "recheck");
    await desk.want({ incident: incident.id, environment: incident.environment, runbook, why, by: "gumshoe", dueAt });
    if (why === "recheck" && incident.state === "open" && incident.alarms > 0 && calm(alarms, at)) {
      await move(desk, moved(now, "easing", quietSince(alarms) ?? at), { from: incident.state, now: at });
      return;
    }
  }
  if (now !== incident) await desk.keep(now);
}

/** Whether a look saw all there is: by every runbook, and after every alarm fired. Then none that is wanted for a new alarm sees more. */
function saw({ row, incident, alarms }: Settling): boolean {
  const { beganAt, end, runbook } = row;
  if (end?.how !== "judged" || !beganAt || incident.runbooks.some((other) => other !== runbook)) return false;
  return alarms.every(({ firedAt }) => !firedAt || firedAt <= beganAt);
}

function calm(alarms: readonly KnownAlarm[], at: Date): boolean {
  return alarms.every((one) => !isFiring(one) && (flapsBy(one.changes) === "no" || at.getTime() - one.changedAt.getTime() >= calmAfterMs));
}

/**
 * Gives up incidents of which nothing was heard for 24 hours, or for 7 days while an alarm fires: nobody saw them gone, and that is what is said. May run
 * as often as one likes.
 */
export function lapseOf({
  ledger,
  environments,
  now,
}: {
  ledger: Ledger;
  environments: Iterable<string>;
  now: () => Date;
}): () => Promise<void> {
  return async () => {
    for (const environment of environments)
      await ledger.decide(environment, async (desk) => {
        const at = now();
        for (const incident of await desk.incidents(at)) {
          const silentMs = at.getTime() - incident.lastHeardAt.getTime();
          if (!isOpen(incident) || silentMs < LAPSE_MS) continue;
          if (silentMs < FIRING_LAPSE_MS && (await desk.alarmsOf(incident.id)).some(isFiring)) continue;
          for (const why of ["recheck", "new-alarm", "opened"] as const) await desk.unwant(incident.id, why);
          await move(desk, moved(incident, "lapsed", at), { from: incident.state, now: at });
        }
      });
  };
}
