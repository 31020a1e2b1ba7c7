import { guardOf, type Guard, type Yes } from "./guards.ts";
import type { Policy, Who } from "./plan.ts";
import type { PlanRow, Plans } from "./plans.ts";

/** What a click says: which plan, by which digest, and what was typed with it. */
export type Click = { plan: string; digest: string; by: Who; typed?: string };

/** What approving needs. `approversOf` names everybody whom a policy lets approve, or nothing where one of its groups cannot be read. */
export type Approving = {
  plans: Pick<Plans, "read" | "approve" | "haltOf" | "begunSince" | "refused">;
  approversOf: (policy: Policy) => Promise<ReadonlySet<string> | undefined>;
  perDayIn: (environment: string) => number;
  now: () => Date;
};

/** What came of a click: refused by a guard, or counted; `missing` says how many more it takes. */
export type Approved = { is: "unknown" } | { is: "refused"; guard: Guard; row: PlanRow } | { is: "counted"; row: PlanRow; missing: number };

const DAY_MS = 24 * 60 * 60_000;

/**
 * Takes one yes to a plan: who says it, and to what, is checked here; whether the plan still holds is checked when its turn comes. One statement
 * decides which of many clicks at once is counted. Rejects where the store does not answer.
 */
export async function approve(approving: Approving, { plan: id, digest, by, typed }: Click): Promise<Approved> {
  const { plans, approversOf, perDayIn, now } = approving;
  const row = await plans.read(id);
  if (!row) return { is: "unknown" };
  const { environment, policy } = row.plan;
  const at = now();
  const [approvers, halt, today] = await Promise.all([
    approversOf(policy),
    plans.haltOf(environment),
    plans.begunSince(environment, new Date(at.getTime() - DAY_MS)),
  ]);
  const begun = { today, perDay: perDayIn(environment) };
  const yes: Yes = { by, digest, approvers, halt, begun, now: at, ...(typed === undefined ? {} : { typed }) };
  const guard = guardOf(row, yes);
  if (guard) return refused(approving, { row, guard, by, at });
  const said = await plans.approve(id, digest, by, at);
  if ("late" in said) return refused(approving, { row: said.late, guard: guardOf(said.late, yes) ?? "decided", by, at });
  return { is: "counted", ...said };
}

type Refusing = { row: PlanRow; guard: Guard; by: Who; at: Date };

async function refused({ plans }: Approving, { row, guard, by, at }: Refusing): Promise<Approved> {
  const { id, incident, environment } = row.plan;
  await plans.refused({ plan: id, incident, environment, by, guard, at });
  return { is: "refused", guard, row };
}
