import { describe, expect, test } from "vitest";
import { lapseOf, nextLook, settleOf, type EndedDiagnosis } from "../../src/alarm/settle.ts";
import { changed, madeAlarm } from "./made-alarms.ts";
import { madeIntake } from "./made-intake.ts";

const at = (minutes: number) => new Date(changed.getTime() + minutes * 60_000);
const disk = (state: "alarm" | "ok" | "no-data", minutes: number) => madeAlarm({ state, at: at(minutes) });

const judged = (verdict: string, began: number, more: Partial<EndedDiagnosis> = {}): EndedDiagnosis => ({
  id: "d1",
  incident: 1,
  environment: "prod",
  runbook: "web-errors",
  why: "recheck",
  round: 1,
  beganAt: at(began),
  end: { how: "judged", verdict },
  ...more,
});

/** An incident whose alarm fired at 0 and, where it is said, went quiet; nothing is wanted of it. */
async function made({ quiet, now }: { quiet?: number; now: number }) {
  const intake = madeIntake();
  await intake.hear([disk("alarm", 0)]);
  if (quiet !== undefined) await intake.hear([disk("ok", quiet)]);
  intake.held.wanted = [];
  intake.clock.now = at(now);
  return { ...intake, settle: settleOf(intake) };
}

/** One that a person opened, of which no alarm was heard. */
async function asked() {
  const intake = await made({ now: 5 });
  intake.held.alarms.clear();
  const { lastAlarmAt: _, ...rest } = intake.incident()!;
  intake.held.incidents.set(1, { ...rest, alarms: 0, openedBy: { kind: "person", userId: "U1", name: "Ada" } });
  return intake;
}

describe("healthy", () => {
  test("while all is quiet, the incident has recovered", async () => {
    const { settle, incident, told, wanted } = await made({ quiet: 4, now: 7 });
    expect(await settle(judged("healthy", 6))).toEqual({ is: "recovered" });
    expect(incident()).toMatchObject({ state: "recovered", easedAt: at(4), endedAt: at(7) });
    expect(told().at(-1)).toBe("easing to recovered");
    expect(wanted()).toEqual([]);
  });
  test("while an alarm fires, it stays open", async () => {
    const { settle, incident } = await made({ now: 7 });
    expect(await settle(judged("healthy", 6))).toEqual({ is: "firing-still" });
    expect(incident()?.state).toBe("open");
  });
  test("is not what an unclear look says while an alarm fires: there is another one after a while", async () => {
    const { settle, incident } = await made({ now: 7 });
    expect(await settle(judged("inconclusive", 6, { why: "opened" }))).toEqual({
      is: "again",
      why: "recheck",
      runbook: "web-errors",
      dueAt: at(17),
    });
    expect(incident()?.state).toBe("open");
  });
  test("while an alarm that fired cannot be seen, too", async () => {
    const { settle, hear } = await made({ now: 3 });
    await hear([disk("no-data", 5)]);
    expect(await settle(judged("healthy", 6))).toEqual({ is: "firing-still" });
  });
  test("seen before the last alarm went quiet shows nothing", async () => {
    const { settle, incident, wanted } = await made({ quiet: 4, now: 5 });
    await settle(judged("healthy", 3));
    expect(incident()?.state).toBe("easing");
    expect(wanted()).toEqual(["recheck by web-errors in 2 min"]);
  });
  test("where no alarm was ever heard, it has recovered", async () => {
    const { settle, incident } = await asked();
    await settle(judged("healthy", 1, { why: "asked" }));
    expect(incident()?.state).toBe("recovered");
  });
  test("must be shown by every runbook, one after the other", async () => {
    const { settle, incident, held, wanted } = await made({ quiet: 4, now: 7 });
    held.incidents.set(1, { ...incident()!, runbooks: ["web-errors", "queues"] });
    await settle(judged("healthy", 6));
    expect(wanted()).toEqual(["recheck by queues in 0 min"]);
    await settle(judged("healthy", 6, { id: "d2", runbook: "queues" }));
    expect(incident()?.state).toBe("recovered");
  });
});

