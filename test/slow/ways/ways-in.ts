import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { setTimeout as pause } from "node:timers/promises";
import type { LocalAws } from "../../../lab/aws/local-aws.ts";
import { settingsOf } from "../../../lab/demo/alarms.ts";

/** What an operator has set up at AWS so that alarms reach Gumshoe by queues and over HTTPS. */
export type WaysIn = {
  /** The addresses of the queue that EventBridge fills, and of the one that SNS fills. */
  queues: readonly string[];
  /** The topic that posts to the endpoint. */
  pushTopic: string;
  /** Subscribes an address to that topic; resolves when the subscription was confirmed. */
  subscribe: (endpoint: string) => Promise<void>;
  /** Publishes how much waits for the shop's disk, from now on. */
  publish: (waiting: () => number | undefined) => void;
  /** Sets the alarms that one environment hears of by its way. */
  setAlarms: (way: "queue" | "topic" | "push") => Promise<void>;
  /** Messages that are in the queues, or were received and not deleted. */
  waiting: () => Promise<number>;
  stop: () => Promise<void>;
};

/** Periods of less than a minute are looked at every ten seconds. */
const PERIOD_S = 10;
const PUBLISH_MS = 2_000;

/** A metric by which no environment knows an alarm for its own: its name does. */
const METRIC = { Namespace: "Shop/Database", MetricName: "DiskQueueDepth" };
const Dimensions = [{ Name: "Site", Value: "shop" }];

/** Sets up two queues, three topics and a rule. The alarms are named after the environments that hear of them. */
export async function openWays(aws: LocalAws): Promise<WaysIn> {
  const settings = settingsOf(aws);
  const [sqs, sns, events, cloudwatch] = [
    new SQSClient(settings),
    new SNSClient(settings),
    new EventBridgeClient(settings),
    new CloudWatchClient(settings),
  ];
  const ended = new AbortController();
  let publishing: Promise<void> | undefined;
  const queueOf = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const topicOf = async (Name: string, Attributes = {}) => (await sns.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn ?? "";
  const queues = [await queueOf("from-eventbridge"), await queueOf("from-sns")] as const;
  const [bridged, mailed] = [await arnOf(sqs, queues[0]), await arnOf(sqs, queues[1])];

  const detail = { alarmName: [{ prefix: "queue-" }] };
  const EventPattern = JSON.stringify({ source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"], detail });
  await events.send(new PutRuleCommand({ Name: "alarms", EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "queue", Arn: bridged }] }));

  const [enveloped, raw, pushTopic] = [
    await topicOf("enveloped"),
    await topicOf("raw"),
    await topicOf("pushed", { SignatureVersion: "2" }),
  ] as const;
  const mailing = { Protocol: "sqs", Endpoint: mailed };
  await sns.send(new SubscribeCommand({ TopicArn: enveloped, ...mailing }));
  await sns.send(new SubscribeCommand({ TopicArn: raw, ...mailing, Attributes: { RawMessageDelivery: "true" } }));

  const alarms = {
    queue: [{ name: "queue-disk", actions: [], quietPeriods: 1 }],
    topic: [
      { name: "topic-disk", actions: [enveloped], quietPeriods: 2 },
      { name: "topic-disk-raw", actions: [raw], quietPeriods: 3 },
    ],
    push: [{ name: "push-disk", actions: [pushTopic], quietPeriods: 6 }],
  };
  return {
    queues,
    pushTopic,
    subscribe: async (endpoint) => {
      await sns.send(new SubscribeCommand({ TopicArn: pushTopic, Protocol: "https", Endpoint: endpoint }));
      const pending = async () => {
        const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: pushTopic }));
        return Subscriptions.some(({ SubscriptionArn }) => SubscriptionArn === "PendingConfirmation");
      };
      while (await pending()) await pause(50);
    },
    publish: (waiting) => void (publishing = publish(cloudwatch, waiting, ended.signal)),
    setAlarms: async (way) => {
      for (const watching of alarms[way]) await setAlarm(cloudwatch, watching);
    },
    waiting: async () => (await Promise.all(queues.map(async (url) => messagesIn(sqs, url)))).reduce((sum, one) => sum + one, 0),
    stop: async () => {
      ended.abort();
      await publishing;
      for (const client of [sqs, sns, events, cloudwatch]) client.destroy();
    },
  };
}

type Watching = { name: string; actions: string[]; quietPeriods: number };

/** One period of much waiting is enough to fire; so many without it make it well again, so that not all are looked at in the same moment. */
async function setAlarm(cloudwatch: CloudWatchClient, { name, actions, quietPeriods }: Watching): Promise<void> {
  const metric = { ...METRIC, Dimensions, Period: PERIOD_S, Statistic: "Average" } as const;
  const how = { Threshold: 5, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: quietPeriods, DatapointsToAlarm: 1 } as const;
  const told = { AlarmActions: actions, OKActions: actions, TreatMissingData: "ignore" };
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: name, ...metric, ...how, ...told }));
}

async function publish(cloudwatch: CloudWatchClient, waiting: () => number | undefined, signal: AbortSignal): Promise<void> {
  const { Namespace, MetricName } = METRIC;
  while (!signal.aborted) {
    const MetricData = [{ MetricName, Dimensions, Value: waiting(), Unit: "Count" as const, StorageResolution: 1 }];
    if (MetricData[0]?.Value !== undefined) await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
    await pause(PUBLISH_MS, undefined, { signal }).catch(() => {});
  }
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return Attributes?.["QueueArn"] ?? "";
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }));
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}
