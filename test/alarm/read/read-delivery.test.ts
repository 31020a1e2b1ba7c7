import { describe, expect, test } from "vitest";
import type { Alarm } from "../../../src/alarm/alarm.ts";
import { readDelivery } from "../../../src/alarm/read/read-delivery.ts";
import { arnOf, changed, children, kinds, madeEnvelope, madeEvent, madeMessage, stamp } from "../made-alarms.ts";

const read = (body: object | string, source: Parameters<typeof readDelivery>[1] = "sns") =>
  readDelivery(typeof body === "string" ? body : JSON.stringify(body), source);

function alarmOf(body: object): Alarm {
  const result = read(body);
  if (!("alarm" in result)) throw new Error(JSON.stringify(result));
  return result.alarm;
}

describe("the same alarm reads the same, whatever way it came", () => {
  for (const kind of kinds) {
    test(`a ${kind} alarm`, () => {
      const event = alarmOf(madeEvent(kind));
      const message = alarmOf(madeMessage(kind));
      const same = {
        key: arnOf(),
        name: "prod-disk-queue",
        kind,
        account: "123456789012",
        region: "ap-northeast-2",
        state: "alarm",
        changedAt: changed,
      };
      expect(event).toMatchObject(same);
      expect(message).toMatchObject(same);
      expect(event.watched).toEqual(message.watched);
      expect(event.children).toEqual(message.children);
      expect(alarmOf(madeEnvelope(madeMessage(kind)))).toEqual(message);
      expect(alarmOf(madeEnvelope(madeEvent(kind)))).toEqual(event);
    });
  }
  test("with what it watches, and its numbers", () => {
    const watched = [{ namespace: "AWS/RDS", metric: "DiskQueueDepth", dimensions: { DBInstanceIdentifier: "shop-db" } }];
    const numbers = { value: 31.2, threshold: 10, comparison: "GreaterThanThreshold" };
    expect(alarmOf(madeEvent())).toMatchObject({ watched, ...numbers });
    expect(alarmOf(madeMessage())).toMatchObject({ watched, ...numbers });
  });
  test("with the children that made a composite one fire", () => {
    expect(alarmOf(madeEvent("composite")).children).toEqual(children);
  });
  for (const [state, word] of [
    ["ok", "OK"],
    ["no-data", "INSUFFICIENT_DATA"],
  ] as const)
    test(`${word} too`, () => {
      expect(alarmOf(madeEvent("metric", { state })).state).toBe(state);
      expect(alarmOf(madeMessage("metric", { state })).state).toBe(state);
    });
});

describe("numbers", () => {
  const withState = (state: object) => ({
    ...madeEvent(),
    detail: { ...madeEvent().detail, state: { ...madeEvent().detail.state, ...state } },
  });
  test("are of the newest point, from the reason where there is no data", () => {
    const reason =
      "Threshold Crossed: 2 datapoints [0.5 (09/01/27 14:02:00), 31.0 (31/12/26 14:01:00)] were less than or equal to the threshold (1.0).";
    expect(alarmOf(withState({ reason, reasonData: null }))).toMatchObject({
      value: 0.5,
      threshold: 1,
      comparison: "LessThanOrEqualToThreshold",
    });
  });
  test("of an anomaly have the edge of the band that was crossed", () => {
    const reasonData = JSON.stringify({ recentDatapoints: [0], recentLowerThresholds: [0.02], recentUpperThresholds: [0.3] });
    expect(alarmOf(withState({ reason: "", reasonData }))).toMatchObject({ value: 0, threshold: 0.02 });
  });
  test("that are none are left out", () => {
    const reasonData = '{"recentDatapoints":[null,"x",1e999],"threshold":"high"}';
    const alarm = alarmOf(withState({ reason: "why", reasonData }));
    expect(alarm).not.toHaveProperty("value");
    expect(alarm).not.toHaveProperty("threshold");
  });
  test("are missed by nobody where the data is no JSON", () => {
    expect(alarmOf(withState({ reasonData: "{{{" })).value).toBe(31.2);
  });
});

describe("what CloudWatch holds back says so", () => {
  const event = madeEvent("composite");
  const withDetail = (state: object, detail: object = {}) =>
    alarmOf({ ...event, detail: { ...event.detail, ...detail, state: { ...event.detail.state, ...state } } });
  test("by a suppressor that fires", () => {
    expect(withDetail({ actionsSuppressedBy: "Alarm", actionsSuppressedReason: "Actions suppressed by maintenance" }).suppressedBy).toBe(
      "Actions suppressed by maintenance",
    );
  });
  test("but not while it only waits whether one will", () => {
    expect(withDetail({ actionsSuppressedBy: "WaitPeriod" })).not.toHaveProperty("suppressedBy");
  });
  test("by a mute rule, while its window lasts", () => {
    const rule = (from: number, to: number) => ({
      muteDetail: {
        mutedByArn: "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm-mute-rule:deploy",
        muteWindowStart: stamp(new Date(changed.getTime() + from)),
        muteWindowEnd: stamp(new Date(changed.getTime() + to)),
      },
    });
    expect(withDetail({}, rule(-1000, 1000)).suppressedBy).toContain("alarm-mute-rule:deploy");
    expect(withDetail({}, rule(-2000, -1000))).not.toHaveProperty("suppressedBy");
  });
});

