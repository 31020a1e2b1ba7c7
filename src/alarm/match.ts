import { alarmReachOf, type AlarmReach } from "../config/alarm-reach.ts";
import type { Environment } from "../config/config.ts";
import { isNamedBy } from "../config/name-pattern.ts";
import type { Alarm } from "./alarm.ts";

/** The environment that an alarm belongs to, or why it belongs to none. */
export type Match = { environment: string } | { unmatched: string };

/** Whose an alarm that is known is; the ARN of one. */
export type ChildrenKnown = (arn: string) => string | undefined;

type Named = { name: string; reach: AlarmReach };

/**
 * Whose an alarm is: of the environments in its account and region the one with a value of its dimensions, else the one with a pattern of its name; a
 * composite alarm's is its children's, by what is known of them or by their names. Values named for alarms come before those that an environment has anyway.
 * An environment without a channel takes none, as there is nowhere to tell it.
 */
export function environmentOf(alarm: Alarm, environments: ReadonlyMap<string, Environment>, childrenKnown: ChildrenKnown): Match {
  const match = matchOf(alarm, environments, childrenKnown);
  if (match && "environment" in match && environments.get(match.environment)?.channel === undefined)
    return { unmatched: `${match.environment} has no channel to tell it in` };
  return match ?? { unmatched: "no environment has its values or its name" };
}

function matchOf(alarm: Alarm, environments: ReadonlyMap<string, Environment>, childrenKnown: ChildrenKnown): Match | undefined {
  if (alarm.kind === "check") return byCheck(alarm, environments);
  const near = nearTo(alarm, environments);
  const values = new Set(alarm.watched.flatMap(({ dimensions }) => Object.values(dimensions)));
  const by = (of: (reach: AlarmReach) => boolean) => onlyOne(near.filter(({ reach }) => of(reach)).map(({ name }) => name));
  return (
    by((reach) => reach.values.some((value) => values.has(value))) ??
    by((reach) => reach.implied.some((value) => values.has(value))) ??
    by((reach) => reach.names.some((pattern) => isNamedBy(pattern, alarm.name))) ??
    byChildren(alarm, environments, childrenKnown)
  );
}

/** A scheduled look says itself whose it is; nothing from outside is one. */
function byCheck({ watched }: Alarm, environments: ReadonlyMap<string, Environment>): Match | undefined {
  const name = watched.map(({ dimensions }) => dimensions["Environment"]).find((one) => one !== undefined);
  return name !== undefined && environments.has(name) ? { environment: name } : undefined;
}

function nearTo({ account, region }: Pick<Alarm, "account" | "region">, environments: ReadonlyMap<string, Environment>): Named[] {
  return [...environments]
    .map(([name, environment]) => ({ name, reach: alarmReachOf(environment) }))
    .filter(({ reach }) => (reach.account ?? account) === account && (reach.region ?? region) === region);
}

function onlyOne(names: readonly string[]): Match | undefined {
  const [name, ...others] = [...new Set(names)].toSorted();
  if (name === undefined) return undefined;
  return others.length === 0 ? { environment: name } : { unmatched: `it is of several environments: ${[name, ...others].join(", ")}` };
}

/** What is known of a composite alarm itself tells where its children do not. */
function byChildren(alarm: Alarm, environments: ReadonlyMap<string, Environment>, childrenKnown: ChildrenKnown): Match | undefined {
  if (alarm.kind !== "composite") return undefined;
  const theirs = (alarm.children ?? []).flatMap((arn) => childrenKnown(arn) ?? byName(arn, environments));
  return onlyOne(theirs) ?? onlyOne([childrenKnown(alarm.key) ?? []].flat());
}

function byName(arn: string, environments: ReadonlyMap<string, Environment>): string[] {
  const [, , , region = "", account = "", , ...rest] = arn.split(":");
  const name = rest.join(":");
  return nearTo({ account, region }, environments).flatMap(({ name: environment, reach }) =>
    reach.names.some((pattern) => isNamedBy(pattern, name)) ? [environment] : [],
  );
}
