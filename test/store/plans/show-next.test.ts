import { expect, it } from "vitest";
import { at, freshParts } from "../parts.ts";
import { begun, MINA, planFor } from "./a-plan.ts";

it("tells a plan that was done anew whenever another of its incident is made, taken back, over or ended, and no other incident's", async () => {
  const parts = await freshParts();
  const { plans, planFeed } = parts;
  const done = await begun(parts);
  await plans.end(done.id, { how: "done", says: [] }, at(3));
  const other = await begun(parts, { id: "p-other", environment: "staging" });
  await plans.end(other.id, { how: "done", says: [] }, at(3));
  const tellAll = async () => {
    const told = await planFeed.untold(10);
    for (const { row } of told) await planFeed.told(row.plan.id, row.version);
    return told.map(({ row }) => row.plan.id).toSorted();
  };
  const again = async (what: () => Promise<unknown>) => {
    await what();
    return tellAll();
  };
  await tellAll();
  const next = (id: string) => async () => plans.propose(planFor(done.incident, { id, action: "reboot" }));
  expect(await again(next("p-2"))).toEqual(["p-1", "p-2"]);
  expect(await again(async () => plans.withdraw("p-2", MINA, at(4)))).toEqual(["p-1", "p-2"]);
  expect(await again(next("p-3"))).toEqual(["p-1", "p-3"]);
  expect(await again(async () => plans.expire(at(31)))).toEqual(["p-1", "p-3"]);
  await tellAll();
  expect(await again(async () => plans.progress(done.id, { step: "late", state: "begun", elapsedMs: 1 }))).toEqual([]);
});