describe("not healthy", () => {
  test("while all is quiet it is looked again, later and later", async () => {
    const { settle, incident, wanted } = await made({ quiet: 4, now: 12 });
    await settle(judged("inconclusive", 11));
    expect(incident()?.state).toBe("easing");
    expect(wanted()).toEqual(["recheck by web-errors in 10 min"]);
    const waits = [0, 2, 7, 17, 32, 62, 600].map((quiet) => (nextLook(at(0), at(quiet)).getTime() - at(quiet).getTime()) / 60_000);
    expect(waits).toEqual([2, 5, 10, 15, 30, 30, 30]);
  });
  test("while an alarm fires nothing more is wanted", async () => {
    const { settle, wanted } = await made({ now: 7 });
    expect(await settle(judged("root-cause", 1, { why: "opened" }))).toEqual({ is: "stays" });
    expect(wanted()).toEqual([]);
  });
  test("without any alarm nobody looks again by himself", async () => {
    const { settle, incident, wanted } = await asked();
    expect(await settle(judged("inconclusive", 1, { why: "asked" }))).toEqual({ is: "stays" });
    expect(incident()?.state).toBe("open");
    expect(wanted()).toEqual([]);
  });
  test("what flapped and is calm eases", async () => {
    const intake = madeIntake();
    for (const [index, state] of (["alarm", "ok", "alarm", "ok"] as const).entries()) await intake.hear([disk(state, index)]);
    intake.clock.now = at(13);
    await settleOf(intake)(judged("inconclusive", 13));
    expect(intake.incident()).toMatchObject({ state: "easing", easedAt: at(3) });
  });
});

describe("after a repair", () => {
  test("a healthy look does not close the incident while its proof is under way, and the next one comes in a minute", async () => {
    const { settle, incident, held, wanted } = await made({ quiet: 4, now: 7 });
    held.proving.set(1, "under-way");
    held.wanted.push({ incident: 1, environment: "prod", runbook: "web-errors", why: "recheck", by: "gumshoe", dueAt: at(30) });
    expect(await settle(judged("healthy", 6))).toMatchObject({ is: "again", dueAt: at(8) });
    expect(incident()?.state).toBe("easing");
    expect(wanted()).toEqual(["recheck by web-errors in 1 min"]);
  });
  test("it is looked again also where an alarm fires, nobody heard an alarm, or the look failed", async () => {
    const firing = await made({ now: 7 });
    firing.held.proving.set(1, "under-way");
    expect(await firing.settle(judged("root-cause", 6))).toMatchObject({ is: "again", why: "recheck" });
    expect(firing.incident()?.state).toBe("open");
    const alone = await asked();
    alone.held.proving.set(1, "under-way");
    expect(await alone.settle({ ...judged("", 4), end: { how: "failed" } })).toMatchObject({ is: "again", why: "recheck" });
  });
  test("what is proven closes it, whatever of the cause the logs still tell", async () => {
    const { settle, incident, held, wanted } = await made({ quiet: 4, now: 17 });
    held.proving.set(1, "proven");
    expect(await settle(judged("root-cause", 16))).toEqual({ is: "recovered" });
    expect(incident()).toMatchObject({ state: "recovered", endedAt: at(17) });
    expect(wanted()).toEqual([]);
  });
  test("what is proven does not close it while an alarm fires, nor where the look began before the last went quiet", async () => {
    const firing = await made({ now: 17 });
    firing.held.proving.set(1, "proven");
    expect(await firing.settle(judged("healthy", 16))).toEqual({ is: "firing-still" });
    const late = await made({ quiet: 16, now: 17 });
    late.held.proving.set(1, "proven");
    expect(await late.settle(judged("healthy", 15))).toMatchObject({ is: "again" });
    expect(late.incident()?.state).toBe("easing");
  });
});

