import { pauseIn } from "./pause-in.ts";
import { schedule, type ScheduledTask } from "node-cron";
import { deliveryId, type AlarmState, type Delivery } from "../../alarm/alarm.ts";
import { checkAlarm } from "../../alarm/read/check-alarm.ts";
import type { Environment } from "../../config/config.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import type { Diagnoses } from "../../diagnosis/diagnoses.ts";
import { tellDiagnosis } from "../../report/told.ts";
import { turns } from "../../store/ledger/turns.ts";
import type { Bureau } from "../../slack/thread/diagnosis-thread.ts";

/** What looks by a schedule need: the ways to look, who takes in what they find, and the moments that belong to one copy each. */
export type Checking = Pick<Bureau, "environments" | "presentIn" | "library" | "parsers" | "words" | "reachOf" | "log" | "now"> & {
  take: (deliveries: readonly Delivery[]) => Promise<void>;
  claim: (name: string, dueAt: Date) => Promise<boolean>;
  diagnoses: Pick<Diagnoses, "running">;
};

/** One look of a schedule. */
type Check = { name: string; environment: Environment; cron: string; runbook: string };

const MINUTE_MS = 60_000;
/** Two schedules of one environment that come at the same minute look one after the other. */
const inTurn = turns();
const WAITS_MS = [1_000, 5_000, 15_000, 30_000];

/** Looks when the schedules say so, until the signal. Resolves when the last look has ended. */
export async function checkOnSchedule(checking: Checking, signal: AbortSignal): Promise<void> {
  const under = new Set<Promise<void>>();
  const tasks = checksOf(checking).map((check): ScheduledTask => {
    const tick = async () => {
      const looking = checkOnce(checking, check, signal).finally(() => under.delete(looking));
      under.add(looking);
      await looking;
    };
    return schedule(check.cron, tick, { timezone: check.environment.timezone, noOverlap: true });
  });
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  for (const task of tasks) await task.destroy();
  await Promise.all(under);
}

function checksOf({ environments }: Checking): Check[] {
  return [...environments].flatMap(([name, environment]) =>
    environment.checks.map(({ cron, runbook = environment.runbook }) => ({ name, environment, cron, runbook })),
  );
}

/**
 * One scheduled look, quietly: what it finds is taken in like an alarm, so that an incident opens, or ends, as by any other. An environment that is being
 * looked at needs no other look. Never rejects.
 */
export async function checkOnce(checking: Checking, check: Check, signal: AbortSignal): Promise<void> {
  const { log, now, claim, diagnoses } = checking;
  const facts = { environment: check.name, cron: check.cron, runbook: check.runbook };
  try {
    const dueAt = new Date(Math.floor(now().getTime() / MINUTE_MS) * MINUTE_MS);
    if (!(await claim(`check ${check.name} ${check.cron} ${check.runbook}`, dueAt))) return;
    await inTurn(check.name, async () => {
      if ((await diagnoses.running()).some(({ environment }) => environment === check.name)) return;
      const found = await lookAt(checking, check, signal);
      const alarm = checkAlarm({ environment: check.name, cron: check.cron, runbook: check.runbook, at: now(), ...found });
      const delivery: Delivery = { id: deliveryId(alarm), source: "check", receivedAt: now(), alarm };
      log.info({ ...facts, state: found.state }, "looked as scheduled");
      await taken(checking, delivery, signal);
    });
  } catch (error) {
    if (!signal.aborted) log.error({ ...facts, err: error }, "looking as scheduled");
  }
}

async function lookAt(checking: Checking, check: Check, signal: AbortSignal): Promise<{ state: AlarmState; reason: string }> {
  const { library, parsers, words, reachOf, presentIn, now: clock } = checking;
  const { name } = check;
  const environment = (await presentIn?.(name)) ?? check.environment;
  const runbook = library.runbooks.get(check.runbook);
  if (!runbook) throw new Error(`there is no runbook ${check.runbook}`);
  const reach = { ...reachOf(environment, runbook), signal };
  const { diagnosis } = await diagnose({ name, environment, runbook, library, parsers, reach, clock });
  const told = tellDiagnosis(diagnosis, library, words);
  const titles = told.roots.map(({ title }) => title);
  const reason = words.slack.headline.verdict(told.verdict, name, titles);
  return { state: told.verdict === "healthy" ? "ok" : "alarm", reason };
}

/** Takes in what a look found, until the store does. */
async function taken({ take, log }: Checking, delivery: Delivery, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await take([delivery]);
    } catch (error) {
      log.error({ alarm: delivery.alarm.name, err: error }, "storing what a scheduled look found");
      const ms = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0;
      await pauseIn(ms, signal);
    }
  }
}
