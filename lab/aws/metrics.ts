import type { Account } from "./account.ts";
import type { MetricPoint, MetricQuery } from "./world.ts";

/** Points are kept for 15 days at 60 s, 63 days at 300 s and 455 days at an hour. */
const KEPT_MS = (periodS: number) => (periodS < 300 ? 15 : periodS < 3600 ? 63 : 455) * 86_400_000;

/** The world's points for a query, one per period, oldest first; what AWS would have forgotten is left out. */
export function worldPoints({ world, clock }: Account, query: MetricQuery): MetricPoint[] {
  const periodMs = query.periodS * 1000;
  const oldest = clock.now().getTime() - KEPT_MS(query.periodS);
  const from = new Date(Math.floor(Math.max(query.from.getTime(), oldest) / periodMs) * periodMs);
  return byPeriod(world.metrics({ ...query, from }), query.periodS, from, query.to);
}

/** Join points into periods that begin at whole multiples of `periodS`; the first period that is asked for is the one `from` lies in. */
export function byPeriod(points: readonly MetricPoint[], periodS: number, from: Date, to: Date): MetricPoint[] {
  const periodMs = periodS * 1000;
  const first = Math.floor(from.getTime() / periodMs) * periodMs;
  const periods = new Map<number, MetricPoint>();
  for (const point of points) {
    if (point.at < first || point.at >= to.getTime()) continue;
    const at = Math.floor(point.at / periodMs) * periodMs;
    const known = periods.get(at);
    periods.set(at, known ? joined(known, point) : { ...point, at });
  }
  return [...periods.values()].sort((a, b) => a.at - b.at);
}

function joined(known: MetricPoint, point: MetricPoint): MetricPoint {
  const sampleCount = known.sampleCount + point.sampleCount;
  const sum = known.sum + point.sum;
  return {
    at: known.at,
    sum,
    sampleCount,
    average: sampleCount > 0 ? sum / sampleCount : 0,
    maximum: Math.max(known.maximum, point.maximum),
    minimum: Math.min(known.minimum, point.minimum),
  };
}

/** Statistics as Lightsail and CloudWatch name them, with the member of a point that each one is. */
export const STATISTICS = {
  Average: "average",
  Maximum: "maximum",
  Minimum: "minimum",
  SampleCount: "sampleCount",
  Sum: "sum",
} as const satisfies Record<string, keyof MetricPoint>;

/** The name of a statistic. */
export type Statistic = keyof typeof STATISTICS;
