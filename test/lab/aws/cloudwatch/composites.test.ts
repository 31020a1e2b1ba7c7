import { DescribeAlarmsCommand, PutCompositeAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { childrenOf, holds, parseRule } from "../../../../lab/aws/services/cloudwatch/alarms/rule.ts";
import { refusal } from "../started.ts";
import { account } from "./account.ts";

const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`;

test.each([
  ['ALARM("a") OR ALARM(b)', "a", true],
  ["ALARM(a) AND ALARM(b)", "a", false],
  [`ALARM(${arn("a")}) AND NOT ALARM('b')`, "a", true],
  ["ALARM(a) OR ALARM(b) AND FALSE", "a", true],
  ["(ALARM(a) OR ALARM(b)) AND FALSE", "a", false],
  ["OK(b) AND NOT (INSUFFICIENT_DATA(a))", "a", true],
  ["TRUE", "", true],
])("the rule %s is read and evaluated", (text, firing, expected) => {
  expect(holds(parseRule(text), (name) => (name === firing ? "ALARM" : "OK"))).toBe(expected);
});

test("a rule names each of its alarms once, and one that cannot be read is refused", () => {
  expect(childrenOf(parseRule(`ALARM("a b") OR OK(${arn("c")}) OR NOT ALARM("a b")`))).toEqual(["a b", "c"]);
  for (const wrong of ["", "ALARM", "ALARM(a", "ALARM(a) ALARM(b)", "FIRES(a)", "ALARM(a) OR"])
    expect(() => parseRule(wrong)).toThrow("syntax");
});

async function composite(more: object = {}) {
  const made = await account();
  for (const name of ["queue", "latency"]) await made.put(name, { TreatMissingData: "ignore" });
  const put = (AlarmName: string, AlarmRule: string, extra: object = {}) =>
    made.cloudwatch.send(
      new PutCompositeAlarmCommand({ AlarmName, AlarmRule, AlarmActions: [made.TopicArn], OKActions: [made.TopicArn], ...more, ...extra }),
    );
  return { ...made, putComposite: put };
}

test("a composite alarm follows its children at once, also through another one, and says which made it fire", async () => {
  const { cloudwatch, putComposite, set, states, heard, published } = await composite();
  await putComposite("database", "ALARM(queue) OR ALARM(latency)");
  await putComposite("shop", `ALARM("${arn("database")}")`);
  expect(await states()).toMatchObject({ database: "OK", shop: "OK" });
  await heard();
  await published();
  await set("queue", "ALARM");
  expect(await states()).toMatchObject({ database: "ALARM", shop: "ALARM" });
  const events = await heard();
  expect(events.map(({ detail }) => detail.alarmName)).toEqual(["queue", "database", "shop"]);
  expect(events[1]?.detail).toMatchObject({
    configuration: { alarmRule: "ALARM(queue) OR ALARM(latency)" },
    previousState: { value: "OK", reason: `${arn("database")} was created and its alarm rule evaluates to OK` },
    state: { value: "ALARM", reason: `${arn("queue")} transitioned to ALARM at Thursday 05 November, 2026 09:00:00 UTC` },
  });
  const triggeringAlarms = [{ arn: arn("queue"), state: { value: "ALARM", timestamp: "2026-11-05T09:00:00.000+0000" } }];
  expect(JSON.parse(events[1]?.detail.state.reasonData ?? "")).toEqual({ triggeringAlarms });
  const [message] = await published();
  expect(message).toMatchObject({
    AlarmName: "database",
    AlarmRule: "ALARM(queue) OR ALARM(latency)",
    TriggeringChildren: [{ Arn: arn("queue"), State: { Value: "ALARM", Timestamp: "2026-11-05T09:00:00.000+0000" } }],
  });
  expect(message).not.toHaveProperty("Trigger");
  await set("queue", "OK");
  expect(await states()).toMatchObject({ database: "OK", shop: "OK" });
  const described = async (more: object) => {
    const { CompositeAlarms = [], MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand(more));
    return [...CompositeAlarms, ...MetricAlarms].map(({ AlarmName }) => AlarmName);
  };
  expect(await described({})).toEqual(["latency", "queue"]);
  expect(await described({ ChildrenOfAlarmName: "database" })).toEqual(["latency", "queue"]);
  expect(await described({ ParentsOfAlarmName: "queue" })).toEqual(["database"]);
});

test("a suppressor that fires in time holds the actions back until it, and its extension, is over", async () => {
  const { clock, putComposite, set, published, heard, put } = await composite();
  await put("maintenance", { TreatMissingData: "ignore" });
  const suppressor = { ActionsSuppressor: "maintenance", ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 60 };
  await putComposite("shop", "ALARM(queue)", suppressor);
  await published();
  await set("queue", "ALARM");
  const state = (await heard()).at(-1)?.detail.state;
  expect(state).toMatchObject({ actionsSuppressedBy: "WaitPeriod", actionsSuppressedReason: "Actions suppressed by WaitPeriod" });
  await set("maintenance", "ALARM");
  await clock.advance(50_000);
  expect(await published()).toEqual([]);
  await set("maintenance", "OK");
  await clock.advance(50_000);
  expect(await published()).toEqual([]);
  await clock.advance(10_000);
  expect((await published()).map(({ AlarmName }) => AlarmName)).toEqual(["shop"]);
});

test("actions that waited for a suppressor in vain run when the wait is over", async () => {
  const { clock, putComposite, set, published, put } = await composite();
  await put("maintenance", { TreatMissingData: "ignore" });
  const suppressor = { ActionsSuppressor: "maintenance", ActionsSuppressorWaitPeriod: 20, ActionsSuppressorExtensionPeriod: 60 };
  await putComposite("shop", "ALARM(queue)", suppressor);
  await published();
  await set("queue", "ALARM");
  expect(await published()).toEqual([]);
  await clock.advance(20_000);
  expect((await published()).map(({ AlarmName, NewStateValue }) => [AlarmName, NewStateValue])).toEqual([["shop", "ALARM"]]);
});

test("a rule of the alarm itself, or of one that is not there, is refused", async () => {
  const { putComposite } = await composite();
  expect((await refusal(putComposite("shop", "ALARM(shop)"))).message).toContain("itself");
  expect((await refusal(putComposite("shop", "ALARM(nothing)"))).message).toContain("do not exist: nothing");
  expect((await refusal(putComposite("queue", "ALARM(latency)"))).message).toContain("another type");
  expect((await refusal(putComposite("shop", "ALARM(queue)", { ActionsSuppressor: "latency" }))).message).toContain("WaitPeriod");
});
