import type { AlarmHistoryItem, DescribeAlarmHistoryInput, HistoryItemType } from "@aws-sdk/client-cloudwatch";
import { page, pageSize } from "../../../page.ts";
import type { AlarmBook, Kept, State } from "./kept.ts";

/** Items that are kept; CloudWatch keeps 30 days. */
const KEPT = 5_000;

type Noted = { type: HistoryItemType; summary: string; data: object };

/** Notes what happened to an alarm. */
export function note({ account, history }: AlarmBook, kept: Kept, { type, summary, data }: Noted): void {
  const item: AlarmHistoryItem = {
    AlarmName: kept.alarm.AlarmName,
    AlarmType: kept.type,
    Timestamp: account.clock.now(),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: JSON.stringify({ version: "1.0", ...data }),
  };
  if (history.push(item) > KEPT) history.shift();
}

/** Notes that an alarm went from one state into another. */
export function noteState(book: AlarmBook, kept: Kept, { from, to }: { from: State; to: State }): void {
  const told = ({ StateValue, StateReason, StateReasonData }: State) => ({
    stateValue: StateValue,
    stateReason: StateReason,
    ...(StateReasonData === undefined ? {} : { stateReasonData: JSON.parse(StateReasonData) as object }),
  });
  const summary = `Alarm updated from ${from.StateValue} to ${to.StateValue}`;
  note(book, kept, { type: "StateUpdate", summary, data: { oldState: told(from), newState: told(to) } });
}

/** Notes that an alarm was created, updated or deleted. */
export function noteConfiguration(book: AlarmBook, kept: Kept, what: "created" | "updated" | "deleted"): void {
  const type = { created: "Create", updated: "Update", deleted: "Delete" }[what];
  note(book, kept, { type: "ConfigurationUpdate", summary: `Alarm "${kept.alarm.AlarmName}" ${what}`, data: { type } });
}

/** DescribeAlarmHistory: the latest first unless told otherwise, and of metric alarms only unless other kinds are asked for. */
export function describeHistory({ history }: AlarmBook, input: DescribeAlarmHistoryInput) {
  const { AlarmName, AlarmTypes = ["MetricAlarm"], HistoryItemType, StartDate, EndDate, MaxRecords, NextToken, ScanBy } = input;
  const found = history.filter(
    ({ AlarmName: name, AlarmType = "MetricAlarm", HistoryItemType: type, Timestamp = new Date(0) }) =>
      (AlarmName ?? name) === name &&
      AlarmTypes.includes(AlarmType) &&
      (HistoryItemType ?? type) === type &&
      Timestamp >= (StartDate ?? Timestamp) &&
      Timestamp <= (EndDate ?? Timestamp),
  );
  if (ScanBy !== "TimestampAscending") found.reverse();
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxRecords, { most: 100 }) });
  return { AlarmHistoryItems: items, ...(next ? { NextToken: next } : {}) };
}
