import type { MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import { stamp, type AlarmBook, type State } from "../alarms/kept.ts";
import { reasonOf } from "./reason.ts";
import { periodOf, watched, type Watched } from "./series.ts";

/** Periods that are looked at besides those that are evaluated, since points may come late. */
const LATE = 2;

/** Whether a value breaches, by CloudWatch's operators; the last three hold it against a band. */
export const BREACHES: Readonly<Record<string, (value: number, limit: number, band: { lower: number; upper: number }) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, limit) => value >= limit,
  GreaterThanThreshold: (value, limit) => value > limit,
  LessThanOrEqualToThreshold: (value, limit) => value <= limit,
  LessThanThreshold: (value, limit) => value < limit,
  GreaterThanUpperThreshold: (value, _, { upper }) => value > upper,
  LessThanLowerThreshold: (value, _, { lower }) => value < lower,
  LessThanLowerOrGreaterThanUpperThreshold: (value, _, { lower, upper }) => value < lower || value > upper,
};

/** One period: how many periods before the latest, and whether its value breaches; nothing where it has no value. */
export type Point = { at: number; value: number; breaches: boolean } | undefined;

/** The state that a metric alarm belongs into by the periods that have ended; nothing where it stays as it is. */
export function judgeMetric(book: AlarmBook, alarm: MetricAlarm): State | undefined {
  const { EvaluationPeriods: periods = 1, DatapointsToAlarm: toAlarm = periods, TreatMissingData: missing = "missing" } = alarm;
  const periodS = periodOf(alarm);
  const now = book.account.clock.now();
  const to = Math.floor(now.getTime() / (periodS * 1000)) * periodS * 1000;
  const from = to - (periods + LATE) * periodS * 1000;
  const seen = watched(book, alarm, { from, to, periodS });
  const newestFirst = Array.from({ length: periods + LATE }, (_, index) => pointOf(alarm, seen, to - (index + 1) * periodS * 1000));
  const state = stateBy(newestFirst, { periods, toAlarm, missing });
  if (state === undefined) return undefined;
  const points = newestFirst.filter((point) => point !== undefined).slice(0, periods);
  const evaluated = {
    state,
    points,
    periods,
    toAlarm,
    queryDate: stamp(now),
    startDate: stamp(new Date(points.at(-1)?.at ?? from)),
    periodS,
  };
  return reasonOf(alarm, seen.band, evaluated);
}

function pointOf({ ComparisonOperator, Threshold = 0, ThresholdMetricId }: MetricAlarm, { values, band }: Watched, at: number): Point {
  const value = values.get(at);
  if (value === undefined || (ThresholdMetricId !== undefined && !band)) return undefined;
  return { at, value, breaches: BREACHES[ComparisonOperator ?? ""]?.(value, Threshold, band ?? { lower: 0, upper: 0 }) ?? false };
}

/**
 * By "Configuring how CloudWatch alarms treat missing data": enough points that are there decide alone; what is missing is put in only where they
 * are too few. Nothing where the state is to be retained.
 */
export function stateBy(newestFirst: readonly Point[], how: { periods: number; toAlarm: number; missing: string }): StateValue | undefined {
  const { periods, toAlarm, missing } = how;
  const there = newestFirst.filter((point) => point !== undefined).slice(0, periods);
  const breaching = there.filter(({ breaches }) => breaches).length;
  const lacking = periods - there.length;
  if (breaching >= toAlarm) return "ALARM";
  if (there.length > 0 && lacking === 0) return "OK";
  if (missing === "breaching") return breaching + lacking >= toAlarm ? "ALARM" : "OK";
  if (missing === "notBreaching") return "OK";
  if (there.length === 0) return missing === "ignore" ? undefined : "INSUFFICIENT_DATA";
  if (breaching < there.length) return "OK";
  if (missing === "ignore") return undefined;
  // All that is there breaches, and the oldest of it is as old as the alarm needs.
  return newestFirst.findLastIndex((point) => point !== undefined) + 1 >= toAlarm ? "ALARM" : "OK";
}
