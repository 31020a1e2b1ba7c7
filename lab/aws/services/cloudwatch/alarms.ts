import type { DescribeAlarmsInput, MetricAlarm, PutMetricAlarmInput, SetAlarmStateInput } from "@aws-sdk/client-cloudwatch";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import { alarmMessage } from "./alarm-message.ts";

/** Metric alarms by name. They change their state by SetAlarmState only: the local AWS does not evaluate them. */
export type Alarms = Map<string, MetricAlarm>;

/** Publishes to a topic; a topic that is not there is no error, as for CloudWatch. */
export type Notify = (topicArn: string, subject: string, message: string) => void;

/** PutMetricAlarm: a new alarm, or the whole configuration of a known one, whose state stays. */
export function putAlarm(account: Account, alarms: Alarms, input: Filled<PutMetricAlarmInput>): void {
  const { AlarmName, MetricName, Metrics, EvaluationPeriods = 0, Tags: _tags, ...settings } = input;
  if ((MetricName === undefined) === (Metrics === undefined)) {
    throw new AwsError("InvalidParameterCombinationException", "Exactly one of MetricName and Metrics must be given.");
  }
  if (EvaluationPeriods < 1) throw new AwsError("InvalidParameterValueException", "EvaluationPeriods must be at least 1.");
  const now = account.clock.now();
  const known = alarms.get(AlarmName);
  alarms.set(AlarmName, {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    TreatMissingData: "missing",
    StateValue: "INSUFFICIENT_DATA",
    StateReason: "Unchecked: Initial alarm creation",
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp: now,
    ...(known ? stateOf(known) : {}),
    ...settings,
    AlarmName,
    EvaluationPeriods,
    AlarmArn: arnOf(account, "cloudwatch", `alarm:${AlarmName}`),
    AlarmConfigurationUpdatedTimestamp: now,
    ...(MetricName === undefined ? {} : { MetricName }),
    ...(Metrics === undefined ? {} : { Metrics }),
  });
}

function stateOf({
  StateValue,
  StateReason,
  StateReasonData,
  StateUpdatedTimestamp,
  StateTransitionedTimestamp,
}: MetricAlarm): Partial<MetricAlarm> {
  return { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp };
}

/** DescribeAlarms: metric alarms unless other kinds are asked for, of which there are none here. */
export function describeAlarms(alarms: Alarms, input: DescribeAlarmsInput) {
  const { AlarmNames, AlarmNamePrefix = "", AlarmTypes = ["MetricAlarm"], StateValue, ActionPrefix = "", MaxRecords, NextToken } = input;
  const found = [...alarms.values()]
    .filter(({ AlarmName = "" }) => (AlarmNames ?? [AlarmName]).includes(AlarmName) && AlarmName.startsWith(AlarmNamePrefix))
    .filter((alarm) => (StateValue ?? alarm.StateValue) === alarm.StateValue)
    .filter(({ AlarmActions = [] }) => ActionPrefix === "" || AlarmActions.some((action) => action.startsWith(ActionPrefix)))
    .sort((a, b) => (a.AlarmName! < b.AlarmName! ? -1 : 1));
  const { items, next } = page(AlarmTypes.includes("MetricAlarm") ? found : [], {
    token: NextToken,
    size: pageSize(MaxRecords, { most: 100, otherwise: 50 }),
  });
  return { MetricAlarms: items, CompositeAlarms: [], ...(next ? { NextToken: next } : {}) };
}

/** SetAlarmState: the state is as told, and its actions that are topics hear of a change. */
export function setAlarmState(account: Account, alarms: Alarms, notify: Notify, input: Filled<SetAlarmStateInput>): void {
  const { AlarmName, StateValue, StateReason, StateReasonData } = input;
  const before = alarms.get(AlarmName);
  if (!before) throw new AwsError("ResourceNotFound", `Unknown alarm ${AlarmName}.`);
  const now = account.clock.now();
  const changed = before.StateValue !== StateValue;
  const alarm: MetricAlarm = {
    ...before,
    StateValue,
    StateReason,
    StateReasonData,
    StateUpdatedTimestamp: now,
    ...(changed ? { StateTransitionedTimestamp: now } : {}),
  };
  alarms.set(AlarmName, alarm);
  if (!changed || alarm.ActionsEnabled === false) return;
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm;
  const actions = { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions }[StateValue];
  const { subject, message } = alarmMessage(account, alarm, before.StateValue ?? "INSUFFICIENT_DATA");
  for (const action of actions) if (action.startsWith("arn:aws:sns:")) notify(action, subject, message);
}
