import type { Who } from "./plan.ts";
import type { Halt, PlanRow } from "./plans.ts";

/** Somebody's wish to say yes. `approvers` holds who may, groups resolved; it is missing where that could not be read. */
export type Yes = {
  by: Who;
  digest: string;
  /** What was typed, where the plan wants that. */
  typed?: string;
  approvers: ReadonlySet<string> | undefined;
  halt: Halt | undefined;
  /** Changes begun in the last day in this environment, and how many may be. */
  begun: { today: number; perDay: number };
  now: Date;
};

/** Copies' clocks may differ by so much; a plan that is further in the future was made before this copy's clock went back. */
export const CLOCKS_DIFFER_MS = 60_000;

/** The guards' names; each has its sentence in the catalogue. */
export type Guard = (typeof guards)[number][0];

/** In this order: the first that says no is told. */
const guards = [
  ["decided", ({ state }: PlanRow) => state !== "proposed"],
  ["expired", ({ plan }: PlanRow, { now }: Yes) => now >= plan.expiresAt],
  ["clock-back", ({ plan }: PlanRow, { now }: Yes) => plan.plannedAt.getTime() - now.getTime() > CLOCKS_DIFFER_MS],
  ["other-plan", ({ plan }: PlanRow, { digest }: Yes) => plan.digest !== digest],
  ["same-person", ({ plan }: PlanRow, { by }: Yes) => plan.requestedBy.userId === by.userId && !plan.policy.solo],
  ["approvers-unknown", (_row: PlanRow, { approvers }: Yes) => approvers === undefined],
  ["not-approver", ({ plan }: PlanRow, { by, approvers }: Yes) => !mayApprove(plan.requestedBy.userId, plan.policy.solo, by, approvers)],
  ["twice", ({ approvals }: PlanRow, { by }: Yes) => approvals.some(({ userId }) => userId === by.userId)],
  ["not-typed", ({ plan }: PlanRow, { typed }: Yes) => plan.policy.typed && typed?.trim() !== plan.environment],
  ["halted", (_row: PlanRow, { halt }: Yes) => halt !== undefined],
  ["too-many-today", (_row: PlanRow, { begun }: Yes) => begun.today >= begun.perDay],
] as const;

/** Why this yes does not count, or nothing where it does. What is not known refuses. */
export function guardOf(row: PlanRow, yes: Yes): Guard | undefined {
  return guards.find(([, refuses]) => refuses(row, yes))?.[0];
}

/** In solo mode whoever had the plan made counts as an approver of it. */
function mayApprove(requester: string, solo: boolean, { userId }: Who, approvers: ReadonlySet<string> | undefined): boolean {
  return approvers?.has(userId) === true || (solo && userId === requester);
}
