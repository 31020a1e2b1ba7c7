import type { DescribeAlarmsInput, DescribeAlarmsOutput } from "@aws-sdk/client-cloudwatch";
import { page, pageSize } from "../../../page.ts";
import { nameOf, type AlarmBook, type Kept } from "./kept.ts";
import { childrenOf, parseRule } from "./rule.ts";

/** DescribeAlarms, by name: metric alarms unless other kinds are asked for. */
export function describeAlarms(book: AlarmBook, input: DescribeAlarmsInput): Omit<DescribeAlarmsOutput, "$metadata"> {
  const { AlarmTypes = ["MetricAlarm"], ChildrenOfAlarmName, ParentsOfAlarmName, MaxRecords, NextToken } = input;
  const related = ChildrenOfAlarmName !== undefined || ParentsOfAlarmName !== undefined;
  const found = [...book.alarms.values()]
    .filter((kept) => related || AlarmTypes.includes(kept.type))
    .filter((kept) => ParentsOfAlarmName === undefined || under(kept).includes(ParentsOfAlarmName))
    .filter(({ alarm }) => ChildrenOfAlarmName === undefined || under(book.alarms.get(ChildrenOfAlarmName)).includes(alarm.AlarmName ?? ""))
    .filter((kept) => wanted(kept, input))
    .toSorted((a, b) => ((a.alarm.AlarmName ?? "") < (b.alarm.AlarmName ?? "") ? -1 : 1));
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxRecords, { most: 100, otherwise: 50 }) });
  return {
    MetricAlarms: items.flatMap((kept) => (kept.type === "MetricAlarm" ? [kept.alarm] : [])),
    CompositeAlarms: items.flatMap((kept) => (kept.type === "CompositeAlarm" ? [kept.alarm] : [])),
    LogAlarms: items.flatMap((kept) => (kept.type === "LogAlarm" ? [kept.alarm] : [])),
    ...(next ? { NextToken: next } : {}),
  };
}

function wanted({ alarm }: Kept, { AlarmNames, AlarmNamePrefix = "", StateValue, ActionPrefix = "" }: DescribeAlarmsInput): boolean {
  const { AlarmName = "", AlarmActions = [] } = alarm;
  return (
    (AlarmNames ?? [AlarmName]).includes(AlarmName) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue ?? alarm.StateValue) === alarm.StateValue &&
    (ActionPrefix === "" || AlarmActions.some((action) => action.startsWith(ActionPrefix)))
  );
}

/** The names of the alarms that a composite alarm's rule asks for. */
function under(kept: Kept | undefined): readonly string[] {
  return kept?.type === "CompositeAlarm" ? childrenOf(parseRule(kept.alarm.AlarmRule ?? "")).map(nameOf) : [];
}
