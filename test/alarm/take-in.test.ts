import { describe, expect, test } from "vitest";
import { checkAlarm } from "../../src/alarm/read/check-alarm.ts";
import { arnOf, changed, delivered, madeAlarm, type Made } from "./made-alarms.ts";
import { madeIntake } from "./made-intake.ts";

const at = (minutes: number) => new Date(changed.getTime() + minutes * 60_000);
const disk = (state: "alarm" | "ok" | "no-data", minutes: number, made: Made = {}) => madeAlarm({ state, at: at(minutes), ...made });
const cpu = (state: "alarm" | "ok" | "no-data", minutes: number) =>
  disk(state, minutes, { name: "prod-cpu", metric: "CPUUtilization", namespace: "AWS/EC2" });

describe("the first alarm", () => {
  test("opens an incident in the environment's channel, and has it looked at at once", async () => {
    const { hear, incident, told, wanted, held } = madeIntake();
    await hear([disk("alarm", 0)]);
    expect(incident()).toMatchObject({
      environment: "prod",
      state: "open",
      severity: "critical",
      openedBy: { kind: "alarm", alarm: arnOf() },
      alarms: 1,
      lastAlarmAt: changed,
      runbooks: ["web-errors"],
      home: { channel: "#ops" },
    });
    expect(told()).toEqual(["opened", "alarm-fired"]);
    expect(held.timeline[1]).toMatchObject({ at: changed, what: { name: "prod-disk-queue", value: 31.2, threshold: 10 } });
    expect(wanted()).toEqual(["opened by web-errors in 0 min"]);
    expect(held.alarms.get(arnOf())).toMatchObject({
      state: "alarm",
      incident: 1,
      firings: 1,
      value: 31.2,
      watches: ["AWS/RDS/DiskQueueDepth"],
    });
  });
  test("opens it also while the environment is muted", async () => {
    const { hear, incident, held, minute } = madeIntake();
    held.mutes.set("prod", { environment: "prod", until: minute(60), by: "Ada", at: changed });
    await hear([disk("alarm", 0)]);
    expect(incident()).toMatchObject({ state: "open", alarms: 1 });
  });
  test("opens nothing while CloudWatch holds it back, and does once it no longer does", async () => {
    const { hear, incident } = madeIntake();
    await hear([{ ...disk("alarm", 0), suppressedBy: "a mute rule" }]);
    expect(incident()).toBeUndefined();
    await hear([disk("alarm", 0)], "sns");
    expect(incident()).toMatchObject({ state: "open", alarms: 1 });
  });
  test("of a scheduled look says so, and by which runbook", async () => {
    const { hear, incident } = madeIntake();
    await hear(
      [checkAlarm({ environment: "prod", cron: "*/15 * * * *", runbook: "queues", state: "alarm", at: changed, reason: "x" })],
      "check",
    );
    expect(incident()).toMatchObject({ openedBy: { kind: "check", cron: "*/15 * * * *" }, runbooks: ["queues"] });
  });
});

describe("another alarm", () => {
  test("joins, and a new kind of metric is looked into again after a minute", async () => {
    const { hear, held, incident, wanted } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.wanted = [];
    await hear([cpu("alarm", 1)]);
    expect(held.incidents.size).toBe(1);
    expect(incident()).toMatchObject({ alarms: 2, lastAlarmAt: at(1) });
    expect(wanted()).toEqual(["new-alarm by web-errors in 1 min"]);
  });
  test("but not within five minutes after the last look", async () => {
    const { hear, held, wanted, minute } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.wanted = [];
    held.verdicts.set(1, { endedAt: minute(1), verdict: "root-cause" });
    await hear([cpu("alarm", 2)]);
    expect(wanted()).toEqual(["new-alarm by web-errors in 4 min"]);
  });
  test("on a metric that is known says nothing new", async () => {
    const { hear, held, wanted } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.wanted = [];
    await hear([disk("alarm", 1, { name: "prod-disk-queue-2" })]);
    expect(wanted()).toEqual([]);
  });
  test("of another runbook is looked into by that", async () => {
    const { hear, incident, wanted } = madeIntake();
    await hear([disk("alarm", 0)]);
    await hear([disk("alarm", 1, { name: "prod-queue", metric: "Backlog", namespace: "Shop" })]);
    expect(incident()?.runbooks).toEqual(["web-errors", "queues"]);
    expect(wanted()).toContain("new-alarm by queues in 1 min");
  });
  test("that stands for others which are known says nothing new", async () => {
    const { hear, held, wanted, incident } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.wanted = [];
    await hear([madeAlarm({ name: "all", at: at(1) }, { kind: "composite", watched: [], children: [arnOf()] })]);
    expect(incident()?.alarms).toBe(2);
    expect(wanted()).toEqual([]);
  });
  test("joins silently while it is muted: it is counted and noted, and not yet told", async () => {
    const { hear, held, incident, told, minute } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.mutes.set("prod", { environment: "prod", until: minute(60), by: "Ada", at: changed });
    await hear([cpu("alarm", 1)]);
    expect(incident()?.alarms).toBe(2);
    expect(told()).toEqual(["opened", "alarm-fired", "alarm-fired"]);
    expect(held.alarms.get(arnOf({ name: "prod-cpu" }))).not.toHaveProperty("lastToldAt");
  });
  test("makes an incident that a person opened as bad as alarms are there", async () => {
    const { hear, held, incident } = madeIntake();
    await hear([disk("alarm", 0)]);
    held.incidents.set(1, { ...incident()!, severity: "warning", openedBy: { kind: "person", userId: "U1", name: "Ada" } });
    await hear([cpu("alarm", 1)]);
    expect(incident()).toMatchObject({ severity: "critical", openedBy: { kind: "person" } });
  });
});

