import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand, ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { pollQueue } from "../../../src/aws/alarms/queue/poll-queue.ts";
import { snsEndpoint } from "../../../src/aws/alarms/sns/sns-endpoint.ts";
import { snsFetch } from "../../../src/aws/alarms/sns/sns-fetch.ts";
import { account, type Account } from "../account.ts";
import { store, until, type Store } from "./intake.ts";

const ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-disk";
const QUEUE = "arn:aws:sqs:us-east-1:111122223333:alarms";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** An alarm on the shop's database, with these actions. */
async function alarm(actions: string[] = []): Promise<void> {
  const Dimensions = [{ Name: "DBInstanceIdentifier", Value: "shop" }];
  const how = {
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 20,
    EvaluationPeriods: 1,
    Period: 60,
    Statistic: "Average",
  } as const;
  const what = {
    AlarmName: "shop-disk",
    Namespace: "AWS/RDS",
    MetricName: "DiskQueueDepth",
    Dimensions,
    AlarmActions: actions,
    OKActions: actions,
  };
  await new CloudWatchClient({}).send(new PutMetricAlarmCommand({ ...what, ...how }));
}

const turn = async (StateValue: "ALARM" | "OK") =>
  new CloudWatchClient({}).send(new SetAlarmStateCommand({ AlarmName: "shop-disk", StateValue, StateReason: "Threshold Crossed" }));

/** Polls a queue of this account. */
async function polled(): Promise<Store> {
  const { QueueUrl = "" } = await new SQSClient({}).send(new CreateQueueCommand({ QueueName: "alarms" }));
  const into = store();
  const stopping = new AbortController();
  const poller = pollQueue({ url: QueueUrl, region: "us-east-1", signal: stopping.signal, ...into });
  stops.push(async () => {
    stopping.abort();
    await poller.ended;
  });
  return into;
}

const topic = async () => (await new SNSClient({}).send(new CreateTopicCommand({ Name: "alarms" }))).TopicArn ?? "";
const told = (into: Store) => into.taken.map(({ source, alarm: { key, state } }) => [source, key, state]);

test("an alarm arrives through EventBridge and a queue, and again when it is well", async () => {
  await account({});
  const into = await polled();
  const pattern = { source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] };
  await new EventBridgeClient({}).send(new PutRuleCommand({ Name: "alarms", EventPattern: JSON.stringify(pattern) }));
  await new EventBridgeClient({}).send(new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "queue", Arn: QUEUE }] }));
  await alarm();
  await turn("ALARM");
  await turn("OK");
  await until(() => into.taken.length === 2);
  expect(told(into).toSorted(([, , one = ""], [, , other = ""]) => one.localeCompare(other))).toEqual([
    ["eventbridge", ALARM, "alarm"],
    ["eventbridge", ALARM, "ok"],
  ]);
  expect(into.refused).toEqual([]);
});

test.each([
  ["in SNS's envelope", {}, "sns"],
  ["raw", { RawMessageDelivery: "true" }, "sns-raw"],
])("an alarm arrives through SNS and a queue, %s", async (_, Attributes, source) => {
  await account({});
  const into = await polled();
  const TopicArn = await topic();
  await new SNSClient({}).send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QUEUE, Attributes }));
  await alarm([TopicArn]);
  await turn("ALARM");
  await until(() => into.taken.length === 1);
  expect(told(into)).toEqual([[source, ALARM, "alarm"]]);
});

/** An endpoint that this account's SNS can post to. */
async function listening({ aws }: Account, TopicArn: string): Promise<{ into: Store; url: string }> {
  const into = store();
  const ids = new Set<string>();
  const endpoint = await snsEndpoint({
    ...into,
    address: "127.0.0.1:0",
    path: "/sns",
    topics: [TopicArn],
    isFirst: async (key) => !ids.has(key) && ids.add(key) !== undefined,
    fetch: snsFetch(aws.endpoint),
    roots: [aws.sns.root()],
  });
  stops.push(endpoint.stop);
  return { into, url: `http://${endpoint.address}/sns` };
}

test("an alarm arrives through SNS over HTTP, once the subscription has confirmed itself, until it is ended", async () => {
  const from = await account({});
  const TopicArn = await topic();
  const { into, url } = await listening(from, TopicArn);
  await new SNSClient({}).send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: url }));
  await until(() => into.lines.some(({ doing }) => doing === "the subscription to this topic is confirmed"));
  await alarm([TopicArn]);
  await turn("ALARM");
  await until(() => into.taken.length === 1);
  expect(told(into)).toEqual([["sns-https", ALARM, "alarm"]]);
  const { Subscriptions = [] } = await new SNSClient({}).send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  await new SNSClient({}).send(new UnsubscribeCommand({ SubscriptionArn: Subscriptions[0]?.SubscriptionArn }));
  await until(() => from.aws.sns.pushes.length === 3);
  expect(into.lines.at(-1)).toMatchObject({ level: "error", facts: { topic: TopicArn } });
  expect(from.aws.sns.pushes.map(({ type, status }) => [type, status])).toEqual([
    ["SubscriptionConfirmation", 200],
    ["Notification", 200],
    ["UnsubscribeConfirmation", 200],
  ]);
});
