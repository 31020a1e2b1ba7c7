import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { expect, test } from "vitest";
import type { AwsWorld, MetricQuery } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, minutes, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");
const ago = (minutesAgo: number) => new Date(NOW.getTime() - minutesAgo * 60_000);

async function cloudwatch(world: Partial<AwsWorld> = {}, more: object = {}) {
  const aws = await started({ rdsInstances: [{ DBInstanceIdentifier: "shop" }], ...world }, virtualClock(NOW));
  return new CloudWatchClient({ ...clientOf(aws), ...more });
}

function query(Id: string, more: Partial<MetricDataQuery["MetricStat"]> = {}): MetricDataQuery {
  const Metric = { Namespace: "AWS/RDS", MetricName: "DiskQueueDepth", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }] };
  return { Id, MetricStat: { Metric, Period: 60, Stat: "Average", ...more } };
}

const data = (MetricDataQueries: MetricDataQuery[], more: object = {}) =>
  new GetMetricDataCommand({ MetricDataQueries, StartTime: ago(5), EndTime: NOW, ...more });

test.each([
  ["JSON", {}],
  ["CBOR", { protocol: AwsSmithyRpcV2CborProtocol }],
])("metric data comes newest first, from the world, in %s", async (_, protocol) => {
  const asked: MetricQuery[] = [];
  const client = await cloudwatch({ metrics: (wanted) => (asked.push(wanted), minutes(ago(5), [1, 2, 3.5])) }, protocol);
  expect((await client.send(data([query("q1"), { ...query("q2", { Stat: "Maximum" }), Label: "peak" }]))).MetricDataResults).toEqual([
    { Id: "q1", Label: "DiskQueueDepth", StatusCode: "Complete", Timestamps: [ago(3), ago(4), ago(5)], Values: [3.5, 2, 1] },
    { Id: "q2", Label: "peak", StatusCode: "Complete", Timestamps: [ago(3), ago(4), ago(5)], Values: [7, 4, 2] },
  ]);
  expect(asked[0]).toEqual({ namespace: "AWS/RDS", name: "DiskQueueDepth", dimension: "shop", periodS: 60, from: ago(5), to: NOW });
});

test("what does not fit into an answer comes with the next token, and is partial until then", async () => {
  const client = await cloudwatch({ metrics: () => minutes(ago(5), [1, 2, 3]) });
  const ask = async (NextToken?: string) =>
    client.send(data([query("q1"), query("q2")], { ScanBy: "TimestampAscending", MaxDatapoints: 4, NextToken }));
  const first = await ask();
  const told = ({ MetricDataResults = [] }: typeof first) =>
    MetricDataResults.map(({ Id, StatusCode, Values }) => [Id, StatusCode, Values]);
  expect(told(first)).toEqual([
    ["q1", "Complete", [1, 2, 3]],
    ["q2", "PartialData", [1]],
  ]);
  const second = await ask(first.NextToken);
  expect([told(second), second.NextToken]).toEqual([[["q2", "Complete", [2, 3]]], undefined]);
});

test("a metric without points and a wrong unit have empty results", async () => {
  const client = await cloudwatch({ metrics: ({ name }) => (name === "DiskQueueDepth" ? minutes(ago(5), [1]) : []) });
  const other = query("q2", {
    Metric: { Namespace: "AWS/RDS", MetricName: "ReadIOPS", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }] },
  });
  const { MetricDataResults } = await client.send(data([query("q1", { Unit: "Bytes" }), other]));
  expect(MetricDataResults?.map(({ Id, StatusCode, Values }) => [Id, StatusCode, Values])).toEqual([
    ["q1", "Complete", []],
    ["q2", "Complete", []],
  ]);
});

test.each([
  ["more than 500 queries", data(Array.from({ length: 501 }, (_, index) => query(`q${index}`))), "500"],
  ["an id that begins with a capital", data([query("Q1")]), "Q1"],
  ["an id that is used twice", data([query("q1"), query("q1")]), "not unique"],
  ["a time that ends before it begins", data([query("q1")], { EndTime: ago(9) }), "StartTime"],
  ["a period that is no multiple of 60", data([query("q1", { Period: 90 })]), "90"],
  ["metric math", data([{ Id: "q1", Expression: "m1 * 2" }]), "does not calculate"],
  ["a percentile", data([query("q1", { Stat: "p99" })]), "p99"],
  ["a metric without an id", data([{ ...query("q1"), Id: undefined }]), "metricDataQueries.1.member.id"],
])("GetMetricData refuses %s", async (_, command, message) => {
  expect(await refusal((await cloudwatch()).send(command))).toMatchObject({
    name: "ValidationException",
    status: 400,
    message: expect.stringContaining(message),
  });
});

