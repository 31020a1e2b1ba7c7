import { expect, test } from "vitest";
import { say } from "../../../src/words/plan-say.ts";
import { at, freshParts, type Parts } from "../parts.ts";
import { approved, begun, eventsIn, MINA, person } from "./a-plan.ts";

const QUESTION = { step: "snapshot", because: say("answerLost", { said: "ETIMEDOUT" }), askedAt: at(4) };

/** A plan that asks people whether its step took place. */
async function asking(parts: Parts) {
  const plan = await begun(parts);
  const steps = parts.stepsOf(plan);
  await steps.begin("snapshot", { kind: "change", intent: {} }, at(3));
  await parts.plans.ask(plan.id, QUESTION, at(4));
  return plan;
}

test("a step is begun with its intent before anything is sent, and done once, both in the audit", async () => {
  const parts = await freshParts();
  const steps = parts.stepsOf(await begun(parts));
  expect(await steps.read("snapshot")).toBeUndefined();
  expect(await steps.anyBegun()).toBe(false);
  expect(await steps.begin("look", { kind: "wait", intent: { limitMs: 5 } }, at(3))).toEqual({ begun: { begunAt: at(3) } });
  expect(await steps.anyBegun()).toBe(false);
  expect(await steps.begin("snapshot", { kind: "change", intent: { name: "x" } }, at(4))).toEqual({ begun: { begunAt: at(4) } });
  expect(await steps.anyBegun()).toBe(true);
  await expect(steps.begin("snapshot", { kind: "change", intent: {} }, at(5))).rejects.toThrow(
    "beginning the step snapshot of the plan p-1",
  );
  await steps.done("snapshot", { gib: 40 }, at(6));
  await steps.done("look", undefined, at(6));
  expect(await steps.read("snapshot")).toEqual({ begunAt: at(4), done: { result: { gib: 40 } } });
  expect(await steps.read("look")).toEqual({ begunAt: at(3), done: { result: null } });
  await expect(steps.done("snapshot", null, at(7))).rejects.toThrow("it was not begun, or is done already");
  const { audit = [] } = (await parts.incidents.record(1)) ?? {};
  expect(audit.slice(3)).toMatchObject([
    { event: "step begun", detail: { plan: "p-1", step: "look", kind: "wait", intent: { limitMs: 5 } } },
    { event: "step begun", detail: { step: "snapshot", kind: "change", intent: { name: "x" } } },
    { event: "step done", detail: { step: "snapshot", result: { gib: 40 } } },
    { event: "step done", detail: { step: "look", result: null } },
  ]);
});

test("a plan that is not begun, or has ended, begins no step", async () => {
  const parts = await freshParts();
  const plan = await approved(parts);
  await expect(parts.stepsOf(plan).begin("snapshot", { kind: "change", intent: {} }, at(2))).rejects.toThrow("not this copy's");
  await parts.plans.takeDue(at(2));
  await parts.plans.end(plan.id, { how: "failed", step: "snapshot", because: say("noVerdict") }, at(3));
  await expect(parts.stepsOf(plan).begin("snapshot", { kind: "change", intent: {} }, at(4))).rejects.toThrow("not this copy's");
});

test("of a halt and a step that begin at once, the step is begun before the halt or not at all", async () => {
  const parts = await freshParts();
  const other = parts.copy("b");
  const steps = parts.stepsOf(await begun(parts));
  for (let nth = 0; nth < 6; nth++) {
    const halting = other.plans.halt({ environment: "prod", by: person(1), at: at(3) });
    const [begin] = await Promise.all([steps.begin(`step ${nth}`, { kind: "change", intent: {} }, at(3)), halting]);
    const kept = await steps.read(`step ${nth}`);
    const last = (await eventsIn(parts)).slice(-2);
    if ("halt" in begin) expect([kept, last[1]]).toEqual([undefined, "halted by Person 1"]);
    else expect([kept, last]).toEqual([{ begunAt: at(3) }, ["step begun by gumshoe", "halted by Person 1"]]);
    expect(await steps.begin("never", { kind: "change", intent: {} }, at(3))).toEqual({
      halt: { environment: "prod", by: person(1), at: at(3) },
    });
    await other.plans.resume("prod", person(1), at(4));
  }
  expect(await steps.read("never")).toBeUndefined();
});

