import { expect, test } from "vitest";
import { approve, type Approving } from "../../src/remediation/approve.ts";
import type { Guard } from "../../src/remediation/guards.ts";
import type { PlanRow } from "../../src/remediation/plans.ts";
import { ASKER, AT, OTHER, plan, row } from "./plans-for-tests.ts";

type World = { row?: PlanRow; approvers?: ReadonlySet<string>; unread?: true; halted?: true; begun?: number; now?: Date; late?: PlanRow };

function desk(world: World): Approving & { refusals: string[]; said: string[] } {
  const refusals: string[] = [];
  const said: string[] = [];
  const halt = { environment: "prod", by: OTHER, at: AT };
  return {
    refusals,
    said,
    approversOf: async () => (world.unread ? undefined : (world.approvers ?? new Set([ASKER.userId, OTHER.userId]))),
    perDayIn: () => 10,
    now: () => world.now ?? AT,
    plans: {
      read: async () => world.row,
      haltOf: async () => (world.halted ? halt : undefined),
      begunSince: async () => world.begun ?? 0,
      approve: async (_id, _digest, by, at) => {
        if (world.late) return { late: world.late };
        said.push(by.userId);
        const approvals = [...(world.row?.approvals ?? []), { ...by, at }];
        return { row: row({ ...world.row, approvals }), missing: (world.row?.plan.policy.approvals ?? 1) - approvals.length };
      },
      refused: async ({ guard }) => void refusals.push(guard),
    },
  };
}

const click = (over: object = {}) => ({ plan: "p1", digest: plan().digest, by: OTHER, ...over });
const solo = row({ plan: plan({ policy: { ...plan().policy, solo: true } }) });
const typed = row({ plan: plan({ policy: { ...plan().policy, typed: true } }) });
const ended = row({ state: "ended", end: { how: "expired" } });

test("one other person's yes to the digest is counted, and nothing is missing then", async () => {
  const given = desk({ row: row() });
  expect(await approve(given, click())).toMatchObject({ is: "counted", missing: 0 });
  expect(given.said).toEqual([OTHER.userId]);
});

test.each<[Guard, string, World, object]>([
  ["decided", "a plan that was decided", { row: ended }, {}],
  ["expired", "a plan whose time is over", { row: row(), now: new Date(AT.getTime() + 30 * 60_000) }, {}],
  ["other-plan", "the button of a plan that was changed", { row: row() }, { digest: "0".repeat(64) }],
  ["same-person", "the person who had it made", { row: row() }, { by: ASKER }],
  ["approvers-unknown", "anybody, where the approvers cannot be read", { row: row(), unread: true }, {}],
  ["not-approver", "somebody who is no approver", { row: row(), approvers: new Set(["U0ELSE"]) }, {}],
  ["twice", "the same person a second time", { row: row({ approvals: [{ ...OTHER, at: AT }] }) }, {}],
  ["not-typed", "who did not type the environment's name", { row: typed }, { digest: typed.plan.digest, typed: "prdo" }],
  ["halted", "anybody, while changes are stopped", { row: row(), halted: true }, {}],
  ["too-many-today", "anybody, once the day's changes are used up", { row: row(), begun: 10 }, {}],
])("%s refuses %s, and the refusal is noted", async (guard, _who, world, over) => {
  const given = desk(world);
  expect(await approve(given, click(over))).toMatchObject({ is: "refused", guard });
  expect(given.said).toEqual([]);
  expect(given.refusals).toEqual([guard]);
});

test("in solo mode whoever had it made may approve it alone, and strangers still may not", async () => {
  const nobody = new Set<string>();
  expect(await approve(desk({ row: solo, approvers: nobody }), click({ by: ASKER, digest: solo.plan.digest }))).toMatchObject({
    is: "counted",
  });
  expect(await approve(desk({ row: solo, approvers: nobody }), click({ digest: solo.plan.digest }))).toMatchObject({
    guard: "not-approver",
  });
});

test("solo mode also refuses where the approvers cannot be read", async () => {
  expect(await approve(desk({ row: solo, unread: true }), click({ by: ASKER, digest: solo.plan.digest }))).toMatchObject({
    guard: "approvers-unknown",
  });
});

test("what is typed right is counted", async () => {
  expect(await approve(desk({ row: typed }), click({ digest: typed.plan.digest, typed: " prod " }))).toMatchObject({ is: "counted" });
});

test("who comes a moment too late is told that it is decided", async () => {
  const late = row({ state: "approved", approvals: [{ ...OTHER, at: AT }] });
  expect(await approve(desk({ row: row(), late }), click({ by: { userId: "U0ELSE", name: "Ara" } }))).toMatchObject({ is: "refused" });
});

test("a plan that is not known is said to be so", async () => {
  expect(await approve(desk({}), click())).toEqual({ is: "unknown" });
});
