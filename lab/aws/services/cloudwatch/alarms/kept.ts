import type { AlarmHistoryItem, CompositeAlarm, LogAlarm, MetricAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import type { Happened } from "../../eventbridge/deliver.ts";
import type { MetricStore } from "../metric-store.ts";
import type { MuteRule } from "../mutes/mute-rules.ts";

/** An alarm as it is described, by its kind. Names are shared by all kinds. */
export type Kept =
  | { type: "MetricAlarm"; alarm: MetricAlarm }
  | { type: "CompositeAlarm"; alarm: CompositeAlarm }
  | { type: "LogAlarm"; alarm: LogAlarm };

/** Publishes to a topic; a topic that is not there is no error, as for CloudWatch. */
type Notify = (topicArn: string, subject: string, message: string) => void;

/** Everything that an account's alarms are and do. */
export type AlarmBook = {
  account: Account;
  store: MetricStore;
  alarms: Map<string, Kept>;
  /** What happened to them, the latest last. */
  history: AlarmHistoryItem[];
  mutes: Map<string, MuteRule>;
  /** Actions that a mute rule or a suppressor holds back, by the alarm's name: of which change of its state. */
  held: Map<string, { from: StateValue; to: StateValue }>;
  /** What scheduled queries found, the latest last, by the log alarm's name. */
  results: Map<string, { at: Date; value: number | undefined }[]>;
  notify: Notify;
  emit: (happened: Happened) => void;
};

/** The state of an alarm, with why it is so. */
export type State = { StateValue: StateValue; StateReason: string; StateReasonData?: string | undefined };

/** Times as alarms tell them: `2025-09-16T16:59:17.131+0000` */
export const stamp = (at: Date | undefined): string | undefined => at?.toISOString().replace("Z", "+0000");

/** The alarm of a name. */
export function find({ alarms }: AlarmBook, name: string): Kept {
  const kept = alarms.get(name);
  if (!kept) throw new AwsError("ResourceNotFound", `Unknown alarm ${name}.`);
  return kept;
}

/** The name in an ARN of an alarm, or the name itself. */
export const nameOf = (nameOrArn: string): string => nameOrArn.replace(/^arn:aws:cloudwatch:[\w-]+:\d{12}:alarm:/, "");

/** The state in which an alarm is. */
export function stateOf({ alarm }: Kept): State {
  const { StateValue = "INSUFFICIENT_DATA", StateReason = "", StateReasonData } = alarm;
  return { StateValue, StateReason, StateReasonData };
}
