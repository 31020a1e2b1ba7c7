import { CloudWatchClient, PutAlarmMuteRuleCommand } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { virtualClock } from "../../../../lab/clock.ts";
import type { Alarm } from "../../../../src/alarm/alarm.ts";
import { mutedBy } from "../../../../src/aws/alarms/mute/mute-rules.ts";
import { account, callsOf, environment, meanwhile } from "../../account.ts";
import { store } from "../intake.ts";

const alarm = (name: string, { region = "us-east-1", owner = "111122223333" } = {}): Alarm => ({
  key: `arn:aws:cloudwatch:${region}:${owner}:alarm:${name}`,
  name,
  kind: "metric",
  account: owner,
  region,
  state: "alarm",
  changedAt: new Date(),
  reason: "",
  watched: [],
});

async function rules() {
  const clock = virtualClock(new Date("2026-11-26T02:00:00Z"));
  const from = await account({}, { clock });
  const into = store(() => clock.now());
  const environments = new Map([
    ["prod", environment("[mi-0123456789abcdef0]")],
    ["stage", environment("[mi-0123456789abcdef0]")],
  ]);
  const muted = mutedBy(environments, { log: into.log, now: into.now, accessOf: () => from.access });
  const put = async (Name: string, Expression: string, AlarmNames: string[]) =>
    meanwhile(
      clock,
      new CloudWatchClient({}).send(
        new PutAlarmMuteRuleCommand({ Name, Rule: { Schedule: { Expression, Duration: "PT1H" } }, MuteTargets: { AlarmNames } }),
      ),
    );
  return { from, clock, into, put, ask: async (one: Alarm) => meanwhile(clock, muted(one)) };
}

test("an alarm that an active rule targets is muted by it; others are not", async () => {
  const { put, ask, from } = await rules();
  await put("cut-over", "at(2026-11-26T02:00)", ["disk", "cpu"]);
  await put("nightly", "cron(0 4 * * *)", ["queue"]);
  expect(await ask(alarm("disk"))).toBe("cut-over");
  expect(await ask(alarm("queue"))).toBeUndefined();
  expect(await ask(alarm("other"))).toBeUndefined();
  expect(await ask(alarm("disk", { owner: "999999999999" }))).toBeUndefined();
  expect(await ask(alarm("disk", { region: "eu-west-1" }))).toBeUndefined();
  // One account and region is asked once, however many environments are in it.
  expect(callsOf(from, "ListAlarmMuteRules")).toHaveLength(1);
});

test("rules are asked for again after a minute", async () => {
  const { put, ask, clock, from } = await rules();
  expect(await ask(alarm("disk"))).toBeUndefined();
  await put("cut-over", "at(2026-11-26T02:00)", ["disk"]);
  expect(await ask(alarm("disk"))).toBeUndefined();
  await clock.advance(61_000);
  expect(await ask(alarm("disk"))).toBe("cut-over");
  await clock.advance(3_600_000);
  expect(await ask(alarm("disk"))).toBeUndefined();
  expect(callsOf(from, "ListAlarmMuteRules")).toHaveLength(3);
});

test("rules that cannot be read mute nothing, and that is logged once", async () => {
  const { ask, into, from, clock } = await rules();
  from.aws.faults.add({ operation: "ListAlarmMuteRules", kind: "access-denied" });
  expect(await ask(alarm("disk"))).toBeUndefined();
  await clock.advance(61_000);
  expect(await ask(alarm("disk"))).toBeUndefined();
  expect(into.lines.map(({ facts }) => facts["because"])).toEqual([expect.stringMatching(/^the role lacks cloudwatch:ListAlarmMuteRules/)]);
});
