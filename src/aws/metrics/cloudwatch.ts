import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import type { Span } from "./cloud.ts";

/** One metric of one instance; `source` is what series are called after. */
export type Metric = { source: "rds" | "ec2"; instance: string; name: string };

const PLACES = {
  rds: { Namespace: "AWS/RDS", dimension: "DBInstanceIdentifier" },
  ec2: { Namespace: "AWS/EC2", dimension: "InstanceId" },
};
const STATISTICS = ["Average", "Maximum"] as const;
const PERIOD_S = 60;

/** What only some instances publish (gp2 disks, small or burstable classes, replicas): without points it is not there, and nothing is missing. */
const NOT_EVERYWHERE = new Set(["BurstBalance", "CPUCreditBalance", "EBSIOBalance%", "EBSByteBalance%", "ReplicaLag", "DBLoad"]);

/**
 * Series of RDS and EC2 as JSON, in the form of CloudWatch's statistics, all in one call (with its pages). What has no points is an Unseen; what
 * this kind of instance does not publish is left out. Throws an Unseen where the call fails.
 */
export async function cloudWatchSeries(access: Access, metrics: readonly Metric[], span: Span): Promise<Map<Metric, string | Unseen>> {
  const queries = metrics.flatMap((metric, nth) => STATISTICS.map((statistic) => queryOf(metric, `m${nth}_${statistic}`, statistic)));
  const results = Map.groupBy(await resultsOf(access, queries, span), ({ Id = "" }) => Id);
  const series = new Map<Metric, string | Unseen>();
  for (const [nth, metric] of metrics.entries()) {
    const columns = STATISTICS.map((statistic) => [statistic, results.get(`m${nth}_${statistic}`) ?? []] as const);
    const told = textOf(metric.name, columns);
    if (told !== undefined) series.set(metric, told);
  }
  return series;
}

function queryOf({ source, instance, name }: Metric, Id: string, Stat: string): MetricDataQuery {
  const { Namespace, dimension } = PLACES[source];
  const Dimensions = [{ Name: dimension, Value: instance }];
  return { Id, MetricStat: { Metric: { Namespace, MetricName: name, Dimensions }, Period: PERIOD_S, Stat }, ReturnData: true };
}

async function resultsOf(access: Access, MetricDataQueries: MetricDataQuery[], { from, to, signal }: Span): Promise<MetricDataResult[]> {
  const results: MetricDataResult[] = [];
  let NextToken: string | undefined;
  do {
    const wanted = { MetricDataQueries, StartTime: from, EndTime: to, ...(NextToken ? { NextToken } : {}) };
    const page = await ask(access, access.open(CloudWatchClient), new GetMetricDataCommand(wanted), { signal });
    results.push(...(page.MetricDataResults ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return results;
}

type Columns = readonly (readonly [statistic: string, pages: readonly MetricDataResult[]])[];

/** The columns of statistics as rows by time. A metric that CloudWatch could not read itself says so; `undefined` where nothing is missing. */
function textOf(name: string, columns: Columns): string | Unseen | undefined {
  const rows = new Map<number, Record<string, unknown>>();
  for (const [statistic, pages] of columns) {
    const broken = pages.find(({ StatusCode }) => StatusCode === "InternalError" || StatusCode === "Forbidden");
    if (broken) return new Unseen(reason("awsRefused", "CloudWatch", broken.StatusCode ?? "", broken.Messages?.[0]?.Value ?? ""));
    for (const { Timestamps = [], Values = [] } of pages)
      for (const [nth, at] of Timestamps.entries())
        rows.set(at.getTime(), { ...(rows.get(at.getTime()) ?? { Timestamp: at }), [statistic]: Values[nth] });
  }
  if (rows.size === 0) return NOT_EVERYWHERE.has(name) ? undefined : new Unseen(reason("noPoints"));
  const sorted = [...rows].toSorted(([a], [b]) => a - b);
  return JSON.stringify({ Label: name, Datapoints: sorted.map(([, row]) => row) });
}