describe("what people will see is safe to show", () => {
  const reason = (text: string) => alarmOf({ ...madeMessage(), NewStateReason: text }).reason;
  test("without control characters and without what turns text around", () => {
    expect(reason("one\u0000two\n\u202ethree\ud800")).toBe("one two three");
  });
  test("without secrets", () => {
    expect(reason("connecting to postgres://shop:hunter2secret@db/shop")).not.toContain("hunter2secret");
  });
  test("and not longer than CloudWatch lets a reason be", () => {
    expect(reason("x".repeat(5000))).toHaveLength(1023);
  });
  test("with 30 dimensions and 100 children at most", () => {
    const dimensions = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`D${index}`, "v"]));
    expect(Object.keys(alarmOf(madeEvent("metric", { dimensions })).watched[0]!.dimensions)).toHaveLength(30);
    const TriggeringChildren = Array.from({ length: 300 }, (_, index) => ({ Arn: arnOf({ name: `child-${index}` }) }));
    expect(alarmOf({ ...madeMessage("composite"), TriggeringChildren }).children).toHaveLength(100);
  });
});

describe("what is no alarm is passed over, with a reason", () => {
  const cases: [what: string, body: object | string, ignored: string][] = [
    [
      "SNS asking whether to subscribe",
      { Type: "SubscriptionConfirmation", TopicArn: "arn", Message: "You have chosen", Token: "x" },
      "subscription",
    ],
    ["an event of something else", { ...madeEvent(), "detail-type": "CloudWatch Alarm Configuration Change" }, "Configuration Change"],
    ["one series of an alarm on many", { ...madeEvent(), "detail-type": "CloudWatch Alarm Contributor State Change" }, "Contributor"],
    ["an event that only looks like CloudWatch's", { ...madeEvent(), source: "my.shop" }, "my.shop"],
    ["a source that is an object", { ...madeEvent(), source: { toString: 1 } }, "no alarm's change"],
    ["a test that somebody sent by hand", madeEnvelope("hello?"), "plain text"],
    ["another service's message", madeEnvelope({ Event: "autoscaling:TEST_NOTIFICATION" }), "no alarm's"],
    ["an empty object", {}, "no alarm's"],
  ];
  for (const [what, body, ignored] of cases)
    test(what, () => expect(read(body)).toEqual({ ignored: expect.stringContaining(ignored) as unknown }));
});

describe("what is not what it says is refused, and the field is named", () => {
  const event = madeEvent();
  const cases: [what: string, body: object | string, refused: string][] = [
    ["no JSON", "not json", "the body is not a JSON object"],
    ["a list", "[]", "the body is not a JSON object"],
    ["half of a message", madeEnvelope('{"AlarmName":"x"'), "Message: not whole JSON"],
    ["a body larger than AWS delivers", JSON.stringify({ ...event, more: "x".repeat(262_144) }), "larger than 256 KB"],
    ["an event of another account than the ARN's", { ...event, account: "999999999999" }, "account: not what the ARN says"],
    ["an event of another region", { ...event, region: "us-east-1" }, "region: not what the ARN says"],
    ["a message of another account", { ...madeMessage(), AWSAccountId: "999999999999" }, "AWSAccountId: not what the ARN says"],
    ["another alarm's name", { ...madeMessage(), AlarmName: "other" }, "AlarmName: not what the ARN says"],
    ["something else's ARN", { ...madeMessage(), AlarmArn: "arn:aws:sns:us-east-1:123456789012:x" }, "AlarmArn: not an alarm's ARN"],
    ["no ARN", { ...event, resources: [] }, "resources"],
    ["a state that there is none of", { ...madeMessage(), NewStateValue: "BROKEN" }, "NewStateValue"],
    ["no time", { ...madeMessage(), StateChangeTime: "yesterday" }, "StateChangeTime: not a time"],
    ["a time of another age", { ...madeMessage(), StateChangeTime: "0001-01-01T00:00:00.000+0000" }, "StateChangeTime: not a time"],
    ["a name that is too long", { ...madeMessage(), AlarmName: "x".repeat(256) }, "AlarmName"],
    ["metrics that are none", { ...event, detail: { ...event.detail, configuration: { metrics: "m1" } } }, "detail.configuration.metrics"],
    ["a metric without its namespace", { ...madeMessage(), Trigger: { MetricName: "CPUUtilization" } }, "Trigger.Namespace"],
  ];
  for (const [what, body, refused] of cases)
    test(what, () => expect(read(body)).toEqual({ refused: expect.stringContaining(refused) as unknown }));

  test("dimensions of a sender's making are not in the reason, of which there are few", () => {
    const result = read(madeEvent("metric", { dimensions: { "sender's own": 5 as unknown as string } }));
    expect(result).toEqual({ refused: expect.stringMatching(/dimensions: neither a map nor a list/) as unknown });
  });
  test("over HTTPS all that is not in SNS's signed envelope", () => {
    expect(read(madeMessage(), "sns-https")).toEqual({ refused: "the body is not an SNS envelope" });
    expect(read(madeEnvelope(madeMessage()), "sns-https")).toHaveProperty("alarm");
  });
});
