import type { VirtualClock } from "../../../lab/clock.ts";
import type { Access } from "../../../src/aws/access.ts";
import { actingAs } from "../../../src/aws/repairs/session.ts";
import type { Action } from "../../../src/remediation/action.ts";
import type { Input, Plan } from "../../../src/remediation/plan.ts";
import type { Steps } from "../../../src/remediation/run-durably.ts";
import { carryOut, draftOf, planOf, type CameTo } from "../../remediation/actions/carry-out.ts";
import { meanwhile, type Account } from "../account.ts";

/** The role that an approved plan is done with. */
export const REPAIR = "arn:aws:iam::111122223333:role/gumshoe-repair";

/** Who has said yes. */
export const APPROVERS = [{ userId: "U2", name: "Jun Park" }];

/** How a plan changes something in an account of the lab. */
export const actsIn = (access: Access) => actingAs({ region: access.region, role: REPAIR, approvers: APPROVERS, clock: access.clock });

/** An account whose clock moves on while something is asked of it. */
export type Moving = Account & { clock: VirtualClock };

/** What an action would do now in an account, or the words of its refusal. */
export const draftIn = async ({ clock }: Moving, action: Action, input: Input = {}) =>
  meanwhile(clock, draftOf(action, input, clock.now()));

/** Has a plan made in an account, and carries it out over the wire. */
export async function carriedOut(from: Moving, action: Action, { input = {}, steps }: { input?: Input; steps?: Steps } = {}) {
  const plan = await meanwhile(from.clock, planOf(action, input, from.clock.now()));
  return { plan, came: await carriedOutPlan(from, action, plan, steps) };
}

/** Carries a plan out over the wire. */
export async function carriedOutPlan({ access, clock }: Moving, action: Action, plan: Plan, steps?: Steps): Promise<CameTo> {
  const { now, sleep } = access.clock;
  return meanwhile(clock, carryOut(action, plan, { time: { now, sleep }, ...(steps ? { steps } : {}) }));
}
