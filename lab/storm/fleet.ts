import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { AlarmKind } from "../../src/alarm/alarm.ts";
import type { Kept } from "../aws/services/cloudwatch/alarms/kept.ts";

/** The account and the region in which it storms. */
export const PLACE = { id: "111122223333", region: "us-east-1" } as const;

/** The shops that the storm goes over, by the names of their environments. */
export const ENVIRONMENTS = ["prod-kr", "prod-jp", "prod-us", "prod-eu", "staging"] as const;

/** One alarm of the storm: whose it is, of which kind, and all that CloudWatch says of it; how often it changes against the others. */
export type StormAlarm = {
  arn: string;
  name: string;
  environment: string;
  kind: Exclude<AlarmKind, "lightsail" | "check">;
  kept: Kept;
  weight: number;
};

/** The names at AWS of an environment's database and web server, which its alarms' dimensions have. */
export const resourcesOf = (environment: string) => ({ database: `${environment}-db`, instance: `${environment}-web-1` });

const arnOf = (name: string) => `arn:aws:cloudwatch:${PLACE.region}:${PLACE.id}:alarm:${name}`;

const METRICS = [
  "DiskQueueDepth",
  "CPUUtilization",
  "DatabaseConnections",
  "ReadLatency",
  "WriteLatency",
  "FreeStorageSpace",
  "DBLoad",
  "SwapUsage",
];

/** The kinds of every twelve alarms of an environment, in their order. */
const KINDS = [
  "metric",
  "metric",
  "composite",
  "metric",
  "math",
  "log",
  "metric",
  "anomaly",
  "metric",
  "metric",
  "composite",
  "metric",
] as const;

/** So many alarms, shared out over the environments; the fourth part of them changes eight times as often as the others. */
export function fleetOf({ alarms, environments }: { alarms: number; environments: readonly string[] }): StormAlarm[] {
  return Array.from({ length: alarms }, (_, nth) => {
    const environment = environments[nth % environments.length] ?? "";
    const place = Math.floor(nth / environments.length);
    const kind = KINDS[place % KINDS.length] ?? "metric";
    const name = `${environment}-${kind}-${place + 1}`;
    return {
      arn: arnOf(name),
      name,
      environment,
      kind,
      kept: alarmOf({ name, environment, kind, place }),
      weight: place % 4 === 0 ? 8 : 1,
    };
  });
}

type Made = { name: string; environment: string; kind: StormAlarm["kind"]; place: number };

function alarmOf({ name, environment, kind, place }: Made): Kept {
  const common = {
    AlarmName: name,
    AlarmArn: arnOf(name),
    AlarmDescription: `${environment}: watched by the storm`,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
  };
  const threshold = { Threshold: 10, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "missing" } as const;
  const periods = { EvaluationPeriods: 3, DatapointsToAlarm: 3 };
  if (kind === "composite") {
    const AlarmRule = `ALARM("${environment}-metric-1") OR ALARM("${environment}-metric-2")`;
    return { type: "CompositeAlarm", alarm: { ...common, AlarmRule } };
  }
  if (kind === "log") {
    const ScheduledQueryConfiguration = {
      QueryString: "fields @message | filter status >= 500",
      LogGroupIdentifiers: [`/${environment}/access`],
      ScheduledQueryRoleARN: `arn:aws:iam::${PLACE.id}:role/query`,
      ScheduleConfiguration: { ScheduleExpression: "rate(1 minute)", StartTimeOffset: 60 },
      AggregationExpression: "count(*)",
    };
    return {
      type: "LogAlarm",
      alarm: { ...common, ...threshold, ScheduledQueryConfiguration, QueryResultsToAlarm: 1, QueryResultsToEvaluate: 1 },
    };
  }
  if (kind === "metric") return { type: "MetricAlarm", alarm: { ...common, ...threshold, ...periods, ...watched(environment, place) } };
  if (kind === "math") {
    const Metrics = [
      { Id: "total", Expression: "SUM(METRICS())", Label: "IOPS" },
      stat("m1", environment, "ReadIOPS"),
      stat("m2", environment, "WriteIOPS"),
    ];
    return { type: "MetricAlarm", alarm: { ...common, ...threshold, ...periods, Metrics } };
  }
  const Metrics = [
    { ...stat("m1", environment, "CPUUtilization"), ReturnData: true },
    { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)" },
  ];
  const band = { ThresholdMetricId: "ad1", ComparisonOperator: "LessThanLowerOrGreaterThanUpperThreshold" } as const;
  return { type: "MetricAlarm", alarm: { ...common, ...periods, ...band, Metrics } };
}

function watched(environment: string, place: number) {
  const { database, instance } = resourcesOf(environment);
  const ofDatabase = { Namespace: "AWS/RDS", Dimensions: [{ Name: "DBInstanceIdentifier", Value: database }] };
  const ofInstance = { Namespace: "Shop/Web", Dimensions: [{ Name: "Instance", Value: instance }] };
  const MetricName = METRICS[place % METRICS.length] ?? "DiskQueueDepth";
  return { ...(place % 3 === 2 ? ofInstance : ofDatabase), MetricName, Statistic: "Average" as const, Period: 60 };
}

function stat(Id: string, environment: string, MetricName: string): MetricDataQuery {
  const Dimensions = [{ Name: "DBInstanceIdentifier", Value: resourcesOf(environment).database }];
  return { Id, ReturnData: false, MetricStat: { Metric: { Namespace: "AWS/RDS", MetricName, Dimensions }, Period: 60, Stat: "Average" } };
}
