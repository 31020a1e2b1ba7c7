import { expect, test } from "vitest";
import type { Said } from "../../../src/remediation/plans.ts";
import { at, freshParts } from "../parts.ts";
import { eventsIn, MINA, openIncident, person, planFor, proposed } from "./a-plan.ts";

const counted = (said: readonly (Said | undefined)[]) => said.flatMap((each) => (each && "row" in each ? [each] : []));

test("a plan is read back as it was written, and the audit has all that people are to approve", async () => {
  const parts = await freshParts();
  const incident = await openIncident(parts);
  const plan = planFor(incident);
  const row = await parts.plans.propose(plan);
  expect(row).toEqual({ plan, state: "proposed", approvals: [], version: 1 });
  expect(await parts.plans.read("p-1")).toEqual(row);
  expect(await parts.plans.of(incident)).toEqual([row]);
  expect(await parts.plans.read("p-2")).toBeUndefined();
  const record = await parts.incidents.record(incident);
  expect(record?.timeline.map(({ what }) => what)).toEqual([{ kind: "planned", plan: "p-1", action: "snapshot", by: "Mina" }]);
  expect(record?.audit).toMatchObject([
    { event: "planned", actor: "Mina", detail: { plan: "p-1", user: "U0", digest: plan.digest, action: "snapshot" } },
  ]);
  expect(record?.audit[0]?.detail).toMatchObject({ calls: plan.draft.calls, touches: plan.draft.touches, policy: plan.policy });
});

test("of twenty people who approve at once, in two copies, one is counted where one is enough, and the plan runs once", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const { id, digest } = await proposed(parts);
  const said = await Promise.all(
    Array.from({ length: 20 }, async (_, nth) => copies[nth % 2]?.plans.approve(id, digest, person(nth + 1), at(1))),
  );
  expect(counted(said)).toMatchObject([{ missing: 0, row: { state: "approved", approvedAt: at(1) } }]);
  const taken = await Promise.all(Array.from({ length: 6 }, async (_, nth) => copies[nth % 2]?.plans.takeDue(at(2))));
  expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
  expect((await parts.plans.read(id))?.approvals).toHaveLength(1);
  expect((await eventsIn(parts)).map((line) => line.split(" ")[0])).toEqual(["planned", "approved", "begun"]);
});

test("where it takes two, two of twenty people are counted, and a yes of one person twenty times is one", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const policy = { approvers: [], approvals: 2, solo: false, typed: false };
  const { id, digest } = await proposed(parts, { policy });
  const once = await Promise.all(
    Array.from({ length: 20 }, async (_, nth) => copies[nth % 2]?.plans.approve(id, digest, person(1), at(1))),
  );
  expect(counted(once)).toMatchObject([
    { missing: 1, row: { state: "proposed", approvals: [{ userId: "U1", name: "Person 1", at: at(1) }] } },
  ]);
  expect(await parts.plans.takeDue(at(1))).toBeUndefined();
  const many = await Promise.all(
    Array.from({ length: 20 }, async (_, nth) => copies[nth % 2]?.plans.approve(id, digest, person(nth + 1), at(2))),
  );
  expect(counted(many)).toMatchObject([{ missing: 0 }]);
  const row = await parts.plans.read(id);
  expect(row).toMatchObject({ state: "approved", version: 3 });
  expect(row?.approvals).toHaveLength(2);
});

test("the statement itself refuses whoever had the plan made, another digest, and a yes that comes too late", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts);
  const { approve } = parts.plans;
  const late = { late: { state: "proposed", approvals: [], version: 1 } };
  expect(await approve(id, digest, MINA, at(1))).toMatchObject(late);
  expect(await approve(id, "another", person(1), at(1))).toMatchObject(late);
  expect(await approve(id, digest, person(1), at(30))).toMatchObject(late);
  await expect(approve("p-9", digest, person(1), at(1))).rejects.toThrow("approving the plan p-9: there is no such plan");
  expect(await eventsIn(parts)).toEqual(["planned by Mina"]);
  await approve(id, digest, person(1), at(29));
  expect(await approve(id, digest, person(2), at(29))).toMatchObject({ late: { state: "approved", version: 2 } });
});

