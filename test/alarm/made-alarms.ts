import { deliveryId, type Alarm, type AlarmState, type Delivery, type DeliverySource } from "../../src/alarm/alarm.ts";

/** What a made alarm says; the rest is usual. */
export type Made = {
  name?: string;
  state?: AlarmState;
  at?: Date;
  account?: string;
  region?: string;
  namespace?: string;
  metric?: string;
  dimensions?: Record<string, string>;
  value?: number;
  threshold?: number;
};

/** When made alarms change, where nothing else is said. */
export const changed = new Date("2026-11-23T02:41:07.131Z");

const usual = {
  name: "prod-disk-queue",
  state: "alarm" as AlarmState,
  at: changed,
  account: "123456789012",
  region: "ap-northeast-2",
  namespace: "AWS/RDS",
  metric: "DiskQueueDepth",
  dimensions: { DBInstanceIdentifier: "shop-db" } as Record<string, string>,
  value: 31.2,
  threshold: 10,
};

const STATES = { alarm: "ALARM", ok: "OK", "no-data": "INSUFFICIENT_DATA" } as const;

/** An alarm's ARN. */
export const arnOf = ({ name, account, region }: Made = {}) =>
  `arn:aws:cloudwatch:${region ?? usual.region}:${account ?? usual.account}:alarm:${name ?? usual.name}`;

/** A time as CloudWatch writes it. */
export const stamp = (at: Date) => at.toISOString().replace("Z", "+0000");

const reasonOf = ({ value, threshold, state }: typeof usual) =>
  `Threshold Crossed: 1 out of the last 1 datapoints [${value} (23/11/26 02:41:00)] was ${state === "alarm" ? "" : "not "}greater than the threshold (${threshold.toFixed(1)}) (minimum 1 datapoint for OK -> ALARM transition).`;

const reasonDataOf = ({ value, threshold, at }: typeof usual) =>
  JSON.stringify({ version: "1.0", queryDate: stamp(at), statistic: "Average", period: 60, recentDatapoints: [4, value], threshold });

/** What kinds of alarms there are in CloudWatch. */
export const kinds = ["metric", "math", "anomaly", "composite", "log"] as const;

/** One of them. */
export type Kind = (typeof kinds)[number];

/** The children of a made composite alarm. */
export const children = [arnOf({ name: "prod-disk-queue" }), arnOf({ name: "prod-cpu" })];

/** "CloudWatch Alarm State Change" as EventBridge delivers it. */
export function madeEvent(kind: Kind = "metric", made: Made = {}) {
  const all = { ...usual, ...made };
  const metricStat = { metric: { namespace: all.namespace, name: all.metric, dimensions: all.dimensions }, period: 60, stat: "Average" };
  const configuration: Record<Kind, object> = {
    metric: { description: "too long a queue", metrics: [{ id: "m1", metricStat, returnData: true }] },
    math: {
      metrics: [
        { id: "e1", expression: "m1 * 2", label: "twice", returnData: true },
        { id: "m1", metricStat, returnData: false },
      ],
    },
    anomaly: {
      metrics: [
        { id: "m1", metricStat, returnData: true },
        { id: "ad1", expression: "ANOMALY_DETECTION_BAND(m1, 2)", returnData: true },
      ],
    },
    composite: { alarmRule: "ALARM(prod-disk-queue) OR ALARM(prod-cpu)" },
    log: { logGroups: ["/shop/web"], queryString: "filter @message like /ERROR/ | stats count()" },
  };
  const triggering = children.map((arn) => ({ arn, state: { value: "ALARM", timestamp: stamp(all.at) } }));
  return {
    version: "0",
    id: "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: all.account,
    time: all.at.toISOString(),
    region: all.region,
    resources: [arnOf(all)],
    detail: {
      alarmName: all.name,
      configuration: configuration[kind],
      previousState: { value: "OK", reason: "", timestamp: stamp(all.at) },
      state: {
        value: STATES[all.state],
        reason: kind === "composite" ? `${children[0]} transitioned to ALARM` : reasonOf(all),
        reasonData: kind === "composite" ? JSON.stringify({ triggeringAlarms: triggering }) : reasonDataOf(all),
        timestamp: stamp(all.at),
      },
    },
  };
}

