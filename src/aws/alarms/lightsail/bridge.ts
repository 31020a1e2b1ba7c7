import { CloudWatchClient, PutMetricDataCommand, type MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { periodOf } from "../../metrics/lightsail.ts";
import type { Reading } from "./read-metrics.ts";
import { DIMENSION } from "./threshold-alarms.ts";

/** Points of a metric that were put so far; the newest by its time in ms. */
export type Put = Map<string, number>;

/** After a start, points of so long ago are put: some of them twice, which leaves averages and extremes as they are (a sum counts them twice). */
const AGAIN_MS = 15 * 60_000;

/** A period that ended so recently may still grow. */
const SETTLES_MS = 60_000;

/** Values of one PutMetricData call. */
const MOST = 1_000;

/** Copies new points of metrics into a CloudWatch namespace, each once. Throws an Unseen where a call fails; then they are put with the next look. */
export async function bridge(
  access: Access,
  readings: readonly Reading[],
  { namespace, put, now, signal }: { namespace: string; put: Put; now: Date; signal: AbortSignal },
): Promise<void> {
  const fresh = readings.flatMap((reading) => freshOf(reading, put, now));
  for (let nth = 0; nth < fresh.length; nth += MOST) {
    const some = fresh.slice(nth, nth + MOST);
    const command = new PutMetricDataCommand({ Namespace: namespace, MetricData: some.map(({ datum }) => datum) });
    await ask(access, access.open(CloudWatchClient), command, { signal, attempts: 1 });
    for (const { series, at } of some) put.set(series, Math.max(at, put.get(series) ?? 0));
  }
}

type Fresh = { series: string; at: number; datum: MetricDatum };

function freshOf(reading: Reading, put: Put, now: Date): Fresh[] {
  if (!("points" in reading)) return [];
  const series = `${reading.source} ${reading.name} ${reading.metric}`;
  const after = put.get(series) ?? now.getTime() - AGAIN_MS;
  const before = now.getTime() - periodOf(reading) * 1000 - SETTLES_MS;
  return reading.points.flatMap((point) => {
    const at = point.timestamp.getTime();
    const { sampleCount, sum, minimum, maximum, unit } = point;
    if (at <= after || at > before || !sampleCount || sum === undefined || minimum === undefined || maximum === undefined) return [];
    const datum = {
      MetricName: reading.metric,
      Dimensions: [{ Name: DIMENSION[reading.source], Value: reading.name }],
      Timestamp: point.timestamp,
      StatisticValues: { SampleCount: sampleCount, Sum: sum, Minimum: minimum, Maximum: maximum },
      ...(unit === undefined ? {} : { Unit: unit }),
    } satisfies MetricDatum;
    return [{ series, at, datum }];
  });
}
