import type { Alarm, DeliverySource } from "../../src/alarm/alarm.ts";
import type { Runbooks } from "../../src/alarm/runbook-of.ts";
import { intakeOf } from "../../src/alarm/take-in.ts";
import { ledgerInMemory } from "./ledger-in-memory.ts";
import { changed, delivered } from "./made-alarms.ts";
import { madeEnvironments } from "./made-environments.ts";

/** Two runbooks: of the web server, which is everybody's own, and of queues. */
const library: Runbooks = {
  runbooks: new Map([
    ["queues", { alarms: [{ metric: "Backlog", namespace: "Shop" }] }],
    ["web-errors", { alarms: [{ metric: "DiskQueueDepth" }, { metric: "CPUUtilization" }] }],
  ]),
};

const quiet = () => undefined;

/** Intake into a ledger in memory, on a clock that stands until it is moved; `hear` takes alarms in together, a minute of which is `minute`. */
export function madeIntake(of: Readonly<Record<string, readonly string[]>> = { prod: ["alarms: { names: [prod-*] }"] }) {
  const environments = madeEnvironments(of);
  const kept = ledgerInMemory();
  const clock = { now: changed };
  const now = () => clock.now;
  const takeIn = intakeOf({
    ledger: kept.ledger,
    environments,
    library,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    now,
  });
  const minute = (count: number) => new Date(changed.getTime() + count * 60_000);
  return {
    ...kept,
    environments,
    clock,
    now,
    takeIn,
    minute,
    /** Moves the clock to the latest of them. */
    hear: async (alarms: readonly Alarm[], source: DeliverySource = "eventbridge") => {
      clock.now = new Date(Math.max(clock.now.getTime(), ...alarms.map(({ changedAt }) => changedAt.getTime())));
      await takeIn(alarms.map((alarm) => delivered(alarm, source)));
    },
    incident: (id = 1) => kept.held.incidents.get(id),
    told: () => kept.held.timeline.map(({ what }) => (what.kind === "state" ? `${what.from} to ${what.to}` : what.kind)),
    wanted: () =>
      kept.held.wanted.map(({ why, runbook, dueAt }) => `${why} by ${runbook} in ${(dueAt.getTime() - clock.now.getTime()) / 60_000} min`),
  };
}
