import {
  DeleteAlarmMuteRuleCommand,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DisableAlarmActionsCommand,
  GetAlarmMuteRuleCommand,
  ListAlarmMuteRulesCommand,
  PutAlarmMuteRuleCommand,
} from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { readDuration, readSchedule, windowAt } from "../../../../lab/aws/services/cloudwatch/mutes/windows.ts";
import { refusal } from "../started.ts";
import { account, NOW, type BusEvent } from "./account.ts";

const rule = (Expression: string, Duration = "PT1H", more: object = {}) => ({
  Name: "cut-over",
  Rule: { Schedule: { Expression, Duration } },
  MuteTargets: { AlarmNames: ["queue"] },
  ...more,
});

test("a muted alarm runs no actions, the event bus hears of it all the same, and what is still so acts when the window ends", async () => {
  const { clock, cloudwatch, put, set, heard, published, TopicArn } = await account({ metrics: () => [] });
  const actions = { AlarmActions: [TopicArn], OKActions: [TopicArn], TreatMissingData: "ignore" };
  await put("queue", actions);
  await put("other", actions);
  await cloudwatch.send(new PutAlarmMuteRuleCommand(rule("at(2026-11-05T09:00)")));
  await set("queue", "ALARM");
  await set("other", "ALARM");
  expect((await published()).map(({ AlarmName }) => AlarmName)).toEqual(["other"]);
  const [muted, loud] = await heard();
  expect(muted?.detail.muteDetail).toEqual({
    mutedByArn: "arn:aws:cloudwatch:us-east-1:111122223333:alarm-mute-rule:cut-over",
    muteWindowStart: "2026-11-05T09:00:00.000+0000",
    muteWindowEnd: "2026-11-05T10:00:00.000+0000",
  });
  expect(loud?.detail.muteDetail).toBeUndefined();
  await clock.advance(60 * 60_000);
  expect((await published()).map(({ AlarmName, NewStateValue }) => [AlarmName, NewStateValue])).toEqual([["queue", "ALARM"]]);
});

test("mute rules are put, told with their status, listed by alarm and status, and deleted", async () => {
  const { clock, cloudwatch } = await account();
  const tell = async () => cloudwatch.send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: "cut-over" }));
  const listed = async (more: object) =>
    (await cloudwatch.send(new ListAlarmMuteRulesCommand(more))).AlarmMuteRuleSummaries?.map(({ Status }) => Status);
  await cloudwatch.send(new PutAlarmMuteRuleCommand(rule("at(2026-11-05T10:00)")));
  expect(await tell()).toMatchObject({ Name: "cut-over", Status: "SCHEDULED", MuteTargets: { AlarmNames: ["queue"] } });
  await clock.advance(60 * 60_000);
  expect((await tell()).Status).toBe("ACTIVE");
  expect(await listed({ AlarmName: "queue" })).toEqual(["ACTIVE"]);
  expect(await listed({ AlarmName: "other" })).toEqual([]);
  await clock.advance(60 * 60_000);
  expect(await listed({ Statuses: ["EXPIRED"] })).toEqual(["EXPIRED"]);
  await cloudwatch.send(new DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: "cut-over" }));
  expect((await refusal(tell())).name).toBe("ResourceNotFoundException");
  for (const [expression, duration] of [
    ["cron(0 25 * * *)", "PT1H"],
    ["every day", "PT1H"],
    ["at(2026-11-05T10:00)", "PT10S"],
    ["at(2026-11-05T10:00)", "P16D"],
  ]) {
    expect((await refusal(cloudwatch.send(new PutAlarmMuteRuleCommand(rule(expression!, duration))))).name).toMatch(/^Validation/);
  }
});

test.each([
  ["cron(0 2 * * *)", "PT2H", "UTC", "2026-11-05T03:59:00Z", true],
  ["cron(0 2 * * *)", "PT2H", "UTC", "2026-11-05T04:00:00Z", false],
  ["cron(0 18 * * FRI)", "P2DT12H", "Asia/Seoul", "2026-11-08T20:59:00Z", true],
  ["cron(0 18 * * FRI)", "P2DT12H", "Asia/Seoul", "2026-11-08T21:00:00Z", false],
  ["cron(30 9-17 * NOV MON-FRI)", "PT10M", "Europe/London", "2026-11-05T10:35:00Z", true],
  ["at(2026-11-05T18:00)", "PT1H", "Asia/Seoul", "2026-11-05T09:30:00Z", true],
])("the window of %s for %s in %s at %s", (expression, duration, zone, at, open) => {
  const window = windowAt({ schedule: readSchedule(expression), durationMs: readDuration(duration), zone }, new Date(at));
  expect(window !== undefined).toBe(open);
});

test("an alarm's history tells its changes, its actions and its configuration, the latest first", async () => {
  const { cloudwatch, put, set, drain, bus, published, TopicArn } = await account();
  await put("queue", { AlarmActions: [TopicArn] });
  await set("queue", "ALARM");
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ["queue"] }));
  await set("queue", "OK");
  await set("queue", "ALARM");
  expect(await published()).toHaveLength(1);
  const history = async (more: object = {}) => {
    const { AlarmHistoryItems = [] } = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: "queue", ...more }));
    return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
  };
  expect(await history()).toEqual([
    "Alarm updated from OK to ALARM",
    "Alarm updated from ALARM to OK",
    `Successfully executed action ${TopicArn}`,
    "Alarm updated from INSUFFICIENT_DATA to ALARM",
    'Alarm "queue" created',
  ]);
  expect(await history({ HistoryItemType: "StateUpdate", MaxRecords: 1 })).toHaveLength(1);
  expect(await history({ StartDate: new Date(NOW.getTime() + 1) })).toEqual([]);
  expect(await history({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["queue"] }));
  expect((await refusal(set("queue", "OK"))).name).toBe("ResourceNotFound");
  const events = (await drain<BusEvent & { detail: { operation?: string } }>(bus)).map((event) => event.detail.operation);
  expect(events).toEqual(["create", undefined, undefined, undefined, "delete"]);
});
