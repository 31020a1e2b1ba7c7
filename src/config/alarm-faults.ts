import { validate } from "node-cron";
import { alarmReachOf, type AlarmReach } from "./alarm-reach.ts";
import type { Environment } from "./config.ts";
import { LIGHTSAIL_METRICS } from "./lightsail-metrics.ts";
import { canNameTheSame } from "./name-pattern.ts";
import type { YamlFile } from "./yaml-file.ts";

/** Something wrong in an environment: where, below `environments`, and what to write instead. */
type Wrong = { path: readonly (string | number)[]; message: string };

/** All that is wrong in what a configuration says of alarms, each with its place in the file. */
export function alarmFaults(
  file: YamlFile<{ environments: Record<string, Environment>; intake: { queues: readonly unknown[]; sns?: unknown } }>,
) {
  if (!file.value) return [];
  const { environments, intake } = file.value;
  const all = Object.entries(environments);
  const listens = intake.queues.length > 0 || intake.sns !== undefined || all.some(([, { alarms, watch }]) => alarms ?? watch);
  const wrong = [...all.flatMap(([name, environment]) => oneByOne(name, environment)), ...(listens ? ambiguities(environments) : [])];
  return wrong.map(({ path, message }) => file.faultAt(["environments", ...path], message));
}

function oneByOne(name: string, environment: Environment): Wrong[] {
  const { alarms, watch, checks, onCall, channel, metrics } = environment;
  const wrong: Wrong[] = [];
  const told = { alarms, watch, checks: checks.length > 0 ? checks : undefined, onCall };
  if (channel === undefined) {
    for (const [key, value] of Object.entries(told))
      if (value !== undefined)
        wrong.push({ path: [name, key], message: `\`${key}\` needs a \`channel\`: that is where its incidents are told` });
  }
  if (watch && !(metrics && ("lightsailDatabase" in metrics || "lightsailInstance" in metrics)))
    wrong.push({
      path: [name, "watch"],
      message: "`watch` needs metrics.lightsailDatabase or metrics.lightsailInstance: whose metrics are watched",
    });
  for (const [index, { source, metric, above, below }] of watch?.thresholds.entries() ?? []) {
    const path = [name, "watch", "thresholds", index];
    if (above === undefined && below === undefined)
      wrong.push({ path, message: "write `above` or `below`, or both: there is no threshold without" });
    const known: readonly string[] = LIGHTSAIL_METRICS[source];
    if (!known.includes(metric))
      wrong.push({ path: [...path, "metric"], message: `Lightsail has no such metric of the ${source}; it has ${known.join(", ")}` });
    const whose = source === "database" ? "lightsailDatabase" : "lightsailInstance";
    if (metrics && !(whose in metrics))
      wrong.push({ path: [...path, "source"], message: `a metric of the ${source} needs metrics.${whose}` });
  }
  for (const [index, { cron }] of checks.entries())
    if (!validate(cron)) wrong.push({ path: [name, "checks", index, "cron"], message: "write when as cron does, such as */15 * * * *" });
  for (const key of ["values", "names"] as const)
    for (const index of repeated(alarms?.[key] ?? []))
      wrong.push({ path: [name, "alarms", key, index], message: `\`${alarms?.[key][index]}\` is here twice` });
  return wrong;
}

function repeated(texts: readonly string[]): number[] {
  return [...texts.keys()].filter((index) => texts.indexOf(texts[index]!) < index);
}

/**
 * Where two environments would take the same alarm for theirs: of accounts and regions that can be the same, by the same value, or by patterns that can
 * name the same. What both have by their `metrics` or `hosts` belongs to the one that names it in `alarms.values`, be it one of them or a third.
 */
function ambiguities(environments: Readonly<Record<string, Environment>>): Wrong[] {
  const reaches = Object.entries(environments).map(([name, environment]) => ({ name, reach: alarmReachOf(environment) }));
  return reaches.flatMap((later, index) =>
    reaches
      .slice(0, index)
      .flatMap((earlier) =>
        canMeet(earlier.reach, later.reach) ? [...sameValues(earlier, later, reaches), ...sameNames(earlier, later)] : [],
      ),
  );
}

type Named = { name: string; reach: AlarmReach };

/** A value that is not given can be any. */
function canMeet(one: AlarmReach, other: AlarmReach): boolean {
  const same = (key: "account" | "region") => one[key] === undefined || other[key] === undefined || one[key] === other[key];
  return same("account") && same("region");
}

/** Whether an environment hears of every alarm that both others hear of. */
function hearsAll(reach: AlarmReach, one: AlarmReach, other: AlarmReach): boolean {
  return (["account", "region"] as const).every((key) => reach[key] === undefined || reach[key] === (one[key] ?? other[key]));
}

function sameValues(earlier: Named, later: Named, all: readonly Named[]): Wrong[] {
  const explicit = later.reach.values.flatMap((value, index) =>
    earlier.reach.values.includes(value)
      ? [
          {
            path: [later.name, "alarms", "values", index],
            message: `\`${value}\` is a value of \`${earlier.name}\` too: an alarm of it would be both's`,
          },
        ]
      : [],
  );
  const named = new Set(all.flatMap(({ reach }) => (hearsAll(reach, earlier.reach, later.reach) ? reach.values : [])));
  const implied = later.reach.implied
    .filter((value) => earlier.reach.implied.includes(value) && !named.has(value))
    .map((value) => ({
      path: [later.name],
      message: `\`${value}\` is of \`${earlier.name}\` too: name it in alarms.values of the one that its alarms belong to`,
    }));
  return [...explicit, ...implied];
}

function sameNames(earlier: Named, later: Named): Wrong[] {
  return later.reach.names.flatMap((pattern, index) => {
    const other = earlier.reach.names.find((name) => canNameTheSame(name, pattern));
    if (other === undefined) return [];
    return [
      {
        path: [later.name, "alarms", "names", index],
        message: `\`${pattern}\` and \`${other}\` of \`${earlier.name}\` can name the same alarm`,
      },
    ];
  });
}