test("what takes back begins in spite of a halt, and stands in the audit", async () => {
  const parts = await freshParts();
  const steps = parts.stepsOf(await begun(parts));
  await parts.plans.halt({ environment: "prod", by: person(1), at: at(2) });
  expect(await steps.begin("forward", { kind: "change", intent: {} }, at(3))).toHaveProperty("halt");
  expect(await steps.begin("back", { kind: "change", intent: {}, evenHalted: true }, at(3))).toEqual({ begun: { begunAt: at(3) } });
  expect((await eventsIn(parts)).slice(-2)).toEqual(["halted by Person 1", "step begun by gumshoe"]);
});

test("how far a plan is can be read, and the audit is not told of it", async () => {
  const parts = await freshParts();
  const { id } = await begun(parts);
  const far = { step: "available", state: "waiting" as const, elapsedMs: 9_000, percent: 40, status: "creating" };
  await parts.plans.progress(id, far);
  expect(await parts.plans.read(id)).toMatchObject({ progress: far, version: 4 });
  expect(await eventsIn(parts)).toHaveLength(3);
});

test("a plan that ends tells the timeline what became of it, and the audit all of it", async () => {
  const parts = await freshParts();
  const { id, incident } = await begun(parts);
  const end = { how: "done" as const, says: [say("snapshotStands", "gumshoe-p-1", 40)] };
  await parts.plans.end(id, end, at(9));
  await parts.plans.end(id, { how: "broke", errorId: "late" }, at(10));
  expect(await parts.plans.read(id)).toMatchObject({ state: "ended", end, endedAt: at(9) });
  const record = await parts.incidents.record(incident);
  expect(record?.timeline.map(({ what }) => what)).toEqual([
    { kind: "planned", plan: id, action: "snapshot", by: "Mina" },
    { kind: "approved", plan: id, action: "snapshot", by: "Person 1", missing: 0 },
    { kind: "carried-out", plan: id, action: "snapshot", outcome: "done" },
  ]);
  expect(record?.audit.at(-1)).toMatchObject({ event: "ended", detail: { plan: id, ...end } });
  await expect(parts.plans.end("p-9", end, at(9))).rejects.toThrow("ending the plan p-9: there is no such plan");
});

test("while a plan asks, nothing else of its environment runs; an answer lets it go on, once", async () => {
  const parts = await freshParts();
  const { id } = await asking(parts);
  await approved(parts, { id: "p-2" });
  expect(await parts.plans.read(id)).toMatchObject({ state: "asking", question: QUESTION });
  expect(await parts.plans.takeDue(at(5))).toBeUndefined();
  const { answer } = parts.plans;
  expect(await answer(id, "another step", true, MINA, at(6))).toBe(false);
  const answers = await Promise.all(Array.from({ length: 5 }, async () => answer(id, "snapshot", true, MINA, at(6))));
  expect(answers.filter(Boolean)).toHaveLength(1);
  const taken = await parts.plans.takeDue(at(7));
  expect(taken?.row).toMatchObject({ plan: { id }, state: "running" });
  expect(taken?.row).not.toHaveProperty("question");
  expect(await parts.plans.takeDue(at(7))).toBeUndefined();
  expect(await parts.stepsOf(taken!.row.plan).read("snapshot")).toEqual({ begunAt: at(3), answer: { landed: true, at: at(6) } });
  expect((await eventsIn(parts)).slice(-2)).toEqual(["answered by Mina", "taken over by gumshoe"]);
});

test("that a step did not take place holds for whoever goes on, and not after that copy died, since it may have tried again", async () => {
  const parts = await freshParts();
  const b = parts.copy("b");
  const plan = await asking(parts);
  await parts.plans.answer(plan.id, "snapshot", false, MINA, at(6));
  await parts.plans.takeDue(at(7));
  expect(await parts.stepsOf(plan).read("snapshot")).toMatchObject({ answer: { landed: false } });
  parts.alive.delete("a");
  await b.plans.takeDue(at(8));
  expect(await b.stepsOf(plan).read("snapshot")).toEqual({ begunAt: at(3) });
});

test("the changes that were begun in an environment are counted, and no waits", async () => {
  const parts = await freshParts();
  const steps = parts.stepsOf(await begun(parts));
  await steps.begin("one", { kind: "change", intent: {} }, at(3));
  await steps.begin("two", { kind: "change", intent: {} }, at(5));
  await steps.begin("wait", { kind: "wait", intent: {} }, at(5));
  const { begunSince } = parts.plans;
  expect([await begunSince("prod", at(2)), await begunSince("prod", at(4)), await begunSince("staging", at(2))]).toEqual([2, 1, 0]);
});