describe("going quiet", () => {
  test("of one while others fire is noted", async () => {
    const { hear, incident, told } = madeIntake();
    await hear([disk("alarm", 0), cpu("alarm", 1)]);
    await hear([disk("ok", 4)]);
    expect(incident()?.state).toBe("open");
    expect(told().at(-1)).toBe("alarm-quiet");
  });
  test("of the last eases the incident, and it is looked two minutes later whether the symptom is gone", async () => {
    const { hear, incident, told, wanted } = madeIntake();
    await hear([disk("alarm", 0)]);
    await hear([disk("ok", 4)]);
    expect(incident()).toMatchObject({ state: "easing", easedAt: at(4), alarms: 1 });
    expect(told().slice(-2)).toEqual(["alarm-quiet", "open to easing"]);
    expect(wanted()).toContain("recheck by web-errors in 2 min");
  });
  test("and firing again takes that look back", async () => {
    const { hear, incident, told, wanted } = madeIntake();
    await hear([disk("alarm", 0), disk("ok", 4)]);
    await hear([disk("alarm", 5)]);
    expect(incident()).toMatchObject({ state: "open", alarms: 2, reopened: 0 });
    expect(incident()).not.toHaveProperty("easedAt");
    expect(told().slice(-2)).toEqual(["alarm-fired", "easing to open"]);
    expect(wanted().filter((one) => one.startsWith("recheck"))).toEqual([]);
  });
  test("keeps what fired, so that it can be read", async () => {
    const { hear, held } = madeIntake();
    await hear([disk("alarm", 0)]);
    await hear([disk("ok", 4, { value: 0.1 })]);
    expect(held.alarms.get(arnOf())).toMatchObject({ state: "ok", value: 31.2, firedAt: changed });
  });
  test("without an incident is kept and nothing else", async () => {
    const { hear, held } = madeIntake();
    await hear([disk("ok", 0)]);
    expect(held.alarms.get(arnOf())?.state).toBe("ok");
    expect(held.incidents.size + held.timeline.length + held.wanted.length).toBe(0);
  });
});

describe("losing its data", () => {
  test("is said of an alarm that fired, and is no recovery", async () => {
    const { hear, incident, told } = madeIntake();
    await hear([disk("alarm", 0)]);
    await hear([disk("no-data", 3)]);
    expect(incident()?.state).toBe("open");
    expect(told().at(-1)).toBe("alarm-no-data");
    await hear([disk("ok", 6)]);
    expect(incident()?.state).toBe("easing");
  });
  test("opens nothing", async () => {
    const { hear, held } = madeIntake();
    await hear([disk("no-data", 0)]);
    expect(held.incidents.size).toBe(0);
  });
});

describe("an incident that ended", () => {
  const ended = async (minutes: number) => {
    const made = madeIntake();
    await made.hear([disk("alarm", 0), disk("ok", 4)]);
    const { endedAt, ...rest } = { ...made.incident()!, endedAt: at(6) };
    made.held.incidents.set(1, { ...rest, state: "recovered", endedAt });
    made.held.wanted = [];
    await made.hear([disk("alarm", minutes)]);
    return made;
  };
  test("is opened anew within the window, in its thread, and looked at again", async () => {
    const { incident, held, told, wanted } = await ended(30);
    expect(held.incidents.size).toBe(1);
    expect(incident()).toMatchObject({ state: "open", reopened: 1, alarms: 2 });
    expect(told().slice(-2)).toEqual(["reopened", "alarm-fired"]);
    expect(wanted()).toEqual(["opened by web-errors in 0 min"]);
  });
  test("is over after it: the alarm opens a new one", async () => {
    const { incident, held } = await ended(67);
    expect(held.incidents.size).toBe(2);
    expect(incident(2)).toMatchObject({ state: "open", reopened: 0, alarms: 1 });
    expect(held.alarms.get(arnOf())?.incident).toBe(2);
  });
});

describe("an alarm that flaps", () => {
  test("is told so once, counted on, and looked at once it is calm", async () => {
    const { hear, incident, told, wanted } = madeIntake();
    for (const [index, state] of (["alarm", "ok", "alarm", "ok", "alarm", "ok", "alarm", "ok"] as const).entries())
      await hear([disk(state, index)]);
    expect(incident()).toMatchObject({ alarms: 4, lastAlarmAt: at(6) });
    expect(told().filter((kind) => kind === "alarm-flaps")).toHaveLength(1);
    expect(told().filter((kind) => kind === "alarm-fired" || kind === "alarm-quiet")).toHaveLength(3);
    expect(incident()?.state).toBe("open");
    expect(wanted()).toContain("recheck by web-errors in 10 min");
  });
});

