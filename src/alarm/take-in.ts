import type { Environment } from "../config/config.ts";
import type { Delivery } from "./alarm.ts";
import type { Ledger } from "./ledger.ts";
import { environmentOf } from "./match.ts";
import type { Runbooks } from "./runbook-of.ts";
import { takeOne } from "./taking/take-one.ts";

type Say = (facts: Record<string, unknown>, doing: string) => void;

/** What taking alarms in needs. */
export type Intake = {
  ledger: Ledger;
  environments: ReadonlyMap<string, Environment>;
  /** The same as they are at present, by which it is told whose an alarm is; asked once for those that are taken together. */
  presently?: () => Promise<ReadonlyMap<string, Environment>>;
  library: Runbooks;
  log: Record<"debug" | "info" | "warn" | "error", Say>;
  now: () => Date;
};

/** A change whose time is further ahead than this did not happen: it would make all that comes later look old. */
const AHEAD_MS = 10 * 60_000;

/**
 * Takes deliveries in, those of an environment in one decision and in the order of their changes. Resolves when all that they mean is stored; rejects where
 * something could not be, and then the same ones may be given again: what was stored is not taken twice.
 */
export function intakeOf({
  ledger,
  environments,
  presently,
  library,
  log,
  now,
}: Intake): (deliveries: readonly Delivery[]) => Promise<void> {
  return async (deliveries) => {
    const { byEnvironment, unmatched, ahead } = await sorted(deliveries, ledger, (await presently?.()) ?? environments);
    const work = [
      ...unmatched.map(({ delivery, because }) => async () => {
        log.info({ alarm: delivery.alarm.name, because }, "counting an alarm that belongs to no environment");
        await ledger.unmatched(delivery);
      }),
      ...ahead.map((delivery) => async () => ledger.refused(delivery.source, "the change is in the future", now())),
      ...[...byEnvironment].map(([name, theirs]) => async () => {
        const environment = environments.get(name);
        if (!environment) return;
        const at = now();
        const taken = await ledger.decide(name, async (desk) => {
          const means: Record<string, unknown>[] = [];
          for (const delivery of theirs)
            if (await desk.isFirst({ ...delivery, id: idOf(delivery) }))
              means.push({ alarm: delivery.alarm.name, ...(await takeOne({ desk, name, environment, library, now: at }, delivery)) });
          return means;
        });
        for (const facts of taken) log.debug({ environment: name, ...facts }, "taking in an alarm");
      }),
    ];
    const failed: unknown[] = [];
    // Side by side, since each environment's decision waits for the disk.
    await Promise.all(work.map(async (one) => one().catch((error: unknown) => failed.push(error))));
    if (failed.length === 0) return;
    throw failed.length === 1 ? failed[0] : new AggregateError(failed, "taking alarms in");
  };
}

/** What CloudWatch holds back is not what it lets go later, though that is the same change. */
function idOf({ id, alarm }: Delivery): string {
  return alarm.suppressedBy === undefined ? id : `${id} suppressed`;
}

type Sorted = {
  byEnvironment: ReadonlyMap<string, readonly Delivery[]>;
  unmatched: readonly { delivery: Delivery; because: string }[];
  ahead: readonly Delivery[];
};

/** Composite alarms come last: their children may be among the others. */
async function sorted(deliveries: readonly Delivery[], ledger: Ledger, environments: Intake["environments"]): Promise<Sorted> {
  const [ahead, timely] = split(deliveries, ({ alarm, receivedAt }) => alarm.changedAt.getTime() - receivedAt.getTime() > AHEAD_MS);
  const [composite, plain] = split(timely, ({ alarm }) => alarm.kind === "composite");
  const keys = new Set(composite.flatMap(({ alarm }) => [alarm.key, ...(alarm.children ?? [])]));
  const whose = new Map(keys.size > 0 ? await ledger.whose([...keys]) : []);
  const of = new Map<string, Delivery[]>();
  const unmatched: { delivery: Delivery; because: string }[] = [];
  for (const delivery of [...plain, ...composite]) {
    const match = environmentOf(delivery.alarm, environments, (arn) => whose.get(arn));
    if ("environment" in match) {
      whose.set(delivery.alarm.key, match.environment);
      of.set(match.environment, [...(of.get(match.environment) ?? []), delivery]);
    } else if (delivery.alarm.state === "alarm") {
      unmatched.push({ delivery, because: match.unmatched });
    }
  }
  const inOrder = [...of].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, theirs]) => [name, theirs.toSorted(byChange)] as const);
  return { byEnvironment: new Map(inOrder), unmatched, ahead };
}

/** The order of changes; what has the same time and came twice comes in the same order always. */
function byChange(one: Delivery, other: Delivery): number {
  return one.alarm.changedAt.getTime() - other.alarm.changedAt.getTime() || (one.id < other.id ? -1 : 1);
}

function split<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  const { yes = [], no = [] } = Object.groupBy(all, (one) => (is(one) ? "yes" : "no"));
  return [yes, no];
}
