import type { Alarm } from "../../../alarm/alarm.ts";
import type { Environment } from "../../../config/config.ts";
import { periodOf } from "../../metrics/lightsail.ts";
import { judgeThreshold, SILENT_MS, type Limit, type Point, type Standing } from "./judge-threshold.ts";
import type { Reading } from "./read-metrics.ts";

/** One threshold of a configuration. */
export type Threshold = NonNullable<Environment["watch"]>["thresholds"][number];

/** Whose thresholds they are, and where. */
export type Of = { environment: string; account: string; region: string };

/** The namespace that Lightsail's metrics go by here; they are in none of CloudWatch's. */
export const NAMESPACE = "AWS/Lightsail";

/** The dimension that names a resource. */
export const DIMENSION = { database: "DatabaseName", instance: "InstanceName" } as const;

type Around = { of: Of; now: Date; unreadSince: Date };

/**
 * What a threshold says now, as an alarm; nothing where its points decide nothing. `unreadSince`: since when the metric could not be read.
 * Its key is `gumshoe:lightsail:<region>:<environment>:<source>:<metric>:<statistic><limits>`.
 */
export function thresholdAlarm(threshold: Threshold, reading: Reading, around: Around): Alarm | undefined {
  const { of } = around;
  const standing = standingOf(threshold, reading, around);
  if (!standing) return undefined;
  const limit = limitOf(threshold);
  return {
    key: `gumshoe:lightsail:${of.region}:${of.environment}:${reading.source}:${reading.metric}:${threshold.statistic}${limit}`,
    name: `${reading.name} ${reading.metric} ${limit}`,
    kind: "lightsail",
    account: of.account,
    region: of.region,
    state: standing.state,
    changedAt: standing.since,
    reason: reasonOf(threshold, reading, standing),
    watched: [{ namespace: NAMESPACE, metric: reading.metric, dimensions: { [DIMENSION[reading.source]]: reading.name } }],
    ...(standing.value === undefined ? {} : { value: standing.value }),
    ...comparedTo(threshold, standing.value),
  };
}

/** What cannot be read stands as it was for a while, and has no data then; where Lightsail has no points it has none at once. */
function standingOf(threshold: Threshold, reading: Reading, { now, unreadSince }: Around): Standing | undefined {
  if ("points" in reading) {
    const points = pointsOf(threshold, reading);
    if (points.length === 0) return { state: "no-data", since: now };
    return judgeThreshold(points, threshold, { periodMs: periodOf(reading) * 1000, now });
  }
  const since = new Date(unreadSince.getTime() + SILENT_MS);
  return now > since ? { state: "no-data", since } : undefined;
}

function pointsOf({ statistic }: Threshold, reading: Extract<Reading, { points: unknown }>): Point[] {
  const key = ({ Average: "average", Maximum: "maximum", Minimum: "minimum", Sum: "sum" } as const)[statistic];
  return reading.points.flatMap((point) => (point[key] === undefined ? [] : [{ at: point.timestamp.getTime(), value: point[key] }]));
}

const limitOf = ({ above, below }: Limit) =>
  [above === undefined ? "" : `>${above}`, below === undefined ? "" : `<${below}`].filter(Boolean).join(" ");

/** The limit that a value is beyond, else the first there is. */
function comparedTo({ above, below }: Limit, value: number | undefined): Pick<Alarm, "threshold" | "comparison"> {
  if (above !== undefined && (below === undefined || value === undefined || value > below))
    return { threshold: above, comparison: "GreaterThanThreshold" };
  return below === undefined ? {} : { threshold: below, comparison: "LessThanThreshold" };
}

/** Data of its source, as CloudWatch's own reasons are: English, whatever the channel's language. */
function reasonOf(threshold: Threshold, reading: Reading, { state, value }: Standing): string {
  const what = `${reading.metric} (${threshold.statistic}) of ${reading.name}`;
  if (state === "no-data") return `${what}: ${"because" in reading ? reading.because : "no points any longer"}`;
  if (state === "ok") return `${what} is ${round(value)}, within ${limitOf(threshold)}`;
  return `${what} was ${limitOf(threshold)} for ${threshold.minutes} min, up to ${round(value)}`;
}

const round = (value: number | undefined) => (value === undefined ? "?" : Number(value.toPrecision(6)));
