import type { MetricDatapoint, MetricStatistic } from "@aws-sdk/client-lightsail";
import type { Account } from "../../account.ts";
import { STATISTICS, worldPoints } from "../../metrics.ts";
import { badInput } from "./resources.ts";

/** Metrics of a database, each with the one unit that it is kept in. */
export const DATABASE_UNITS: Readonly<Record<string, string>> = {
  CPUUtilization: "Percent",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  FreeStorageSpace: "Bytes",
  FreeableMemory: "Bytes",
  NetworkReceiveThroughput: "Bytes/Second",
  NetworkTransmitThroughput: "Bytes/Second",
  SwapUsage: "Bytes",
};

/** Metrics of an instance with their units. */
export const INSTANCE_UNITS: Readonly<Record<string, string>> = {
  BurstCapacityPercentage: "Percent",
  BurstCapacityTime: "Seconds",
  CPUUtilization: "Percent",
  DiskQueueLength: "Count",
  DiskReadBytes: "Bytes",
  DiskReadOps: "Count",
  DiskTotalReadTime: "Seconds",
  DiskTotalWriteTime: "Seconds",
  DiskWriteBytes: "Bytes",
  DiskWriteOps: "Count",
  MetadataNoToken: "Count",
  NetworkIn: "Bytes",
  NetworkOut: "Bytes",
  StatusCheckFailed: "Count",
  StatusCheckFailed_Instance: "Count",
  StatusCheckFailed_System: "Count",
};

type Wanted = {
  namespace: "lightsail-database" | "lightsail-instance";
  dimension: string;
  metricName: string;
  period: number;
  startTime: Date;
  endTime: Date;
  unit: string;
  statistics: MetricStatistic[];
};

/** The points of a metric, in no order. Another unit than the metric's own finds none, and that is no error. */
export function metricData<Name extends string>(
  account: Account,
  wanted: Wanted & { metricName: Name },
): { metricName: Name; metricData: MetricDatapoint[] } {
  const { namespace, dimension, metricName, period, startTime, endTime, unit, statistics } = wanted;
  const known = (namespace === "lightsail-database" ? DATABASE_UNITS : INSTANCE_UNITS)[metricName];
  if (known === undefined) throw badInput(`Metric ${metricName} is not a metric of this resource.`);
  if (period < 60 || period > 86_400 || period % 60 !== 0) {
    throw badInput(`Period must be a multiple of 60 between 60 and 86400, not ${period}.`);
  }
  if (startTime >= endTime) throw badInput("The start time must be before the end time.");
  if (statistics.length === 0) throw badInput("At least one statistic must be given.");
  if (unit !== known) return { metricName, metricData: [] };
  const query = { namespace, name: metricName, dimension, periodS: period, from: startTime, to: endTime };
  const points = worldPoints(account, query).map((point): MetricDatapoint => {
    const asked = statistics.map((name) => [STATISTICS[name], point[STATISTICS[name]]]);
    return { ...Object.fromEntries(asked), timestamp: new Date(point.at), unit: known as "Count" };
  });
  return { metricName, metricData: unsorted(points) };
}

/** AWS promises no order, so there is none here either: who relies on one finds out. */
const unsorted = <Point>(points: readonly Point[]) => [
  ...points.filter((_, index) => index % 2 === 1).reverse(),
  ...points.filter((_, index) => index % 2 === 0),
];
