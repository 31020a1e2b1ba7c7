import { expect, it } from "vitest";
import type { PlanEnd } from "../../../src/remediation/plans.ts";
import { forget } from "../../../src/store/retention.ts";
import { say } from "../../../src/words/plan-say.ts";
import { at, freshParts, type Parts } from "../parts.ts";
import { begun } from "./a-plan.ts";

const [A, B, C] = ["a.example:5432", "b.example:5432", "c.example:5432"] as const;
const led = (left: string, to: string): PlanEnd => ({ how: "done", says: [], gives: { left, ledTo: to, ledToRds: "shop-gp3" } });

let plans = 0;

/** A plan of an incident of its own, which ends so at this minute. */
async function ended(parts: Parts, end: PlanEnd, minute: number, environment = "prod"): Promise<void> {
  const id = `m-${++plans}`;
  await begun(parts, { id, environment });
  await parts.plans.end(id, end, at(minute));
}

it("tells where the plans of an environment have led its application, in the order in which they were done", async () => {
  const parts = await freshParts();
  expect(await parts.plans.movesIn("prod")).toEqual([]);
  await ended(parts, led(A, B), 5);
  await ended(parts, { how: "done", says: [], gives: { database: "shop-gp3", address: B } }, 6);
  await ended(parts, led(B, C), 7);
  await ended(parts, led(A, C), 8, "staging");
  expect(await parts.plans.movesIn("prod")).toEqual([
    { left: A, to: B, rds: "shop-gp3" },
    { left: B, to: C, rds: "shop-gp3" },
  ]);
  expect(await parts.copy("b").plans.movesIn("staging")).toEqual([{ left: A, to: C, rds: "shop-gp3" }]);
});

it("tells nothing of a plan that went back, was stopped, or is under way", async () => {
  const parts = await freshParts();
  const because = say("planWasChanged");
  await ended(parts, { how: "failed", step: "switch web-1", because }, 5);
  await ended(parts, { how: "halted", step: "copy", because }, 6);
  await ended(parts, { how: "void", differences: [] }, 7);
  await begun(parts, { id: "m-running" });
  expect(await parts.plans.movesIn("prod")).toEqual([]);
});

it("keeps for good the incident whose plan says where the database is, and forgets the others", async () => {
  const parts = await freshParts();
  await ended(parts, led(A, B), 5, "prod");
  await ended(parts, { how: "done", says: [] }, 5, "staging");
  await parts.db
    .updateTable("incident")
    .set({ state: "recovered", ended_at: at(20) })
    .execute();
  expect((await forget(parts.db, { now: at(60 * 24 * 4_000), keepDays: 400 }))["incident"]).toBe(1);
  expect(await parts.plans.movesIn("prod")).toHaveLength(1);
});
