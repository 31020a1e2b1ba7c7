import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalAws } from "../aws/local-aws.ts";
import type { Clock } from "../clock.ts";

/** The queue's name, and the dead-letter queue's where a message goes after five receives. */
const [QUEUE, DEAD] = ["gumshoe-alarms", "gumshoe-alarms-dead"];

/**
 * CloudWatch looks at alarms on periods of less than a minute every ten seconds. Metrics of its own come each minute, and alarms on them take minutes
 * to fire.
 */
const PERIOD_S = 10;

/** How often the shop's agent publishes. */
const PUBLISH_MS = 2_000;

/** What the alarms watch, and for whom it is measured. */
type Site = { instance: string; database: string };

/** What is measured of the shop: the requests that failed in the last minute, and the operations that wait for its database's disk. */
export type Measured = { failed: () => Promise<number>; waiting: () => number | undefined };

const METRICS = ({ instance, database }: Site) => ({
  failed: { Namespace: "Shop/Web", MetricName: "FailedRequests", Dimensions: [{ Name: "Instance", Value: instance }] },
  waiting: { Namespace: "Shop/Database", MetricName: "DiskQueueDepth", Dimensions: [{ Name: "Database", Value: database }] },
});

/** The alarms, by the metric: three failed requests are no chance any more, and a disk that is busy for a minute stays so. */
const ALARMS = {
  failed: { AlarmName: "shop-web-failing", AlarmDescription: "Requests fail", Statistic: "Maximum", Threshold: 2, EvaluationPeriods: 1 },
  waiting: {
    AlarmName: "shop-db-queue-depth",
    AlarmDescription: "Much waits for the disk",
    Statistic: "Average",
    Threshold: 5,
    EvaluationPeriods: 6,
  },
} as const;

/** What the demo's alarms are: the queue that they come through, and the end of the agent that publishes what they watch. */
export type DemoAlarms = { queueUrl: string; stop: () => Promise<void> };

/**
 * What an operator sets up once: a queue with a dead-letter queue, a rule that puts every alarm's change of state into it, and an alarm each on
 * failed requests and on the database's disk. What is measured is published until stopped.
 */
export async function setUpAlarms(
  aws: LocalAws,
  { site, measured, clock }: { site: Site; measured: Measured; clock: Clock },
): Promise<DemoAlarms> {
  const settings = settingsOf(aws);
  const [sqs, events, cloudwatch] = [new SQSClient(settings), new EventBridgeClient(settings), new CloudWatchClient(settings)];
  const metrics = METRICS(site);
  const queueUrl = await createQueue(sqs, events);
  for (const name of ["failed", "waiting"] as const) {
    const how = { Period: PERIOD_S, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "ignore" } as const;
    await cloudwatch.send(new PutMetricAlarmCommand({ ...ALARMS[name], ...metrics[name], ...how }));
  }
  const publish = async () => {
    const values = { failed: await measured.failed(), waiting: measured.waiting() };
    for (const name of ["failed", "waiting"] as const) {
      const { Namespace, ...metric } = metrics[name];
      const MetricData = [{ ...metric, Value: values[name], Unit: "Count" as const, StorageResolution: 1 }];
      if (values[name] !== undefined) await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
    }
  };
  const ended = new AbortController();
  const published = repeat({ work: publish, clock, signal: ended.signal });
  const stop = async () => {
    ended.abort();
    await published;
    for (const client of [sqs, events, cloudwatch]) client.destroy();
  };
  return { queueUrl, stop };
}

async function repeat({ work, clock, signal }: { work: () => Promise<void>; clock: Clock; signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => console.error(`publishing the shop's metrics: ${String(error)}`));
    await clock.sleep(PUBLISH_MS, signal);
  }
}

/** Settings of an SDK client that lead to a local AWS. */
export function settingsOf({ endpoint, env }: LocalAws) {
  const credentials = { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" };
  return { endpoint, region: env["AWS_REGION"] ?? "", credentials };
}

async function createQueue(sqs: SQSClient, events: EventBridgeClient): Promise<string> {
  const dead = await arnOf(sqs, (await sqs.send(new CreateQueueCommand({ QueueName: DEAD }))).QueueUrl);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 5 });
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes: { RedrivePolicy } }));
  const EventPattern = JSON.stringify({ source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] });
  await events.send(new PutRuleCommand({ Name: QUEUE, EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: QUEUE, Targets: [{ Id: "queue", Arn: await arnOf(sqs, QueueUrl) }] }));
  return QueueUrl;
}

async function arnOf(sqs: SQSClient, QueueUrl: string | undefined): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return Attributes?.["QueueArn"] ?? "";
}
