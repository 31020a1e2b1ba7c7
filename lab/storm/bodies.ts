import { alarmMessage } from "../aws/services/cloudwatch/telling/sns-message.ts";
import { stateDetail } from "../aws/services/cloudwatch/telling/event.ts";
import { stamp, type Kept, type State } from "../aws/services/cloudwatch/alarms/kept.ts";
import { reasonOf } from "../aws/services/cloudwatch/judging/reason.ts";
import type { StormChange } from "./changes.ts";
import { PLACE } from "./fleet.ts";

/** The three bodies in which a change comes to a queue. */
export const SHAPES = ["eventbridge", "sns", "sns-raw"] as const;

/** One of them. */
export type Shape = (typeof SHAPES)[number];

/** The body of a change as the lab's own AWS would have it, with ids that are given. Envelopes carry no true signature: who reads a queue trusts the queue. */
export function bodyOf(change: StormChange, shape: Shape, id: string): string {
  const kept = as(change);
  if (shape === "eventbridge") return JSON.stringify(eventOf(kept, change, id));
  const { subject, message } = alarmMessage(PLACE, kept, change.from);
  if (shape === "sns-raw") return message;
  const host = `https://sns.${PLACE.region}.amazonaws.com`;
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: `arn:aws:sns:${PLACE.region}:${PLACE.id}:alarms`,
    Subject: subject,
    Message: message,
    Timestamp: new Date(change.at + 60).toISOString(),
    SignatureVersion: "1",
    Signature: "bm90LXNpZ25lZA==",
    SigningCertURL: `${host}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:${PLACE.region}:${PLACE.id}:alarms:${id}`,
  });
}

function eventOf(kept: Kept, { from, before, at }: StormChange, id: string): object {
  return {
    version: "0",
    id,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: PLACE.id,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region: PLACE.region,
    resources: [kept.alarm.AlarmArn],
    detail: stateDetail(kept, { StateValue: from, StateReason: "as it was before", since: new Date(before) }),
  };
}

/** The alarm as it is after a change. */
function as({ alarm: { kept, environment }, to, at, value }: StormChange): Kept {
  const state = kept.type === "CompositeAlarm" ? byChild(environment, to, at) : byValue(kept, { to, at, value });
  const changed = { ...state, StateTransitionedTimestamp: new Date(at), StateUpdatedTimestamp: new Date(at) };
  return { type: kept.type, alarm: { ...kept.alarm, ...changed } } as Kept;
}

function byChild(environment: string, to: State["StateValue"], at: number): State {
  const arn = `arn:aws:cloudwatch:${PLACE.region}:${PLACE.id}:alarm:${environment}-metric-1`;
  const triggeringAlarms = [{ arn, state: { value: to, timestamp: stamp(new Date(at)) } }];
  return { StateValue: to, StateReason: `${arn} transitioned to ${to}`, StateReasonData: JSON.stringify({ triggeringAlarms }) };
}

function byValue(kept: Kept, { to, at, value }: { to: State["StateValue"]; at: number; value: number }): State {
  const alarm =
    kept.type === "MetricAlarm" ? kept.alarm : { ComparisonOperator: "GreaterThanThreshold" as const, Threshold: 10, Metrics: [] };
  const minute = Math.floor(at / 60_000) * 60_000;
  const times = { queryDate: stamp(new Date(at)), startDate: stamp(new Date(minute - 180_000)), periodS: 60 };
  const band = alarm.ThresholdMetricId === undefined ? undefined : { lower: 0.5, upper: 10 };
  const points = to === "INSUFFICIENT_DATA" ? [] : [1, 2, 3].map((nth) => ({ at: minute - nth * 60_000, value, breaches: to === "ALARM" }));
  return reasonOf(alarm, band, { state: to, points, periods: 3, toAlarm: 3, ...times });
}