/** The same as an alarm's message to SNS. */
export function madeMessage(kind: Kind = "metric", made: Made = {}) {
  const all = { ...usual, ...made };
  const Dimensions = Object.entries(all.dimensions).map(([name, value]) => ({ value, name }));
  const stat = { Metric: { Namespace: all.namespace, MetricName: all.metric, Dimensions }, Period: 60, Stat: "Average" };
  const limits = { ComparisonOperator: "GreaterThanThreshold", Threshold: all.threshold, TreatMissingData: "missing", Unit: null };
  const parts: Record<Kind, object> = {
    metric: {
      Trigger: {
        MetricName: all.metric,
        Namespace: all.namespace,
        StatisticType: "Statistic",
        Statistic: "AVERAGE",
        Dimensions,
        Period: 60,
        ...limits,
      },
    },
    math: {
      Trigger: {
        Metrics: [
          { Expression: "m1 * 2", Id: "e1", ReturnData: true },
          { Id: "m1", MetricStat: stat, ReturnData: false },
        ],
        ...limits,
      },
    },
    anomaly: {
      Trigger: {
        ThresholdMetricId: "ad1",
        Metrics: [
          { Id: "m1", MetricStat: stat, ReturnData: true },
          { Expression: "ANOMALY_DETECTION_BAND(m1, 2)", Id: "ad1", ReturnData: true },
        ],
        ComparisonOperator: "LessThanLowerOrGreaterThanUpperThreshold",
      },
    },
    composite: {
      AlarmRule: "ALARM(prod-disk-queue) OR ALARM(prod-cpu)",
      TriggeringChildren: children.map((Arn) => ({ Arn, State: { Value: "ALARM", Timestamp: stamp(all.at) } })),
    },
    log: { LogGroups: ["/shop/web"], QueryString: "filter @message like /ERROR/ | stats count()" },
  };
  return {
    AlarmName: all.name,
    AlarmDescription: null,
    AWSAccountId: all.account,
    AlarmConfigurationUpdatedTimestamp: stamp(all.at),
    NewStateValue: STATES[all.state],
    NewStateReason: reasonOf(all),
    StateChangeTime: stamp(all.at),
    Region: "Asia Pacific (Seoul)",
    AlarmArn: arnOf(all),
    OldStateValue: "OK",
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    ...parts[kind],
  };
}

/** SNS's envelope around a message. */
export function madeEnvelope(message: object | string) {
  return {
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: "arn:aws:sns:ap-northeast-2:123456789012:alarms",
    Subject: 'ALARM: "prod-disk-queue" in Asia Pacific (Seoul)',
    Message: typeof message === "string" ? message : JSON.stringify(message),
    Timestamp: "2026-11-23T02:41:07.703Z",
    SignatureVersion: "2",
    Signature: "EXAMPLE",
  };
}

/** An alarm as it is when it was read. */
export function madeAlarm(made: Made = {}, more: Partial<Alarm> = {}): Alarm {
  const all = { ...usual, ...made };
  return {
    key: arnOf(all),
    name: all.name,
    kind: "metric",
    account: all.account,
    region: all.region,
    state: all.state,
    changedAt: all.at,
    reason: reasonOf(all),
    watched: [{ namespace: all.namespace, metric: all.metric, dimensions: all.dimensions }],
    value: all.value,
    threshold: all.threshold,
    ...more,
  };
}

/** A delivery of an alarm, received as it changed. */
export function delivered(alarm: Alarm, source: DeliverySource = "eventbridge"): Delivery {
  return { id: deliveryId(alarm), source, receivedAt: alarm.changedAt, alarm };
}
