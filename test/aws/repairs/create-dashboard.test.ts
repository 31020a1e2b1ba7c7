import {
  CloudWatchClient,
  GetDashboardCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { dashboardsInCloudWatch } from "../../../src/aws/repairs/create-dashboard.ts";
import { createDashboard } from "../../../src/remediation/actions/create-dashboard.ts";
import type { Watching } from "../../../src/remediation/actions/watched-metrics.ts";
import { sentencesOf } from "../../remediation/actions/carry-out.ts";
import { account, callsOf, meanwhile } from "../account.ts";
import { actsIn, carriedOut, draftIn, type Moving } from "./approve.ts";

const WATCHING: Watching = {
  environment: "prod",
  region: "us-east-1",
  rds: "shop-db",
  limits: { queueAbove: 5, latencyMsAbove: 100, cpuAbove: 90, freeGibBelow: 2 },
};
const ALARMS = ["DiskQueueDepth", "ReadLatency", "WriteLatency", "CPUUtilization", "FreeStorageSpace"].map(
  (name) => `gumshoe-prod-${name}`,
);

async function made(more: Partial<Watching> = {}, channelled = true) {
  const clock = virtualClock(new Date());
  const from: Moving = { ...(await account({}, { clock })), clock };
  const port = dashboardsInCloudWatch({ looks: from.access, acts: actsIn(from.access) });
  return { from, action: createDashboard(port, { ...WATCHING, ...more }, { channelled }) };
}

const puts = (from: Moving) => [...callsOf(from, "PutDashboard"), ...callsOf(from, "PutMetricAlarm")];

test("the dashboard and its alarms are made once, with the repair role, tags and names that follow from the environment", async () => {
  const { from, action } = await made();
  const { came, plan } = await carriedOut(from, action);
  expect(came).toEqual({
    says: [
      "The dashboard gumshoe-prod stands: https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/gumshoe-prod",
      `These alarms stand: ${ALARMS.join(", ")}`,
    ],
  });
  expect(plan.draft.calls.flatMap((call) => (call.on === "aws" ? call.resources : []))).toEqual([
    "arn:aws:cloudwatch::111122223333:dashboard/gumshoe-prod",
    ...ALARMS.map((name) => `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`),
  ]);
  for (const { principal, input } of puts(from)) {
    expect(principal).toContain("assumed-role/gumshoe-repair/");
    expect(input).toMatchObject({
      Tags: [
        { Key: "managed-by", Value: "gumshoe" },
        { Key: "gumshoe-plan", Value: "p1" },
      ],
    });
  }
  const { DashboardBody = "" } = await meanwhile(
    from.clock,
    new CloudWatchClient({}).send(new GetDashboardCommand({ DashboardName: "gumshoe-prod" })),
  );
  const { widgets } = JSON.parse(DashboardBody) as { widgets: { properties: { title: string; metrics: unknown[] } }[] };
  expect(widgets.map(({ properties }) => properties.title)).toEqual([
    "Disk queue (shop-db)",
    "Disk latency, s (shop-db)",
    "Disk operations a second (shop-db)",
    "Connections (shop-db)",
    "CPU, % (shop-db)",
    "Free storage, bytes (shop-db)",
  ]);
  expect(sentencesOf(plan.draft)).toEqual(
    expect.arrayContaining([
      "At most $3.50 a month: $0.10 for each of 5 alarms, $3.00 for a dashboard beyond the account's three free ones (CloudWatch's public list prices)",
      expect.stringContaining(
        `aws cloudwatch delete-alarms --alarm-names ${ALARMS.join(" ")}; aws cloudwatch delete-dashboards --dashboard-names gumshoe-prod`,
      ) as string,
    ]),
  );
  expect(await draftIn(from, action)).toBe(
    "dashboard-is-there: the dashboard gumshoe-prod and its alarms stand already as they would be made",
  );
});

test("an alarm that was made fires by its metric, and reaches the queue through the rule that sees all alarms, with the database's name in it", async () => {
  const { from, action } = await made({ rds: undefined, lightsail: { namespace: "Gumshoe/Lightsail", database: "shop-db" } });
  const [sqs, events, cloudwatch] = [new SQSClient({}), new EventBridgeClient({}), new CloudWatchClient({})];
  const { QueueUrl = "" } = await meanwhile(from.clock, sqs.send(new CreateQueueCommand({ QueueName: "gumshoe-alarms" })));
  const EventPattern = JSON.stringify({ source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] });
  await meanwhile(from.clock, events.send(new PutRuleCommand({ Name: "gumshoe-alarms", EventPattern })));
  const Targets = [{ Id: "queue", Arn: "arn:aws:sqs:us-east-1:111122223333:gumshoe-alarms" }];
  await meanwhile(from.clock, events.send(new PutTargetsCommand({ Rule: "gumshoe-alarms", Targets })));
  await carriedOut(from, action);
  const Dimensions = [{ Name: "DatabaseName", Value: "shop-db" }];
  const bodies: string[] = [];
  for (let minute = 0; minute < 9; minute++) {
    const MetricData = [{ MetricName: "DiskQueueDepth", Dimensions, Value: 44, Timestamp: from.clock.now() }];
    await meanwhile(from.clock, cloudwatch.send(new PutMetricDataCommand({ Namespace: "Gumshoe/Lightsail", MetricData })));
    await from.clock.advance(60_000);
    const { Messages = [] } = await meanwhile(from.clock, sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })));
    bodies.push(...Messages.map(({ Body = "" }) => Body));
  }
  const fired = bodies.map((body) => JSON.parse(body) as { detail: { alarmName: string; state: { value: string } } });
  expect(fired.map(({ detail }) => [detail.alarmName, detail.state.value])).toContainEqual(["gumshoe-prod-DiskQueueDepth", "ALARM"]);
  // By this it belongs to the environment whose metrics name the database.
  expect(bodies.join()).toContain('"DatabaseName":"shop-db"');
});

