import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;

async function topic() {
  const aws = await started({}, virtualClock(NOW));
  const [sns, sqs, cloudwatch] = [new SNSClient(clientOf(aws)), new SQSClient(clientOf(aws)), new CloudWatchClient(clientOf(aws))];
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
  const subscribe = async (name: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn(name), Attributes }));
    return async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }))).Messages?.[0];
  };
  return { sns, cloudwatch, TopicArn, subscribe };
}

test("a message reaches queues in the envelope, or raw where that was subscribed", async () => {
  const { sns, TopicArn, subscribe } = await topic();
  const [wrapped, raw] = [await subscribe("wrapped"), await subscribe("raw", { RawMessageDelivery: "true" })];
  const MessageAttributes = { kind: { DataType: "String", StringValue: "alarm" } };
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject: "Disk", Message: '{"a":"<b>"}', MessageAttributes }));
  expect(JSON.parse((await wrapped())?.Body ?? "")).toMatchObject({
    Type: "Notification",
    MessageId,
    TopicArn,
    Subject: "Disk",
    Message: '{"a":"<b>"}',
    Timestamp: NOW.toISOString(),
    SignatureVersion: "1",
    MessageAttributes: { kind: { Type: "String", Value: "alarm" } },
  });
  expect(await raw()).toMatchObject({ Body: '{"a":"<b>"}', MessageAttributes });
});

test("a message may differ by protocol, and an unknown topic or another protocol is refused", async () => {
  const { sns, TopicArn, subscribe } = await topic();
  const receive = await subscribe("raw", { RawMessageDelivery: "true" });
  await sns.send(new PublishCommand({ TopicArn, MessageStructure: "json", Message: '{"default":"all","sqs":"queues"}' }));
  expect((await receive())?.Body).toBe("queues");
  const other = new PublishCommand({ TopicArn: `${TopicArn}-other`, Message: "x" });
  expect(await refusal(sns.send(other))).toMatchObject({ name: "NotFoundException", message: "Topic does not exist", status: 404 });
  const mail = new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "a@shop.example" });
  expect(await refusal(sns.send(mail))).toMatchObject({ name: "InvalidParameterException", message: expect.stringContaining("email") });
});

test("an alarm that changes its state tells the topics of the new state, in CloudWatch's own form", async () => {
  const { cloudwatch, TopicArn, subscribe } = await topic();
  const receive = await subscribe("alarms");
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "shop-queue",
      Namespace: "AWS/RDS",
      MetricName: "DiskQueueDepth",
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 10,
      ComparisonOperator: "GreaterThanThreshold",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }],
      AlarmActions: [TopicArn],
    }),
  );
  const set = (StateValue: "ALARM" | "OK") =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "shop-queue", StateValue, StateReason: "because" }));
  await set("ALARM");
  const envelope = JSON.parse((await receive())?.Body ?? "") as { Subject: string; Message: string };
  expect(envelope.Subject).toBe('ALARM: "shop-queue" in US East (N. Virginia)');
  expect(JSON.parse(envelope.Message)).toMatchObject({
    AlarmName: "shop-queue",
    AlarmDescription: null,
    AWSAccountId: "111122223333",
    NewStateValue: "ALARM",
    OldStateValue: "INSUFFICIENT_DATA",
    NewStateReason: "because",
    StateChangeTime: "2026-11-05T09:00:00.000+0000",
    Region: "US East (N. Virginia)",
    AlarmArn: "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-queue",
    AlarmActions: [TopicArn],
    OKActions: [],
    Trigger: {
      MetricName: "DiskQueueDepth",
      Statistic: "AVERAGE",
      Unit: null,
      Dimensions: [{ value: "shop", name: "DBInstanceIdentifier" }],
      Threshold: 10,
    },
  });
  await set("ALARM");
  await set("OK");
  expect(await receive()).toBeUndefined();
});
