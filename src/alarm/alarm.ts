/** What kind of alarm speaks: CloudWatch's five, Lightsail's own (or a threshold of ours on its metrics), or a scheduled look of ours. */
export type AlarmKind = "metric" | "math" | "anomaly" | "composite" | "log" | "lightsail" | "check";

/** What an alarm says of its resource. */
export type AlarmState = "alarm" | "ok" | "no-data";

/** The metric that an alarm watches, as far as it watches one: `dimensions` by name, such as DBInstanceIdentifier. */
export type Watched = { namespace: string; metric: string; dimensions: Readonly<Record<string, string>> };

/**
 * A change of an alarm's state, or the repetition of one, whatever way it came: checked, and cut to sizes that anyone may keep.
 * `key` is the same for the same alarm (an ARN; for Lightsail's and our own one of the same form). `changedAt` is the time of the change at its source.
 */
export type Alarm = {
  key: string;
  name: string;
  kind: AlarmKind;
  account: string;
  region: string;
  state: AlarmState;
  changedAt: Date;
  reason: string;
  watched: readonly Watched[];
  value?: number;
  threshold?: number;
  comparison?: string;
  unit?: string;
  /** Of a composite alarm: the ARNs of the alarms below it that made it fire. */
  children?: readonly string[];
  /** CloudWatch itself held its actions back (a suppressor or a mute rule), and by what. */
  suppressedBy?: string;
};

/** The way a delivery came. */
export type DeliverySource = "eventbridge" | "sns" | "sns-raw" | "sns-https" | "lightsail" | "check";

/** An alarm with the delivery that brought it; `id` is the same where the same thing is delivered twice. */
export type Delivery = { id: string; source: DeliverySource; receivedAt: Date; alarm: Alarm };

/** One id for one change of one alarm, whatever way and however often it is delivered. */
export function deliveryId({ key, state, changedAt }: Pick<Alarm, "key" | "state" | "changedAt">): string {
  return `${key} ${changedAt.toISOString()} ${state}`;
}