test("a copy that takes over, and an answer that was lost, put nothing a second time", async () => {
  const { from, action } = await made();
  from.aws.faults.add({ operation: "PutMetricAlarm", kind: "reset-after", times: 1 });
  expect((await carriedOut(from, action)).came).toHaveProperty("says");
  expect(puts(from)).toHaveLength(1 + ALARMS.length);
});

test("what differs is told and replaced, what is as it should be is left alone", async () => {
  const { from, action } = await made();
  await carriedOut(from, action);
  const cloudwatch = new CloudWatchClient({});
  await meanwhile(from.clock, cloudwatch.send(new PutDashboardCommand({ DashboardName: "gumshoe-prod", DashboardBody: '{"widgets":[]}' })));
  const other = {
    AlarmName: ALARMS[0],
    Namespace: "AWS/RDS",
    MetricName: "DiskQueueDepth",
    EvaluationPeriods: 1,
    Period: 60,
    Statistic: "Average",
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  } as const;
  await meanwhile(from.clock, cloudwatch.send(new PutMetricAlarmCommand(other)));
  const draft = await draftIn(from, action);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.calls.map((call) => call.on === "aws" && call.operation)).toEqual(["PutDashboard", "PutMetricAlarm"]);
  expect(sentencesOf(draft)).toContain(
    `These are there already and differ, and are replaced, with what people have added to them: gumshoe-prod, ${ALARMS[0]}`,
  );
  expect(sentencesOf(draft)).toContainEqual(expect.stringMatching(/^At most \$0\.00 a month/));
});

test("Lightsail's metrics are shown where they are copied to CloudWatch, and without that there is nothing to show", async () => {
  const { from, action } = await made(
    { rds: undefined, lightsail: { namespace: "Gumshoe/Lightsail", database: "shop-db", instance: "web-1" } },
    false,
  );
  const { plan } = await carriedOut(from, action);
  expect(
    plan.draft.calls
      .slice(1)
      .map((call) => (call.on === "aws" ? [call.input["Namespace"], call.input["MetricName"], call.input["Dimensions"]] : [])),
  ).toEqual(
    ["DiskQueueDepth", "CPUUtilization", "FreeStorageSpace"].map((name) => [
      "Gumshoe/Lightsail",
      name,
      [{ Name: "DatabaseName", Value: "shop-db" }],
    ]),
  );
  expect(sentencesOf(plan.draft)).toContainEqual(expect.stringContaining("names no channel"));
  const none = await made({ rds: undefined });
  expect(await draftIn(none.from, none.action)).toMatch(/^nothing-to-watch: none of this environment's metrics is in CloudWatch/);
});

test("a role that may not is told with what it lacks, and a dashboard that is half made is gone on with", async () => {
  const { from, action } = await made();
  from.aws.world.allowed = ({ operation }) => operation !== "PutMetricAlarm";
  expect((await carriedOut(from, action)).came).toMatchObject({
    how: "failed",
    step: `put ${ALARMS[0]}`,
    because: expect.stringContaining("lacks cloudwatch:PutMetricAlarm") as string,
  });
  from.aws.world.allowed = () => true;
  expect((await carriedOut(from, action)).came).toHaveProperty("says");
  expect(callsOf(from, "PutDashboard")).toHaveLength(1);
});
