import type { Environment } from "../../config/config.ts";
import type { Happening } from "../../incident/timeline-entry.ts";
import type { Delivery } from "../alarm.ts";
import { isFiring } from "../known/known-alarm.ts";
import type { Desk, KnownAlarm } from "../ledger.ts";
import type { Runbooks } from "../runbook-of.ts";
import type { Triage } from "../triage.ts";

/** Where it is decided about an alarm. */
export type At = { desk: Desk; name: string; environment: Environment; library: Runbooks; now: Date };

/** One alarm, what was and is known of it, and what it means. */
export type Taken = { delivery: Delivery; before: KnownAlarm | undefined; after: KnownAlarm; means: Triage; runbook: string };

/** The alarms that fire in an incident. */
export async function firingIn(desk: Desk, incident: number): Promise<KnownAlarm[]> {
  return (await desk.alarmsOf(incident)).filter(isFiring);
}

/** That an alarm fired, with its numbers. */
export function firedOf({ key, name, reason, value, threshold }: Delivery["alarm"], repeated?: number): Happening {
  return {
    kind: "alarm-fired",
    alarm: key,
    name,
    reason,
    ...(value !== undefined && { value }),
    ...(threshold !== undefined && { threshold }),
    ...(repeated !== undefined && { repeated }),
  };
}

/** The later of two times. */
export function later(one: Date | undefined, other: Date): Date {
  return one && one > other ? one : other;
}
