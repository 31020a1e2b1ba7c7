import { DescribeAlarmsCommand, PutLogAlarmCommand, PutMetricAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { stateBy, type Point } from "../../../../lab/aws/services/cloudwatch/judging/judge.ts";
import { parse } from "../../../../lab/aws/services/cloudwatch/judging/expression.ts";
import { calculate } from "../../../../lab/aws/services/cloudwatch/judging/math.ts";
import { refusal } from "../started.ts";
import { account, eachMinute, NOW, QUEUE_DEPTH } from "./account.ts";

const MINUTE = 60_000;

/** Points as the user guide draws them, the oldest first: 0 is well, X breaches, - is missing. */
const drawn = (text: string): Point[] =>
  text
    .split("")
    .toReversed()
    .map((mark, index) => (mark === "-" ? undefined : { at: -index, value: 0, breaches: mark === "X" }));

// The two tables of "Configuring how CloudWatch alarms treat missing data": three of three, and two of three.
test.each([
  ["0-X-X", 3, ["OK", "OK", "OK", "OK"]],
  ["----0", 3, ["OK", "OK", "OK", "OK"]],
  ["-----", 3, ["INSUFFICIENT_DATA", undefined, "ALARM", "OK"]],
  ["0XX-X", 3, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["--X--", 3, ["ALARM", undefined, "ALARM", "OK"]],
  ["0-X-X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["00X-X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0-X--", 2, ["OK", "OK", "ALARM", "OK"]],
  ["----0", 2, ["OK", "OK", "ALARM", "OK"]],
  ["---X-", 2, ["ALARM", undefined, "ALARM", "OK"]],
])("%s with %i to alarm is judged as the user guide says", (text, toAlarm, expected) => {
  const states = ["missing", "ignore", "breaching", "notBreaching"].map((missing) =>
    stateBy(drawn(text), { periods: 3, toAlarm, missing }),
  );
  expect(states).toEqual(expected);
});

test("an alarm fires and recovers by its metric, each minute of the account's clock, and says the values that did it", async () => {
  const values = [1, 1, 1, 28, 30, 31.5, 2];
  const { clock, put, states, heard, published, TopicArn } = await account({
    metrics: ({ to }) => eachMinute(NOW, values).filter(({ at }) => at < to.getTime()),
  });
  await put("shop-queue", { AlarmActions: [TopicArn], OKActions: [TopicArn] });
  await clock.advance(3 * MINUTE);
  expect(await states()).toEqual({ "shop-queue": "OK" });
  await clock.advance(2 * MINUTE);
  expect(await states()).toEqual({ "shop-queue": "OK" });
  await clock.advance(MINUTE);
  expect(await states()).toEqual({ "shop-queue": "ALARM" });
  await clock.advance(MINUTE);
  const [first, fired, quiet] = await heard();
  expect([first, fired, quiet].map((event) => event?.detail.state.value)).toEqual(["OK", "ALARM", "OK"]);
  expect(fired?.detail.state).toMatchObject({
    reason:
      "Threshold Crossed: 3 out of the last 3 datapoints [31.5 (05/11/26 09:05:00), 30.0 (05/11/26 09:04:00), 28.0 (05/11/26 09:03:00)] were greater than the threshold (10.0) (minimum 3 datapoints for OK -> ALARM transition).",
    timestamp: "2026-11-05T09:06:00.000+0000",
  });
  expect(JSON.parse(fired?.detail.state.reasonData ?? "")).toEqual({
    version: "1.0",
    queryDate: "2026-11-05T09:06:00.000+0000",
    startDate: "2026-11-05T09:03:00.000+0000",
    statistic: "Average",
    period: 60,
    recentDatapoints: [28, 30, 31.5],
    threshold: 10,
  });
  expect(quiet?.detail.state.reason).toContain("1 out of the last 3 datapoints [2.0 (05/11/26 09:06:00)] was not greater than");
  expect((await published()).map(({ NewStateValue }) => NewStateValue)).toEqual(["OK", "ALARM", "OK"]);
});

test("an alarm on a period of ten seconds is judged every ten seconds", async () => {
  const { clock, cloudwatch, put, states } = await account();
  await put("shop-failures", { Namespace: "Shop", MetricName: "Failures", Dimensions: [], Period: 10, EvaluationPeriods: 1, Threshold: 0 });
  const MetricData = [{ MetricName: "Failures", Value: 4, StorageResolution: 1 }];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
  await clock.advance(10_000);
  expect(await states()).toEqual({ "shop-failures": "ALARM" });
  await clock.advance(30_000);
  expect(await states()).toEqual({ "shop-failures": "INSUFFICIENT_DATA" });
});

const stat = (Id: string, MetricName: string, ReturnData = false) => ({
  Id,
  ReturnData,
  MetricStat: { Metric: { Namespace: "AWS/RDS", MetricName, Dimensions: QUEUE_DEPTH.Dimensions }, Period: 60, Stat: "Average" },
});

const noMetric = { Namespace: undefined, MetricName: undefined, Dimensions: undefined, Statistic: undefined, Period: undefined };

test("an alarm on metric math is judged by what its metrics make together", async () => {
  const { clock, put, states, heard } = await account({
    metrics: ({ name, to }) => eachMinute(NOW, name === "ReadIOPS" ? [600, 2_900] : [200, 150]).filter(({ at }) => at < to.getTime()),
  });
  const Metrics = [
    { Id: "total", Expression: "SUM([reads, writes])", Label: "IOPS" },
    stat("reads", "ReadIOPS"),
    stat("writes", "WriteIOPS"),
  ];
  await put("shop-iops", { ...noMetric, Metrics, EvaluationPeriods: 1, Threshold: 2_700 });
  await clock.advance(MINUTE);
  expect(await states()).toEqual({ "shop-iops": "OK" });
  await clock.advance(MINUTE);
  const event = (await heard()).at(-1);
  expect(event?.detail.state.reason).toContain("[3050.0 (05/11/26 09:01:00)] was greater than the threshold (2700.0)");
  expect(event?.detail.configuration).toEqual({
    metrics: [
      { id: "total", expression: "SUM([reads, writes])", label: "IOPS", returnData: true },
      expect.objectContaining({ id: "reads", returnData: false }),
      expect.objectContaining({
        id: "writes",
        metricStat: {
          metric: { namespace: "AWS/RDS", name: "WriteIOPS", dimensions: { DBInstanceIdentifier: "shop" } },
          period: 60,
          stat: "Average",
        },
      }),
    ],
  });
});

test("an anomaly alarm fires outside the band that the hours before have made", async () => {
  const began = new Date(NOW.getTime() - 60 * MINUTE);
  const values = [...Array.from({ length: 61 }, (_, index) => 20 + (index % 2)), 95];
  const { clock, put, states, heard } = await account({
    metrics: ({ from, to }) => eachMinute(began, values).filter(({ at }) => at >= from.getTime() && at < to.getTime()),
  });
  const Metrics = [
    { ...stat("m1", "CPUUtilization"), ReturnData: true },
    { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)" },
  ];
  const ComparisonOperator = "LessThanLowerOrGreaterThanUpperThreshold";
  await put("shop-cpu", { ...noMetric, Metrics, ThresholdMetricId: "ad1", ComparisonOperator, EvaluationPeriods: 1, Threshold: undefined });
  await clock.advance(MINUTE);
  expect(await states()).toEqual({ "shop-cpu": "OK" });
  await clock.advance(MINUTE);
  const { reason, reasonData = "" } = (await heard()).at(-1)!.detail.state;
  expect(reason).toMatch(/^Thresholds Crossed: 1 out of the last 1 datapoints \[95\.0 \(.*\)\] was less than the lower thresholds \[/);
  const data = JSON.parse(reasonData) as { recentUpperThresholds: number[]; threshold?: number };
  expect(data.recentUpperThresholds[0]).toBeCloseTo(21.5, 1);
  expect(data.threshold).toBeUndefined();
});

test("a log alarm is judged by the last results of its query, as often as that is scheduled", async () => {
  let found: number | undefined = 3;
  const { clock, cloudwatch, states, heard } = await account({ queryLogs: () => found });
  const ScheduledQueryConfiguration = {
    QueryString: "fields @message | filter status >= 500",
    LogGroupIdentifiers: ["/shop/access"],
    ScheduledQueryRoleARN: "arn:aws:iam::111122223333:role/query",
    ScheduleConfiguration: { ScheduleExpression: "rate(5 minutes)", StartTimeOffset: 300 },
    AggregationExpression: "count(*)",
  };
  const alarm = {
    AlarmName: "shop-5xx",
    ScheduledQueryConfiguration,
    QueryResultsToEvaluate: 2,
    QueryResultsToAlarm: 2,
    Threshold: 10,
    ComparisonOperator: "GreaterThanThreshold" as const,
  };
  await cloudwatch.send(new PutLogAlarmCommand(alarm));
  await clock.advance(6 * MINUTE);
  expect(await states()).toEqual({ "shop-5xx": "OK" });
  found = 60;
  await clock.advance(5 * MINUTE);
  expect(await states()).toEqual({ "shop-5xx": "OK" });
  await clock.advance(5 * MINUTE);
  const event = (await heard()).at(-1);
  expect(event?.detail).toMatchObject({
    alarmName: "shop-5xx",
    state: { value: "ALARM", reason: "Threshold Crossed: query results [60, 60] against the threshold (10)." },
    configuration: {
      scheduledQueryConfiguration: { queryString: ScheduledQueryConfiguration.QueryString, logGroupIdentifiers: ["/shop/access"] },
    },
  });
});

test.each([
  ["1 + 2 * 3", [7, 7]],
  ["(a + b) / 2", [2, 4]],
  ["a / (b - 3)", [1.5]],
  ["IF(a > 1, a, 0)", [0, 3]],
  ["MAX(METRICS())", [3, 5]],
  ["AVG(a)", [2, 2]],
  ["FILL(c, 9)", [9, 8]],
  ["a ^ 2 - -1", [2, 10]],
])("%s is calculated period by period", (text, expected) => {
  const series = (values: readonly (number | undefined)[]) =>
    new Map(values.flatMap((value, at) => (value === undefined ? [] : [[at, value] as const])));
  const metrics = new Map(
    Object.entries({ a: series([1, 3]), b: series([3, 5]) }).concat(text.includes("c") ? [["c", series([undefined, 8])]] : []),
  );
  expect([...calculate(parse(text), { metrics, periods: [0, 1] }).values()]).toEqual(expected);
});

test("metric math that is not calculated here is refused when the alarm is put", async () => {
  const { cloudwatch } = await account();
  const put = (Expression: string) => {
    const Metrics = [{ Id: "e1", Expression }, stat("m1", "ReadIOPS")];
    return refusal(
      cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: "x",
          Metrics,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: "GreaterThanThreshold",
        }),
      ),
    );
  };
  for (const wrong of ["RATE(m1)", "m1 +", "(m1", "m1 ? 2"]) expect((await put(wrong)).message).toContain("metric math");
});

test("an alarm that cannot be evaluated is marked so, and the others go on", async () => {
  const { clock, cloudwatch, put, states } = await account({ metrics: () => [] });
  const Metrics = [{ Id: "e1", Expression: "METRICS()" }, stat("m1", "ReadIOPS")];
  await put("broken", { ...noMetric, Metrics, EvaluationPeriods: 1, Threshold: 1 });
  await put("calm", { TreatMissingData: "notBreaching" });
  await clock.advance(MINUTE);
  expect(await states()).toEqual({ broken: "INSUFFICIENT_DATA", calm: "OK" });
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["broken"] }));
  expect(MetricAlarms?.[0]?.EvaluationState).toBe("EVALUATION_ERROR");
});
