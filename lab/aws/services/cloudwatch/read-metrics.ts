import type {
  Datapoint,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  MetricDataQuery,
  MetricDataResult,
  MetricStat,
} from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { STATISTICS, type Statistic } from "../../metrics.ts";
import type { Filled } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import type { MetricPoint } from "../../world.ts";
import { read, type MetricId, type MetricStore } from "./metric-store.ts";

/** Queries and points of one GetMetricData call, and points of one GetMetricStatistics call. */
const [QUERIES, POINTS, STATISTICS_POINTS] = [500, 100_800, 1_440];

const notValid = (message: string) => new AwsError("ValidationException", message);

/** GetMetricData: the newest points first unless told otherwise; what does not fit into an answer comes with the next token. */
export function getMetricData(account: Account, store: MetricStore, input: Filled<GetMetricDataInput>) {
  const { MetricDataQueries: queries, StartTime: from, EndTime: to, ScanBy = "TimestampDescending", MaxDatapoints, NextToken } = input;
  checkQueries(queries);
  if (from >= to) throw notValid("The parameter StartTime must be less than the parameter EndTime.");
  const series = queries
    .filter(({ ReturnData = true }) => ReturnData)
    .map((query) => ({ query, points: pointsOf(account, store, query, from, to) }));
  if (ScanBy === "TimestampDescending") for (const { points } of series) points.reverse();
  const all = series.flatMap(({ query, points }, index) =>
    points.map((point, at) => ({ index, query, point, last: at === points.length - 1 })),
  );
  const { items, next } = page(all, { token: NextToken, size: pageSize(MaxDatapoints, { most: POINTS }), error: "InvalidNextToken" });
  const MetricDataResults = series.flatMap(({ query, points }, index): MetricDataResult[] => {
    const here = items.filter((item) => item.index === index);
    if (here.length === 0 && (points.length > 0 || NextToken !== undefined)) return [];
    const told = {
      Id: query.Id!,
      Label: query.Label ?? query.MetricStat!.Metric!.MetricName!,
      StatusCode: whole(here) ? ("Complete" as const) : ("PartialData" as const),
    };
    return [{ ...told, Timestamps: here.map(({ point }) => new Date(point.at)), Values: here.map(({ point }) => point.value) }];
  });
  return { MetricDataResults, Messages: [], ...(next ? { NextToken: next } : {}) };
}

const whole = (items: readonly { last: boolean }[]) => items.length === 0 || items.at(-1)!.last;

function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length > QUERIES) throw notValid(`The collection MetricDataQueries must not have a size greater than ${QUERIES}.`);
  const seen = new Set<string>();
  for (const { Id: id = "", MetricStat: stat, Expression } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
      throw notValid(
        `The value ${id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (seen.has(id)) throw notValid(`The values for parameter id in MetricDataQueries are not unique: ${id}.`);
    seen.add(id);
    if (Expression !== undefined) throw notValid(`The local AWS does not calculate metric math: ${Expression}`);
    if (!stat) throw notValid(`The parameter MetricDataQueries.member.MetricStat is required for ${id}.`);
    checkPeriod(stat.Period ?? 0);
    statistic(stat);
  }
}

function checkPeriod(period: number): void {
  if ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return;
  throw notValid(`The value ${period} for parameter Period is invalid: it must be 1, 5, 10, 20, 30 or a multiple of 60.`);
}

function statistic({ Stat = "" }: MetricStat): Statistic {
  if (Stat in STATISTICS) return Stat as Statistic;
  throw notValid(`The local AWS keeps Average, Maximum, Minimum, SampleCount and Sum, not ${Stat}.`);
}

function pointsOf(
  account: Account,
  store: MetricStore,
  { MetricStat: stat }: MetricDataQuery,
  from: Date,
  to: Date,
): { at: number; value: number }[] {
  const { Metric, Period = 60, Unit } = stat!;
  const name = STATISTICS[statistic(stat!)];
  const { points } = read(account, store, idOf(Metric ?? {}), { periodS: Period, from, to, unit: Unit });
  return points.map((point) => ({ at: point.at, value: point[name] }));
}

type Named = { Namespace?: string | undefined; MetricName?: string | undefined; Dimensions?: MetricId["dimensions"] | undefined };

const idOf = ({ Namespace = "", MetricName = "", Dimensions = [] }: Named): MetricId => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
});

/** GetMetricStatistics: one metric, several statistics, in no order. */
export function getMetricStatistics(account: Account, store: MetricStore, input: Filled<GetMetricStatisticsInput>) {
  const { MetricName, StartTime: from, EndTime: to, Period: periodS, Statistics = [], ExtendedStatistics = [], Unit } = input;
  if (from >= to) throw new AwsError("InvalidParameterValueException", "The parameter StartTime must be less than the parameter EndTime.");
  checkPeriod(periodS);
  if (ExtendedStatistics.length > 0) statistic({ Metric: {}, Period: periodS, Stat: ExtendedStatistics[0] });
  if (Statistics.length === 0) {
    throw new AwsError(
      "InvalidParameterCombinationException",
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  }
  const wanted = Math.ceil((to.getTime() - from.getTime()) / 1000 / periodS);
  if (wanted > STATISTICS_POINTS) {
    throw new AwsError(
      "InvalidParameterCombinationException",
      `You have requested up to ${wanted} datapoints, which exceeds the limit of ${STATISTICS_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const { points, unit } = read(account, store, idOf(input), { periodS, from, to, unit: Unit });
  return { Label: MetricName, Datapoints: points.map((point) => datapoint(point, Statistics, unit)).reverse() };
}

function datapoint(point: MetricPoint, statistics: readonly Statistic[], unit: string): Datapoint {
  const values = statistics.map((name) => [name, point[STATISTICS[name]]]);
  return { ...Object.fromEntries(values), Timestamp: new Date(point.at), Unit: unit as "Count" };
}