test("what is put is read again, by all its dimensions, in values and in statistics", async () => {
  const client = await cloudwatch();
  const Dimensions = [
    { Name: "Database", Value: "shop-db" },
    { Name: "Env", Value: "prod" },
  ];
  const MetricData = [
    { MetricName: "Queue", Dimensions, Value: 3, Timestamp: ago(3), Unit: "Count" as const },
    { MetricName: "Queue", Dimensions: Dimensions.toReversed(), Values: [1, 5], Counts: [2, 1], Timestamp: ago(3), Unit: "Count" as const },
    { MetricName: "Queue", Dimensions: [], StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 } },
  ];
  await client.send(new PutMetricDataCommand({ Namespace: "IncidentBot/Lightsail", MetricData }));
  const input = {
    Namespace: "IncidentBot/Lightsail",
    MetricName: "Queue",
    StartTime: ago(5),
    EndTime: new Date(NOW.getTime() + 1),
    Period: 60,
  };
  const read = async (more: object) =>
    (
      await client.send(
        new GetMetricStatisticsCommand({ ...input, Statistics: ["Average", "Maximum", "Minimum", "Sum", "SampleCount"], ...more }),
      )
    ).Datapoints;
  expect(await read({ Dimensions })).toEqual([
    { Timestamp: ago(3), Unit: "Count", Average: 2.5, Maximum: 5, Minimum: 1, Sum: 10, SampleCount: 4 },
  ]);
  expect(await read({})).toEqual([{ Timestamp: NOW, Unit: "None", Average: 5, Maximum: 6, Minimum: 4, Sum: 10, SampleCount: 2 }]);
  expect(await read({ Dimensions: [Dimensions[0]!] })).toEqual([]);
  const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: "IncidentBot/Lightsail", Dimensions: [{ Name: "Env" }] }));
  expect(Metrics).toEqual([{ Namespace: "IncidentBot/Lightsail", MetricName: "Queue", Dimensions }]);
});

test("a large batch of values is read although the SDK compresses it", async () => {
  const client = await cloudwatch();
  const MetricData = Array.from({ length: 300 }, (_, index) => ({ MetricName: `metric-${index}`, Value: index }));
  await client.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
  expect((await client.send(new ListMetricsCommand({ Namespace: "Shop" }))).Metrics).toHaveLength(300);
});

test("metrics of the world are listed where they have points", async () => {
  const client = await cloudwatch({ metrics: ({ name }) => (name === "ReadIOPS" ? minutes(ago(60), [1]) : []) });
  const metric = { Namespace: "AWS/RDS", MetricName: "ReadIOPS", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }] };
  expect((await client.send(new ListMetricsCommand({}))).Metrics).toEqual([metric]);
});

test("values that AWS would not take are refused", async () => {
  const client = await cloudwatch();
  const put = (Namespace: string, datum: object) =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: "x", ...datum }] }));
  expect((await refusal(put("AWS/RDS", { Value: 1 }))).name).toBe("InvalidParameterValueException");
  expect((await refusal(put("Shop", { Value: 1, Timestamp: ago(15 * 1_440) }))).name).toBe("InvalidParameterValueException");
  expect((await refusal(put("Shop", {}))).name).toBe("InvalidParameterCombinationException");
  const many = { Namespace: "Shop", MetricName: "x", StartTime: ago(1_441), EndTime: NOW, Period: 60, Statistics: ["Average" as const] };
  expect((await refusal(client.send(new GetMetricStatisticsCommand(many)))).message).toContain(
    "1441 datapoints, which exceeds the limit of 1,440".replace("1,440", "1440"),
  );
});

test("an alarm is replaced whole, keeps its state, and is described by name, prefix and state", async () => {
  const client = await cloudwatch();
  const alarm = { Namespace: "AWS/RDS", MetricName: "DiskQueueDepth", Statistic: "Average", Period: 60, EvaluationPeriods: 3 } as const;
  const put = (AlarmName: string, more: object = {}) =>
    client.send(new PutMetricAlarmCommand({ AlarmName, ...alarm, Threshold: 10, ComparisonOperator: "GreaterThanThreshold", ...more }));
  const describe = async (input: object) => (await client.send(new DescribeAlarmsCommand(input))).MetricAlarms;
  await put("shop-queue", { AlarmDescription: "disk" });
  await put("other");
  const arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-queue";
  expect(await describe({ AlarmNames: ["shop-queue"] })).toMatchObject([
    { AlarmArn: arn, StateValue: "INSUFFICIENT_DATA", AlarmDescription: "disk", TreatMissingData: "missing" },
  ]);
  await client.send(new SetAlarmStateCommand({ AlarmName: "shop-queue", StateValue: "ALARM", StateReason: "over the threshold" }));
  await put("shop-queue", { Threshold: 20 });
  const [replaced] = (await describe({ StateValue: "ALARM" })) ?? [];
  expect(replaced).toMatchObject({ AlarmName: "shop-queue", Threshold: 20, StateReason: "over the threshold" });
  expect(replaced?.AlarmDescription).toBeUndefined();
  expect(await describe({ AlarmNamePrefix: "shop" })).toHaveLength(1);
  expect(await describe({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  expect(await describe({ MaxRecords: 1 })).toMatchObject([{ AlarmName: "other" }]);
  const unknown = new SetAlarmStateCommand({ AlarmName: "nothing", StateValue: "OK", StateReason: "x" });
  expect(await refusal(client.send(unknown))).toMatchObject({ name: "ResourceNotFound", status: 404 });
});
