import { expect, test } from "vitest";
import { plansOf } from "../../../src/store/plans/plans.ts";
import { losingConnection } from "../losing-connection.ts";
import { at, freshParts } from "../parts.ts";
import { approved, begun, eventsIn, openIncident, person, proposed } from "./a-plan.ts";

test("plans are taken in the order in which they were approved, one an environment", async () => {
  const parts = await freshParts();
  const { approve, takeDue, end } = parts.plans;
  for (const [id, environment, minute] of [
    ["p-1", "prod", 5],
    ["p-2", "prod", 3],
    ["p-3", "staging", 4],
  ] as const) {
    const plan = await proposed(parts, { id, environment });
    await approve(id, plan.digest, person(1), at(minute));
  }
  expect(await takeDue(at(6))).toMatchObject({
    row: { plan: { id: "p-2" }, state: "running", beganAt: at(6), version: 3 },
    incident: { environment: "prod" },
  });
  expect(await takeDue(at(6))).toMatchObject({ row: { plan: { id: "p-3" } } });
  expect(await takeDue(at(6))).toBeUndefined();
  expect(await parts.plans.underWay("prod")).toMatchObject([{ plan: { id: "p-2" } }]);
  await end("p-2", { how: "done", says: [] }, at(7));
  expect(await takeDue(at(8))).toMatchObject({ row: { plan: { id: "p-1" } } });
});

test("the database itself lets one plan of an environment run, or wait for an answer", async () => {
  const parts = await freshParts();
  await begun(parts);
  await approved(parts, { id: "p-2" });
  const force = parts.db.updateTable("plan").set({ state: "asking" }).where("id", "=", "p-2").execute();
  await expect(force).rejects.toThrow("plan_one_under_way");
});

test("copies that take at the same time take each plan once", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b"), parts.copy("c")];
  for (const [nth, environment] of ["prod", "staging", "test", "prod"].entries()) await approved(parts, { id: `p-${nth}`, environment });
  const taken = await Promise.all(Array.from({ length: 12 }, async (_, nth) => copies[nth % 3]?.plans.takeDue(at(2))));
  expect(taken.flatMap((each) => each?.row.plan.id ?? []).toSorted()).toEqual(["p-0", "p-1", "p-2"]);
});

test("nothing is begun where it is halted, until somebody lets it go on", async () => {
  const parts = await freshParts();
  const { halt, resume, takeDue, haltOf } = parts.plans;
  const incident = await openIncident(parts);
  await approved(parts, { incident });
  expect(await halt({ environment: "prod", by: person(1), at: at(2) })).toBe(true);
  expect(await halt({ environment: "prod", by: person(2), at: at(3) })).toBe(false);
  expect(await haltOf("prod")).toEqual({ environment: "prod", by: person(1), at: at(2) });
  expect(await haltOf("staging")).toBeUndefined();
  expect(await takeDue(at(4))).toBeUndefined();
  expect(await resume("prod", person(2), at(5))).toEqual({ environment: "prod", by: person(1), at: at(2) });
  expect(await resume("prod", person(2), at(5))).toBeUndefined();
  expect(await takeDue(at(6))).toMatchObject({ row: { plan: { id: "p-1" } } });
  const { audit = [] } = (await parts.incidents.record(incident)) ?? {};
  expect(audit.map(({ event, actor }) => `${event} by ${actor}`)).toEqual([
    "planned by Mina",
    "approved by Person 1",
    "halted by Person 1",
    "resumed by Person 2",
    "begun by gumshoe",
  ]);
});

test("a plan that a copy left in the middle of a step goes on in one other copy, which reads its steps, halted or not", async () => {
  const parts = await freshParts();
  const [b, c] = [parts.copy("b"), parts.copy("c")];
  const plan = await begun(parts);
  const steps = parts.stepsOf(plan);
  await steps.begin("snapshot", { kind: "change", intent: { name: "gumshoe-p-1" } }, at(3));
  expect(await b.plans.takeDue(at(4))).toBeUndefined();
  parts.alive.delete("a");
  await b.plans.halt({ environment: "prod", by: person(1), at: at(4) });
  const taken = await Promise.all([b, c, b, c].map(async ({ plans }) => plans.takeDue(at(5))));
  const [one, ...more] = taken.flatMap((each, nth) => (each ? [{ copy: nth % 2 === 0 ? b : c, row: each.row }] : []));
  expect(more).toEqual([]);
  expect(one?.row).toMatchObject({ plan: { id: "p-1" }, state: "running", beganAt: at(2) });
  const theirs = one?.copy.stepsOf(plan);
  expect(await theirs?.anyBegun()).toBe(true);
  expect(await theirs?.read("snapshot")).toEqual({ begunAt: at(3) });
  expect(await theirs?.halt()).toMatchObject({ by: person(1) });
  await theirs?.done("snapshot", { gib: 40 }, at(6));
  expect((await eventsIn(parts)).slice(2)).toEqual(
    ["begun", "step begun", "halted", "taken over", "step done"].map(
      (event) => `${event} by ${event === "halted" ? "Person 1" : "gumshoe"}`,
    ),
  );
});

test("a copy that was taken for dead writes down nothing of a plan that another has taken over", async () => {
  const parts = await freshParts();
  const b = parts.copy("b");
  const plan = await begun(parts);
  const steps = parts.stepsOf(plan);
  await steps.begin("snapshot", { kind: "change", intent: {} }, at(3));
  parts.alive.delete("a");
  await b.plans.takeDue(at(4));
  await expect(steps.done("snapshot", null, at(5))).rejects.toThrow(
    "noting the end of the step snapshot of the plan p-1: writing it down: the plan is not this copy's any more",
  );
  await expect(steps.begin("more", { kind: "change", intent: {} }, at(5))).rejects.toThrow("not this copy's any more");
  await parts.plans.progress("p-1", { step: "snapshot", state: "done", elapsedMs: 1 });
  await parts.plans.ask("p-1", { step: "snapshot", because: { say: "noVerdict", args: [] }, askedAt: at(5) }, at(5));
  await parts.plans.end("p-1", { how: "broke", errorId: "e" }, at(5));
  parts.alive.add("a");
  expect(await parts.plans.takeDue(at(6))).toBeUndefined();
  const row = await b.plans.read("p-1");
  expect(row).toMatchObject({ state: "running" });
  expect(row).not.toHaveProperty("progress");
});

test("a plan whose beginning was kept and not acknowledged is taken by the same copy, and by no other", async () => {
  const parts = await freshParts();
  const b = parts.copy("b");
  await approved(parts);
  const { decide, mend } = losingConnection(parts.db);
  const copies = { id: "a", isAlive: async () => true };
  const { takeDue } = plansOf({ db: parts.db, decide, ring: () => {}, copies, doubtful: new Set() });
  await expect(takeDue(at(2))).rejects.toThrow("the connection was lost");
  mend();
  expect(await b.plans.takeDue(at(2))).toBeUndefined();
  const taken = await Promise.all([takeDue(at(3)), takeDue(at(3))]);
  expect(taken.filter((each) => each !== undefined)).toMatchObject([{ row: { plan: { id: "p-1" }, beganAt: at(2) } }]);
  expect(await takeDue(at(4))).toBeUndefined();
});
