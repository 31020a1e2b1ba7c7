import { highestOf, medianOf } from "./parse/text/figures.ts";
import type { Point, Series } from "./parse/database/metric-series.ts";
import type { Reading } from "./parser.ts";

const MINUTE_MS = 60_000;

/** A series whose newest point is older than this says nothing of now. */
const STALE_MS = 15 * MINUTE_MS;

/** What ended less than ten minutes, or ten points of a finer series, before the incident may be its slow beginning, and is no baseline. */
const CLEAR_OF_INCIDENT = { ms: 10 * MINUTE_MS, points: 10 };

/** Fewer points than this make no baseline, and fewer than this no picture of the incident. */
const BASELINE_POINTS = 10;
const INCIDENT_POINTS = 3;

/**
 * A series cut to one incident: its points from the incident's beginning on (with one or two before it where it has just begun), the same without
 * a newest one that is only partly filled, and the middle of those well before it. Metrics arrive minutes late: where no point is of the incident
 * yet, `incident` is empty, since what was measured before it says nothing of it.
 */
export type Stretch = { incident: readonly Point[]; filled: readonly Point[]; newest: Point; baseline?: number };

/** The points that may be: the newest may be stamped up to a minute after the look. */
export function pointsUntil(series: Series, at: Date): Point[] {
  return series.points.filter((point) => point.at <= at.getTime() + MINUTE_MS);
}

/** The stretch of a series; `undefined` where it has no point, or none of the last 15 minutes before the look. */
export function stretchOf(series: Series, { at, window }: Pick<Reading, "at" | "window">): Stretch | undefined {
  const points = pointsUntil(series, at);
  const newest = points.at(-1);
  if (!newest || at.getTime() - newest.at > STALE_MS) return undefined;
  const beganAt = window.beganAt.getTime();
  const inside = points.filter((point) => point.at + series.periodMs > beganAt);
  const clearMs = Math.min(CLEAR_OF_INCIDENT.ms, CLEAR_OF_INCIDENT.points * series.periodMs);
  const before = points.filter((point) => point.at + series.periodMs < beganAt - clearMs);
  const incident = inside.length > 0 && inside.length < INCIDENT_POINTS ? points.slice(-INCIDENT_POINTS) : inside;
  const filled = withoutPartial(incident, series.periodMs, at);
  const baseline = before.length < BASELINE_POINTS ? undefined : medianOf(before.map(({ value }) => value));
  return { incident, filled, newest, ...(baseline === undefined ? {} : { baseline }) };
}

/** The newest period is still running when it is looked at: where it shows less than half of the others, it is only partly filled. */
function withoutPartial(points: readonly Point[], periodMs: number, at: Date): readonly Point[] {
  const others = points.slice(0, -1);
  const newest = points.at(-1);
  if (!newest || others.length < INCIDENT_POINTS - 1 || newest.at + periodMs <= at.getTime()) return points;
  return newest.value < (medianOf(others.map(({ value }) => value)) ?? 0) / 2 ? others : points;
}

/** The mean of points' averages; `undefined` of none. */
export function meanOf(points: readonly Point[]): number | undefined {
  return points.length === 0 ? undefined : points.reduce((sum, { value }) => sum + value, 0) / points.length;
}

/** The highest of points' maxima; `undefined` of none. */
export function peakOf(points: readonly Point[]): number | undefined {
  return highestOf(points.map(({ peak }) => peak));
}

/**
 * When the rise began that lasts until now: the first point at or above `threshold` with at most one point below it in a row since, and two
 * or more in all. `undefined` where the series is not high now.
 */
export function sustainedRiseAt(points: readonly Point[], threshold: number): number | undefined {
  const high: Point[] = [];
  let below = 0;
  for (const point of points.toReversed()) {
    if (point.value >= threshold) {
      high.push(point);
      below = 0;
    } else if (++below > 1) break;
  }
  return high.length < 2 ? undefined : high.at(-1)?.at;
}

/** How many points in a row make a plateau, how far they may be from its middle, how far above the baseline it must lie, and how many of the newest points are looked at. */
const PLATEAU = { points: 4, spread: 0.1, timesBaseline: 3, leastPerSecond: 20, lookAt: 240 };

/**
 * Where I/O runs against a ceiling: the middle of the longest run of four or more points that stay within 10 % of it, three times the baseline
 * and 20 a second or more. `false` where there is none; `undefined` where fewer points, or no baseline, can tell.
 */
export function plateauOf({ incident, baseline }: Stretch): number | false | undefined {
  if (baseline === undefined || incident.length < PLATEAU.points) return undefined;
  const floor = Math.max(baseline * PLATEAU.timesBaseline, PLATEAU.leastPerSecond);
  let run: number[] = [];
  let longest: number[] = [];
  for (const { value } of incident.slice(-PLATEAU.lookAt)) {
    const middle = medianOf([...run, value]) ?? value;
    const fits = value >= floor && [...run, value].every((one) => Math.abs(one - middle) <= middle * PLATEAU.spread);
    run = fits ? [...run, value] : value >= floor ? [value] : [];
    if (run.length > longest.length) longest = run;
  }
  return longest.length < PLATEAU.points ? false : (medianOf(longest) ?? false);
}

/** Two series added up point by point, where both have one; the other alone where one is missing. */
export function addedUp(a: Series | undefined, b: Series | undefined): Series | undefined {
  if (!a || !b) return a ?? b;
  const other = new Map(b.points.map((point) => [point.at, point]));
  const points = a.points.flatMap((point) => {
    const more = other.get(point.at);
    return more ? [{ at: point.at, value: point.value + more.value, peak: point.peak + more.peak }] : [];
  });
  return { ...a, points };
}
