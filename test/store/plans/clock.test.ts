import { sql } from "kysely";
import { expect, test } from "vitest";
import { say } from "../../../src/words/plan-say.ts";
import { at, freshParts } from "../parts.ts";
import { approved, begun, eventsIn, person, proposed } from "./a-plan.ts";

test("a clock that goes an hour back approves nothing that was planned before, and ends it with what to do", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts);
  expect(await parts.plans.approve(id, digest, person(1), at(-55))).toMatchObject({ late: { state: "proposed", approvals: [] } });
  expect(await parts.plans.expire(at(-55))).toMatchObject([{ end: { how: "expired", because: say("clockWentBack") } }]);
  // Once the clock is right again, it stays ended.
  expect(await parts.plans.approve(id, digest, person(1), at(5))).toMatchObject({ late: { state: "ended" } });
  expect(await eventsIn(parts)).toEqual(["planned by Mina", "expired by gumshoe"]);
});

test("copies whose clocks differ by some seconds approve each other's plans", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts);
  const behind = new Date(at(0).getTime() - 20_000);
  expect(await parts.plans.expire(behind)).toEqual([]);
  expect(await parts.copy("b").plans.approve(id, digest, person(1), behind)).toMatchObject({ missing: 0 });
});

test("what the store's own clock says is over is over, whatever the clock of a copy says", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts);
  await parts.db
    .updateTable("plan")
    .set({ kept_at: sql`clock_timestamp() - interval '31 minutes'` })
    .execute();
  expect(await parts.plans.approve(id, digest, person(1), at(1))).toMatchObject({ late: { state: "proposed", approvals: [] } });
  expect(await parts.plans.expire(at(1))).toMatchObject([{ end: { how: "expired" } }]);
});

test("a clock that jumps an hour ahead ends what waits: nothing is approved, or begun, that people did not say yes to just now", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts);
  expect(await parts.plans.approve(id, digest, person(1), at(61))).toHaveProperty("late");
  await approved(parts, { id: "p-2", environment: "staging" });
  const ended = await parts.plans.expire(at(62));
  expect(ended.map(({ plan, end }) => [plan.id, end?.how])).toEqual([
    ["p-1", "expired"],
    ["p-2", "lapsed"],
  ]);
  expect(await parts.plans.takeDue(at(62))).toBeUndefined();
});

test("an approval from before the clock went back is not waited for: it lapses, and its turn does not come", async () => {
  const parts = await freshParts();
  await approved(parts);
  await parts.plans.halt({ environment: "prod", by: person(3), at: at(1) });
  expect(await parts.plans.expire(at(-59))).toMatchObject([{ end: { how: "lapsed", because: say("clockWentBack") } }]);
  await parts.plans.resume("prod", person(1), at(-58));
  expect(await parts.plans.takeDue(at(-58))).toBeUndefined();
});

test("changes that were begun before the clock went back count for the day's limit, and whose plan runs is no question of time", async () => {
  const parts = await freshParts();
  const plan = await begun(parts);
  await parts.stepsOf(plan).begin("snapshot", { kind: "change", intent: {} }, at(3));
  expect(await parts.plans.begunSince("prod", at(-57 - 24 * 60))).toBe(1);
  const other = parts.copy("b");
  for (const minute of [-57, 63]) expect(await other.plans.takeDue(at(minute))).toBeUndefined();
  await parts.stepsOf(plan).done("snapshot", null, at(-56));
  parts.alive.delete("a");
  expect(await other.plans.takeDue(at(-55))).toMatchObject({ row: { plan: { id: "p-1" } } });
  expect(await other.stepsOf(plan).read("snapshot")).toMatchObject({ done: { result: null } });
});
