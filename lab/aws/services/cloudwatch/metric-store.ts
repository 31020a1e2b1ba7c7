import type { Dimension, MetricDatum, PutMetricDataInput } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { byPeriod, worldPoints } from "../../metrics.ts";
import type { MetricPoint } from "../../world.ts";
import { AWS_METRICS, unitOf } from "./aws-metrics.ts";

/** Which metric: its name, and all its dimensions. */
export type MetricId = { namespace: string; name: string; dimensions: readonly Dimension[] };

/** Points by period, with the unit they are kept in. */
export type Series = { points: MetricPoint[]; unit: string };

type Stored = MetricId & { values: (MetricPoint & { unit: string })[] };

/** The metrics that PutMetricData has brought. Those in `AWS/…` come from the world. */
export type MetricStore = Map<string, Stored>;

const keyOf = ({ namespace, name, dimensions }: MetricId) =>
  JSON.stringify([namespace, name, dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()]);

/** Put values into the store; a value without a time is of now. */
export function putMetricData(
  account: Account,
  store: MetricStore,
  { Namespace: namespace = "", MetricData = [] }: PutMetricDataInput,
): void {
  if (namespace.startsWith("AWS/")) {
    throw new AwsError("InvalidParameterValueException", "The value AWS/ for parameter Namespace is invalid.");
  }
  if (MetricData.length > 1_000) {
    throw new AwsError("InvalidParameterValueException", "The collection MetricData must not have a size greater than 1000.");
  }
  const points = MetricData.map((datum) => [datum, pointsOf(datum, account.clock.now())] as const);
  for (const [{ MetricName: name = "", Dimensions: dimensions = [] }, values] of points) {
    const id = { namespace, name, dimensions };
    const stored = store.get(keyOf(id)) ?? { ...id, values: [] };
    stored.values.push(...values);
    store.set(keyOf(id), stored);
  }
}

function pointsOf({ Value, Values, Counts, StatisticValues, Timestamp, Unit = "None" }: MetricDatum, now: Date): Stored["values"] {
  const at = (Timestamp ?? now).getTime();
  if (at < now.getTime() - 14 * 86_400_000 || at > now.getTime() + 2 * 3_600_000) {
    throw new AwsError(
      "InvalidParameterValueException",
      "Timestamp must specify a time within the past two weeks or up to two hours in the future.",
    );
  }
  if ([Value, Values, StatisticValues].filter((given) => given !== undefined).length !== 1) {
    throw new AwsError("InvalidParameterCombinationException", "Exactly one of Value, Values and StatisticValues must be given.");
  }
  if (StatisticValues) {
    const { SampleCount: sampleCount = 0, Sum: sum = 0, Minimum: minimum = 0, Maximum: maximum = 0 } = StatisticValues;
    return [{ at, sum, sampleCount, minimum, maximum, average: sampleCount > 0 ? sum / sampleCount : 0, unit: Unit }];
  }
  return (Values ?? [Value!]).map((value, index) => {
    const sampleCount = Counts?.[index] ?? 1;
    return { at, sum: value * sampleCount, sampleCount, minimum: value, maximum: value, average: value, unit: Unit };
  });
}

/** The points of a metric in a time, oldest first. A unit that is asked for and is not the metric's finds nothing. */
export function read(
  account: Account,
  store: MetricStore,
  id: MetricId,
  when: { periodS: number; from: Date; to: Date; unit?: string | undefined },
): Series {
  if (id.namespace.startsWith("AWS/")) {
    const unit = unitOf(id);
    // The world knows its resources by one name; a metric across several dimensions is none of its metrics.
    const dimension = id.dimensions.length === 1 ? id.dimensions[0]?.Value : undefined;
    if (dimension === undefined || (when.unit ?? unit) !== unit) return { points: [], unit };
    return {
      points: worldPoints(account, {
        namespace: id.namespace,
        name: id.name,
        dimension,
        periodS: when.periodS,
        from: when.from,
        to: when.to,
      }),
      unit,
    };
  }
  const values = (store.get(keyOf(id))?.values ?? []).filter((value) => (when.unit ?? value.unit) === value.unit);
  return { points: byPeriod(values, when.periodS, when.from, when.to), unit: values[0]?.unit ?? "None" };
}

/** Every metric there is: what was put, and what the world has had points of in the past two weeks. */
export function allMetrics(account: Account, store: MetricStore): MetricId[] {
  const to = account.clock.now();
  const when = { periodS: 3600, from: new Date(to.getTime() - 14 * 86_400_000), to };
  const resources = [
    ...account.world.rdsInstances.map(({ DBInstanceIdentifier }) => ({
      namespace: "AWS/RDS" as const,
      Name: "DBInstanceIdentifier",
      Value: DBInstanceIdentifier,
    })),
    ...account.world.nodes
      .filter(({ id }) => id.startsWith("i-"))
      .map(({ id }) => ({ namespace: "AWS/EC2" as const, Name: "InstanceId", Value: id })),
  ];
  const ofWorld = resources.flatMap(({ namespace, Name, Value }) => {
    const ids = Object.keys(AWS_METRICS[namespace]).map((name): MetricId => ({ namespace, name, dimensions: [{ Name, Value }] }));
    return ids.filter((id) => read(account, store, id, when).points.length > 0);
  });
  return [...ofWorld, ...[...store.values()].map(({ namespace, name, dimensions }) => ({ namespace, name, dimensions }))];
}
