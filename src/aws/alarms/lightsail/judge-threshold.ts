import type { AlarmState } from "../../../alarm/alarm.ts";

/** A point of one statistic; `at` is its period's start in ms. */
export type Point = { at: number; value: number };

/** What a metric is held against, for how many minutes one after the other. */
export type Limit = { above?: number | undefined; below?: number | undefined; minutes: number };

/**
 * How a metric stands: since when, and the worst value of those that decided. `since` is the end of the period that decided; where it stands so for as
 * long as there are points, that of the newest.
 */
export type Standing = { state: AlarmState; since: Date; value?: number };

/** Points come late by a minute or three; without one for so long there are none. */
export const SILENT_MS = 600_000;

/** Periods that may be missing between the points that decide. */
const GAPS = 2;

/** Whether a value is on the wrong side. */
function breaches(value: number, { above, below }: Limit): boolean {
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}

/**
 * How a metric stands by its points, oldest first: it fires where all of the last `minutes` are on the wrong side, and is well with the first point
 * that is not. Nothing where too few points decide anything; `no-data` where the newest is too old: silence is never well.
 */
export function judgeThreshold(
  points: readonly Point[],
  limit: Limit,
  { periodMs, now }: { periodMs: number; now: Date },
): Standing | undefined {
  const newest = points.at(-1);
  if (!newest) return undefined;
  const silentSince = newest.at + periodMs + SILENT_MS;
  if (now.getTime() > silentSince) return { state: "no-data", since: new Date(silentSince) };
  const needed = Math.max(1, Math.ceil((limit.minutes * 60_000) / periodMs));
  let standing: Standing | undefined;
  let turns = 0;
  for (const [nth, point] of points.entries()) {
    const since = new Date(point.at + periodMs);
    if (!breaches(point.value, limit)) {
      if (standing?.state !== "ok") [standing, turns] = [{ state: "ok", since }, turns + 1];
    } else if (standing?.state !== "alarm" && wrongFor(points.slice(Math.max(0, nth - needed + 1), nth + 1), { needed, limit, periodMs }))
      [standing, turns] = [{ state: "alarm", since }, turns + 1];
  }
  if (!standing) return undefined;
  const { state, since } = standing;
  return { state, since: turns > 1 ? since : new Date(newest.at + periodMs), value: valueOf(points, standing, { limit, needed }) };
}

type Run = { needed: number; limit: Limit; periodMs: number };

function wrongFor(run: readonly Point[], { needed, limit, periodMs }: Run): boolean {
  const [first, last] = [run[0], run.at(-1)];
  if (run.length < needed || !first || !last || last.at - first.at > (needed - 1 + GAPS) * periodMs) return false;
  return run.every(({ value }) => breaches(value, limit));
}

/** Of what fires the worst value of the last points, of what is well the newest. */
function valueOf(points: readonly Point[], { state }: Standing, { limit, needed }: Pick<Run, "limit" | "needed">): number {
  const values = points.slice(-needed).map(({ value }) => value);
  if (state !== "alarm") return values.at(-1)!;
  return limit.above !== undefined && values.some((value) => value > limit.above!) ? Math.max(...values) : Math.min(...values);
}
