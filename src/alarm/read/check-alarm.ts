import type { Alarm, AlarmState } from "../alarm.ts";

/** What a scheduled look came to. `no-data`: it could not tell. */
export type CheckResult = { environment: string; cron: string; runbook: string; state: AlarmState; at: Date; reason: string };

/** A scheduled look as an alarm, so that what it finds is taken in as everything else is: its key is the same for the same schedule and runbook. */
export function checkAlarm({ environment, cron, runbook, state, at, reason }: CheckResult): Alarm {
  return {
    key: `gumshoe:check:${environment}:${runbook}:${cron}`,
    name: `${environment} ${cron} ${runbook}`,
    kind: "check",
    account: "",
    region: "",
    state,
    changedAt: at,
    reason,
    watched: [{ namespace: "Gumshoe", metric: "check", dimensions: { Environment: environment, Cron: cron, Runbook: runbook } }],
  };
}