describe("a look that came to nothing", () => {
  test("is wanted again where the program was stopped, but not for a person who may ask again", async () => {
    const { settle, wanted } = await made({ now: 7 });
    await settle({ ...judged("", 1, { why: "opened" }), end: { how: "stopped" } });
    expect(wanted()).toEqual(["opened by web-errors in 0 min"]);
    expect(await settle({ ...judged("", 1, { id: "d2", why: "asked" }), end: { how: "stopped" } })).toEqual({ is: "stays" });
  });
  test("is wanted again a while after it failed", async () => {
    const { settle, wanted } = await made({ now: 3 });
    await settle({ ...judged("", 1, { why: "opened" }), end: { how: "failed" } });
    expect(wanted()).toEqual(["opened by web-errors in 5 min"]);
  });
  test("is no recovery", async () => {
    const { settle, incident, wanted } = await made({ quiet: 4, now: 7 });
    await settle({ ...judged("", 6), end: { how: "failed" } });
    expect(incident()?.state).toBe("easing");
    expect(wanted()).toEqual(["recheck by web-errors in 5 min"]);
  });
});

describe("a look that is wanted for a new alarm", () => {
  const both = async (began: number) => {
    const intake = madeIntake();
    await intake.hear([disk("alarm", 0), madeAlarm({ name: "prod-cpu", metric: "CPUUtilization", at: at(1) })]);
    intake.clock.now = at(3);
    await settleOf(intake)(judged("root-cause", began, { why: "opened" }));
    return intake.wanted().filter((one) => one.startsWith("new-alarm"));
  };
  test("is taken back where one saw it that began after the alarm", async () => {
    expect(await both(2)).toEqual([]);
  });
  test("and stays where it began before", async () => {
    expect(await both(0.5)).toHaveLength(1);
  });
});

test("a diagnosis is settled once, however often that is asked", async () => {
  const { settle, incident, hear, held } = await made({ quiet: 4, now: 7 });
  await settle(judged("healthy", 6));
  await hear([disk("alarm", 20), disk("ok", 21)]);
  const before = structuredClone(held);
  expect(await settle(judged("healthy", 6))).toEqual({ is: "over" });
  expect(held).toEqual(before);
  expect(incident()?.state).toBe("easing");
});

describe("an incident of which nothing is heard for a day", () => {
  const day = 24 * 60;
  test("lapses: nobody saw it gone", async () => {
    const intake = await made({ quiet: 4, now: day + 3 });
    const lapse = lapseOf({ ...intake, environments: ["prod"] });
    await lapse();
    expect(intake.incident()?.state).toBe("easing");
    intake.clock.now = at(day + 4);
    await lapse();
    await lapse();
    expect(intake.incident()).toMatchObject({ state: "lapsed", endedAt: at(day + 4) });
    expect(intake.told().filter((one) => one === "easing to lapsed")).toHaveLength(1);
  });
  test("does not while an alarm fires, until that has lasted for a week", async () => {
    const intake = await made({ now: day });
    const lapse = lapseOf({ ...intake, environments: ["prod"] });
    for (const [minutes, state] of [
      [day, "open"],
      [7 * day - 1, "open"],
      [7 * day, "lapsed"],
    ] as const) {
      intake.clock.now = at(minutes);
      await lapse();
      expect(intake.incident()?.state).toBe(state);
    }
  });
  test("also where our own looks go on to be unclear", async () => {
    const { settle, incident } = await made({ quiet: 4, now: 300 });
    await settle(judged("inconclusive", 299));
    expect(incident()?.lastHeardAt).toEqual(at(4));
  });
  test("but not where one of them sees what is wrong", async () => {
    const { settle, incident } = await made({ quiet: 4, now: 300 });
    await settle(judged("root-cause", 299));
    expect(incident()?.lastHeardAt).toEqual(at(300));
  });
});
