import type { MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { STATISTICS, type Statistic } from "../../../metrics.ts";
import type { AlarmBook } from "../alarms/kept.ts";
import { read, type MetricId } from "../metric-store.ts";
import { parse, type Expression } from "./expression.ts";
import { calculate, type Series } from "./math.ts";

/** What an alarm looks at in a time: its values, and for an anomaly alarm the band that they are held against. */
export type Watched = { values: Series; band?: { lower: number; upper: number } | undefined };

type When = { from: number; to: number; periodS: number };

/** The band is made of this much before the values; CloudWatch's own model is trained on up to two weeks. */
const TRAINED_MS = 3 * 3_600_000;
/** With fewer points than this there is no band. */
const TRAINED_POINTS = 10;

/** Seconds of the periods that an alarm looks at: its own, or the longest of its metrics. */
export function periodOf({ Period, Metrics = [] }: MetricAlarm): number {
  const periods = Metrics.map(({ MetricStat, Period: own }) => MetricStat?.Period ?? own ?? 0);
  return Period ?? Math.max(60, ...periods.filter((period) => period > 0));
}

/** The values of an alarm's metric, or of its metric math. */
export function watched(book: AlarmBook, alarm: MetricAlarm, when: When): Watched {
  const { MetricName = "", Namespace = "", Dimensions = [], Statistic = "Average", Unit, Metrics } = alarm;
  if (!Metrics)
    return { values: valuesOf(book, { namespace: Namespace, name: MetricName, dimensions: Dimensions }, { Statistic, Unit, when }) };
  const band = Metrics.find(({ Id }) => Id === alarm.ThresholdMetricId);
  const shown = Metrics.find(({ Id, ReturnData = true }) => ReturnData && Id !== band?.Id);
  const values = queried(book, { Metrics, shown }, when);
  if (!band) return { values };
  const before = { from: when.from - TRAINED_MS, to: when.from, periodS: when.periodS };
  return { values, band: bandOf([...queried(book, { Metrics, shown }, before).values()], widthOf(parse(band.Expression ?? ""))) };
}

type Queries = { Metrics: readonly MetricDataQuery[]; shown: MetricDataQuery | undefined };

function queried(book: AlarmBook, { Metrics: all, shown: query }: Queries, when: When): Series {
  if (!query) return new Map();
  if (query.MetricStat) return ofStat(book, query.MetricStat, when);
  const stats = all.flatMap(({ Id = "", MetricStat }) => (MetricStat ? [[Id, ofStat(book, MetricStat, when)] as const] : []));
  const periodMs = when.periodS * 1000;
  const periods = Array.from({ length: Math.ceil((when.to - when.from) / periodMs) }, (_, index) => when.from + index * periodMs);
  return calculate(parse(query.Expression ?? ""), { metrics: new Map(stats), periods });
}

function ofStat(book: AlarmBook, { Metric = {}, Stat = "Average", Unit }: NonNullable<MetricDataQuery["MetricStat"]>, when: When): Series {
  const id = { namespace: Metric.Namespace ?? "", name: Metric.MetricName ?? "", dimensions: Metric.Dimensions ?? [] };
  return valuesOf(book, id, { Statistic: Stat, Unit, when });
}

function valuesOf({ account, store }: AlarmBook, id: MetricId, how: { Statistic: string; Unit: string | undefined; when: When }): Series {
  const { from, to, periodS } = how.when;
  const member = STATISTICS[how.Statistic as Statistic] ?? "average";
  const { points } = read(account, store, id, { periodS, from: new Date(from), to: new Date(to), unit: how.Unit });
  return new Map(points.map((point) => [point.at, point[member]]));
}

/** The width in `ANOMALY_DETECTION_BAND(m1, 2)`: two standard deviations unless it says otherwise. */
function widthOf(expression: Expression): number {
  const [, width] = expression.is === "call" ? expression.with : [];
  return width?.is === "number" ? width.value : 2;
}

/** As many standard deviations to both sides of the mean. */
function bandOf(values: readonly number[], width: number): { lower: number; upper: number } | undefined {
  if (values.length < TRAINED_POINTS) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { lower: mean - width * deviation, upper: mean + width * deviation };
}