describe("repetitions", () => {
  test("are heard, and said every half an hour", async () => {
    const { hear, told, incident, held } = madeIntake();
    await hear([disk("alarm", 0)]);
    for (const minutes of [1, 10, 29, 30, 45]) await hear([disk("alarm", minutes)]);
    expect(told()).toEqual(["opened", "alarm-fired", "alarm-fired"]);
    expect(held.timeline.at(-1)).toMatchObject({ at: at(30), what: { repeated: 1 } });
    expect(incident()).toMatchObject({ alarms: 1, lastHeardAt: at(45) });
  });
  test("each minute do not edit the headline each minute", async () => {
    const { hear, incident } = madeIntake();
    await hear([disk("alarm", 0)]);
    const version = incident()!.version;
    for (const minutes of [1, 2, 3, 4]) await hear([disk("alarm", minutes)]);
    expect(incident()!.version).toBe(version);
  });
});

describe("out of order", () => {
  test("an older change is noted and changes nothing", async () => {
    const { hear, incident, held, told } = madeIntake();
    await hear([cpu("alarm", 0), disk("ok", 5)]);
    await hear([disk("alarm", 2)]);
    expect(held.alarms.get(arnOf())).toMatchObject({ state: "ok", changedAt: at(5), incident: 1, value: 31.2 });
    expect(told().at(-1)).toBe("alarm-fired");
    expect(incident()).toMatchObject({ state: "open", alarms: 2 });
  });
  test("what fired and went quiet unheard is an incident that eases", async () => {
    const { hear, incident, wanted } = madeIntake();
    await hear([disk("ok", 5)]);
    await hear([disk("alarm", 2)]);
    expect(incident()).toMatchObject({ state: "easing", alarms: 1, easedAt: at(5) });
    expect(wanted()).toEqual(["opened by web-errors in 0 min", "recheck by web-errors in 2 min"]);
  });
  test("together with others it is put in order first", async () => {
    const { hear, told } = madeIntake();
    await hear([disk("ok", 5), cpu("alarm", 6), disk("alarm", 2)]);
    expect(told()).toEqual(["opened", "alarm-fired", "alarm-quiet", "open to easing", "alarm-fired", "easing to open"]);
  });
});

describe("a delivery", () => {
  test("that comes twice, by any way, is taken in once", async () => {
    const { takeIn, incident, clock } = madeIntake();
    clock.now = at(1);
    const twice = [delivered(disk("alarm", 0)), delivered(disk("alarm", 0), "sns")];
    await takeIn(twice);
    await takeIn(twice);
    expect(incident()).toMatchObject({ alarms: 1 });
  });
  test("that could not be stored is taken in when it is given again, and the others were", async () => {
    const made = madeIntake({ prod: ["alarms: { names: [prod-*] }"], stage: ["alarms: { names: [stage-*] }"] });
    const deliveries = [delivered(disk("alarm", 0)), delivered(disk("alarm", 0, { name: "stage-disk" }))];
    const { decide } = made.ledger;
    let down = true;
    made.ledger.decide = async (environment, work) => {
      if (!down || environment !== "prod") return decide(environment, work);
      return decide(environment, async (desk) => work({ ...desk, want: async () => Promise.reject(new Error("the disk is full")) }));
    };
    await expect(made.takeIn(deliveries)).rejects.toThrow("the disk is full");
    expect([...made.held.incidents.values()].map(({ environment }) => environment)).toEqual(["stage"]);
    down = false;
    await made.takeIn(deliveries);
    expect([...made.held.incidents.values()].map(({ environment, alarms }) => [environment, alarms])).toEqual([
      ["stage", 1],
      ["prod", 1],
    ]);
  });
  test("of nobody's alarm is counted, and only when it fires", async () => {
    const { hear, held, unmatched } = madeIntake();
    await hear([disk("alarm", 0, { name: "x" }), disk("ok", 1, { name: "x" })]);
    expect(unmatched.map(({ alarm }) => [alarm.name, alarm.state])).toEqual([["x", "alarm"]]);
    expect(held.incidents.size).toBe(0);
  });
  test("from the future is refused: all that came after would look old", async () => {
    const { takeIn, held, refused } = madeIntake();
    await takeIn([{ ...delivered(disk("alarm", 60)), receivedAt: changed }]);
    expect(refused).toEqual(["eventbridge: the change is in the future"]);
    expect(held.alarms.size).toBe(0);
  });
  test("of a composite alarm goes where its children went that came with it", async () => {
    const { hear, incident } = madeIntake({ prod: ["alarms: { values: [shop-db] }"] });
    await hear([madeAlarm({ name: "all" }, { kind: "composite", watched: [], children: [arnOf()] }), disk("alarm", 0)]);
    expect(incident()).toMatchObject({ environment: "prod", alarms: 2 });
  });
});
