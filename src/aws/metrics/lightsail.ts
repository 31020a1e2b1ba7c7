import {
  GetInstanceMetricDataCommand,
  GetRelationalDatabaseMetricDataCommand,
  LightsailClient,
  type InstanceMetricName,
  type MetricDatapoint,
  type MetricStatistic,
  type MetricUnit,
  type RelationalDatabaseMetricName,
} from "@aws-sdk/client-lightsail";
import type { LIGHTSAIL_METRICS } from "../../config/lightsail-metrics.ts";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import type { Span } from "./cloud.ts";

/** Units as published: another one gets an empty answer and no error. */
const DATABASE_UNITS: Readonly<Record<(typeof LIGHTSAIL_METRICS.database)[number], MetricUnit>> = {
  CPUUtilization: "Percent",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  FreeableMemory: "Bytes",
  FreeStorageSpace: "Bytes",
  NetworkReceiveThroughput: "Bytes/Second",
  NetworkTransmitThroughput: "Bytes/Second",
  SwapUsage: "Bytes",
};
const INSTANCE_UNITS: Readonly<Record<(typeof LIGHTSAIL_METRICS.instance)[number], MetricUnit>> = {
  BurstCapacityPercentage: "Percent",
  BurstCapacityTime: "Seconds",
  CPUUtilization: "Percent",
  DiskQueueLength: "Count",
  DiskReadBytes: "Bytes",
  DiskReadOps: "Count",
  DiskWriteBytes: "Bytes",
  DiskWriteOps: "Count",
  NetworkIn: "Bytes",
  NetworkOut: "Bytes",
  StatusCheckFailed: "Count",
};

/** Seconds between an instance's points, as Lightsail publishes them; a database has one a minute, and so have an instance's status checks. */
const PERIOD_S = 60;
const INSTANCE_PERIOD_S = 300;

/** What a diagnosis looks at. */
const SHOWN = ["Average", "Maximum"] as const;

/** One metric of a Lightsail database or instance, by the resource's name. */
export type LightsailMetric = { source: "database" | "instance"; name: string; metric: string };

/** How far a metric's points are apart, in seconds. */
export function periodOf({ source, metric }: Pick<LightsailMetric, "source" | "metric">): number {
  return source === "database" || metric.startsWith("StatusCheckFailed") ? PERIOD_S : INSTANCE_PERIOD_S;
}

/** The points of a metric as the API tells them: in no order, and none where there are none. Throws an Unseen where the call fails. */
export async function lightsailPoints(
  access: Access,
  of: LightsailMetric,
  { from, to, signal, statistics }: Span & { statistics: readonly MetricStatistic[] },
): Promise<readonly MetricDatapoint[]> {
  const { source, name, metric } = of;
  const unit = unitOf(source === "database" ? DATABASE_UNITS : INSTANCE_UNITS, metric);
  const wanted = { period: periodOf(of), startTime: from, endTime: to, unit, statistics: [...statistics] };
  const command =
    source === "database"
      ? new GetRelationalDatabaseMetricDataCommand({
          relationalDatabaseName: name,
          metricName: metric as RelationalDatabaseMetricName,
          ...wanted,
        })
      : new GetInstanceMetricDataCommand({ instanceName: name, metricName: metric as InstanceMetricName, ...wanted });
  const told = await ask<{ metricData?: MetricDatapoint[] | undefined }>(access, access.open(LightsailClient), command, { signal }).catch(
    (error: unknown) => {
      throw isMissing(error) ? new Unseen(reason("notThere", `lightsail-${source}`, name)) : error;
    },
  );
  return told.metricData ?? [];
}

/** One series of a Lightsail database as the API tells it, as JSON. Throws an Unseen where the call fails or tells no point. */
export async function databaseSeries(access: Access, name: string, metric: string, span: Span): Promise<string> {
  return textOf(metric, await lightsailPoints(access, { source: "database", name, metric }, { ...span, statistics: SHOWN }));
}

/** The same of a Lightsail instance. */
export async function instanceSeries(access: Access, name: string, metric: string, span: Span): Promise<string> {
  return textOf(metric, await lightsailPoints(access, { source: "instance", name, metric }, { ...span, statistics: SHOWN }));
}

/** A metric's unit. Throws an Unseen where it is not known: another one would be answered with nothing. */
function unitOf(units: Readonly<Record<string, MetricUnit>>, metric: string): MetricUnit {
  const unit = units[metric];
  if (unit === undefined) throw new Unseen(reason("notThere", "metric", metric));
  return unit;
}

function isMissing(error: unknown): boolean {
  return error instanceof AwsFailure && error.code === "NotFoundException";
}

function textOf(metricName: string, metricData: readonly MetricDatapoint[]): string {
  if (metricData.length === 0) throw new Unseen(reason("noPoints"));
  return JSON.stringify({ metricName, metricData });
}