test("where an environment has one person only, whoever had the plan made may approve it", async () => {
  const parts = await freshParts();
  const { id, digest } = await proposed(parts, { policy: { approvers: [], approvals: 1, solo: true, typed: false } });
  expect(await parts.plans.approve(id, digest, MINA, at(1))).toMatchObject({ missing: 0, row: { state: "approved" } });
});

test("a plan that is withdrawn while people approve it is one or the other", async () => {
  const parts = await freshParts();
  const other = parts.copy("b");
  for (let nth = 1; nth <= 6; nth++) {
    const { id, digest } = await proposed(parts, { id: `p-${nth}` });
    const [withdrawn, said] = await Promise.all([parts.plans.withdraw(id, MINA, at(1)), other.plans.approve(id, digest, person(1), at(1))]);
    const row = await parts.plans.read(id);
    if (withdrawn)
      expect([row, said]).toMatchObject([{ state: "ended", endedAt: at(1), end: { how: "withdrawn", by: MINA } }, { late: {} }]);
    else expect([row, said]).toMatchObject([{ state: "approved" }, { missing: 0 }]);
  }
  expect((await eventsIn(parts)).filter((line) => line !== "planned by Mina")).toHaveLength(6);
});

test("a plan whose time is over ends once, and those that people approved stay", async () => {
  const parts = await freshParts();
  await proposed(parts);
  await proposed(parts, { id: "p-2", expiresAt: at(90) });
  const { digest } = await proposed(parts, { id: "p-3" });
  await parts.plans.approve("p-3", digest, person(1), at(1));
  expect(await parts.plans.expire(at(29))).toEqual([]);
  const other = parts.copy("b");
  const expired = await Promise.all([parts.plans.expire(at(30)), other.plans.expire(at(30))]);
  expect(expired.flat()).toMatchObject([{ plan: { id: "p-1" }, state: "ended", end: { how: "expired" }, endedAt: at(30), version: 2 }]);
  expect(await parts.plans.withdraw("p-1", MINA, at(31))).toBe(false);
  expect((await eventsIn(parts)).at(-1)).toBe("expired by gumshoe");
});

test("an approved plan whose turn does not come in time ends, too: what people said yes to long ago is not begun", async () => {
  const parts = await freshParts();
  const { digest } = await proposed(parts);
  await parts.plans.approve("p-1", digest, person(1), at(20));
  await parts.plans.halt({ environment: "prod", by: person(2), at: at(21) });
  expect(await parts.plans.expire(at(49))).toEqual([]);
  expect(await parts.plans.expire(at(50))).toMatchObject([
    { plan: { id: "p-1" }, state: "ended", end: { how: "lapsed" }, endedAt: at(50) },
  ]);
  await parts.plans.resume("prod", person(1), at(51));
  expect(await parts.plans.takeDue(at(51))).toBeUndefined();
  expect(await eventsIn(parts)).toContain("lapsed by gumshoe");
});

test("a refusal stands in the audit with its guard, of a plan or of none", async () => {
  const parts = await freshParts();
  const { id, incident, digest } = await proposed(parts);
  await parts.plans.refused({ plan: id, incident, environment: "prod", by: MINA, guard: "same-person", at: at(1) });
  await parts.plans.refused({ environment: "prod", incident, by: MINA, guard: "permission", at: at(2) });
  const { audit = [] } = (await parts.incidents.record(incident)) ?? {};
  expect(audit.slice(1)).toEqual([
    { at: at(1), actor: "Mina", event: "refused", detail: { plan: id, digest, action: "snapshot", user: "U0", guard: "same-person" } },
    { at: at(2), actor: "Mina", event: "refused", detail: { user: "U0", guard: "permission" } },
  ]);
});
