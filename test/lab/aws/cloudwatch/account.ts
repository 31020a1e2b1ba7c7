import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { AwsWorld, MetricPoint } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { clientOf, started } from "../started.ts";

/** Begins at a full minute. */
export const NOW = new Date("2026-11-05T09:00:00Z");

const ARN = "arn:aws:sqs:us-east-1:111122223333";

/** An account with a queue that a rule fills with everything of CloudWatch, and a topic whose messages a second queue gets raw. */
export async function account(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(NOW);
  const aws = await started(world, clock);
  const [cloudwatch, events, sqs, sns] = [
    new CloudWatchClient(clientOf(aws)),
    new EventBridgeClient(clientOf(aws)),
    new SQSClient(clientOf(aws)),
    new SNSClient(clientOf(aws)),
  ];
  const queue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
  const [bus, topicQueue] = [await queue("bus"), await queue("topic")];
  await events.send(new PutRuleCommand({ Name: "alarms", EventPattern: '{"source":["aws.cloudwatch"]}' }));
  await events.send(new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "queue", Arn: `${ARN}:bus` }] }));
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
  const raw = { RawMessageDelivery: "true" };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: `${ARN}:topic`, Attributes: raw }));
  const drain = async <Body>(QueueUrl: string): Promise<Body[]> => {
    const bodies: Body[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      for (const { Body = "", ReceiptHandle } of Messages) {
        bodies.push(JSON.parse(Body) as Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
  const put = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...QUEUE_DEPTH, ...more }));
  const set = (AlarmName: string, StateValue: "ALARM" | "OK" | "INSUFFICIENT_DATA") =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: `set to ${StateValue}` }));
  const states = async () => {
    const AlarmTypes = ["MetricAlarm" as const, "CompositeAlarm" as const, "LogAlarm" as const];
    const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes }));
    const all = [...MetricAlarms, ...CompositeAlarms, ...LogAlarms];
    return Object.fromEntries(all.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
  };
  /** What the bus told of changes of states, and what the topic was told, since they were last asked for. */
  const heard = async () => (await drain<BusEvent>(bus)).filter((event) => event["detail-type"] === "CloudWatch Alarm State Change");
  const published = () => drain<TopicMessage>(topicQueue);
  return { aws, clock, cloudwatch, events, sqs, sns, TopicArn, put, set, states, heard, published, drain, bus };
}

type Told = { value: string; reason: string; reasonData?: string; timestamp: string; actionsSuppressedBy?: string };

/** An event as it lies in the queue. */
export type BusEvent = {
  "detail-type": string;
  resources: string[];
  time: string;
  detail: { alarmName: string; state: Told; previousState: Told; configuration: object; muteDetail?: object };
};

/** What CloudWatch publishes. */
export type TopicMessage = { AlarmName: string; NewStateValue: string } & Record<string, unknown>;

/** An alarm that fires when three minutes of three have a queue above 10. */
export const QUEUE_DEPTH: Omit<PutMetricAlarmCommandInput, "AlarmName"> = {
  Namespace: "AWS/RDS",
  MetricName: "DiskQueueDepth",
  Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }],
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
};

/** A point a minute with one value in every statistic; minutes that are undefined have none. */
export function eachMinute(from: Date, values: readonly (number | undefined)[]): MetricPoint[] {
  return values.flatMap((value, index) =>
    value === undefined
      ? []
      : [{ at: from.getTime() + index * 60_000, average: value, maximum: value, minimum: value, sum: value, sampleCount: 1 }],
  );
}
