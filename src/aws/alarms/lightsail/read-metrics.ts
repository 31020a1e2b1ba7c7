import type { MetricDatapoint } from "@aws-sdk/client-lightsail";
import type { Access } from "../../access.ts";
import { lightsailPoints, type LightsailMetric } from "../../metrics/lightsail.ts";
import { together } from "../../together.ts";
import { wordsOf } from "../intake.ts";

/** What one look read of a metric: its points, oldest first, or why there are none. */
export type Reading = LightsailMetric & ({ points: readonly (MetricDatapoint & { timestamp: Date })[] } | { because: string });

/** Everything a point can say; the bridge needs all of it. */
const STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"] as const;

/** How far back: far enough to tell since when something is so, after a start too. */
const BACK_MS = 75 * 60_000;

/** Calls at the same time; Lightsail has none for several series. */
const AT_ONCE = 6;

/** Reads metrics up to now. What could not be read has its reason; nothing is thrown but the signal's own. */
export async function readMetrics(
  access: Access,
  wanted: readonly LightsailMetric[],
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Reading[]> {
  const span = { from: new Date(now.getTime() - BACK_MS), to: now, signal, statistics: STATISTICS };
  return together(wanted, AT_ONCE, async (one): Promise<Reading> => {
    try {
      const points = await lightsailPoints(access, one, span);
      return { ...one, points: points.filter(isTimed).toSorted((a, b) => a.timestamp.getTime() - b.timestamp.getTime()) };
    } catch (error) {
      return { ...one, because: wordsOf(error) };
    }
  });
}

function isTimed<Timed extends { timestamp?: Date | undefined }>(point: Timed): point is Timed & { timestamp: Date } {
  return point.timestamp !== undefined;
}
