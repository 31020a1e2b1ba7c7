import {
  GetInstanceMetricDataCommand,
  GetRelationalDatabaseMetricDataCommand,
  LightsailClient,
  type InstanceMetricName,
  type MetricDatapoint,
  type MetricUnit,
  type RelationalDatabaseMetricName,
} from "@aws-sdk/client-lightsail";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import type { Span } from "./cloud.ts";

/** Units as published: another one gets an empty answer and no error. */
const DATABASE_UNITS: Readonly<Record<string, MetricUnit>> = {
  CPUUtilization: "Percent",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  FreeableMemory: "Bytes",
  FreeStorageSpace: "Bytes",
  NetworkReceiveThroughput: "Bytes/Second",
  NetworkTransmitThroughput: "Bytes/Second",
  SwapUsage: "Bytes",
};
const INSTANCE_UNITS: Readonly<Record<string, MetricUnit>> = {
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

/** One series of a Lightsail database as the API tells it, as JSON. Throws an Unseen where the call fails or tells no point. */
export async function databaseSeries(access: Access, name: string, metric: string, { from, to, signal }: Span): Promise<string> {
  const wanted = new GetRelationalDatabaseMetricDataCommand({
    relationalDatabaseName: name,
    metricName: metric as RelationalDatabaseMetricName,
    period: PERIOD_S,
    startTime: from,
    endTime: to,
    unit: unitOf(DATABASE_UNITS, metric),
    statistics: ["Average", "Maximum"],
  });
  const told = await ask(access, access.open(LightsailClient), wanted, { signal }).catch((error: unknown) => {
    throw isMissing(error) ? new Unseen(reason("notThere", "lightsail-database", name)) : error;
  });
  return textOf(metric, told.metricData);
}

/** The same of a Lightsail instance. */
export async function instanceSeries(access: Access, name: string, metric: string, { from, to, signal }: Span): Promise<string> {
  const wanted = new GetInstanceMetricDataCommand({
    instanceName: name,
    metricName: metric as InstanceMetricName,
    period: metric.startsWith("StatusCheckFailed") ? PERIOD_S : INSTANCE_PERIOD_S,
    startTime: from,
    endTime: to,
    unit: unitOf(INSTANCE_UNITS, metric),
    statistics: ["Average", "Maximum"],
  });
  const told = await ask(access, access.open(LightsailClient), wanted, { signal }).catch((error: unknown) => {
    throw isMissing(error) ? new Unseen(reason("notThere", "lightsail-instance", name)) : error;
  });
  return textOf(metric, told.metricData);
}

function unitOf(units: Readonly<Record<string, MetricUnit>>, metric: string): MetricUnit {
  const unit = units[metric];
  if (unit === undefined) throw new Unseen(reason("notThere", "metric", metric));
  return unit;
}

function isMissing(error: unknown): boolean {
  return error instanceof AwsFailure && error.code === "NotFoundException";
}

function textOf(metricName: string, metricData: readonly MetricDatapoint[] = []): string {
  if (metricData.length === 0) throw new Unseen(reason("noPoints"));
  return JSON.stringify({ metricName, metricData });
}
