import { becauseOf } from "../words/because.ts";
import { say, type PlanSay } from "../words/plan-say.ts";
import type { Action, AskPermission } from "./action.ts";
import { digestOf } from "./digest.ts";
import { madeIn } from "./made.ts";
import { isRefused, type Draft, type Input, type Plan, type Policy, type Refused, type Who } from "./plan.ts";
import type { PlanRow, Plans } from "./plans.ts";
import type { ProofLimits } from "./proof.ts";

/** What an environment lets be done: the actions, and who may say yes to each. */
export type Allowed = {
  actionOf: (id: string) => Action | undefined;
  policyOf: (id: string) => Policy | undefined;
  permitted: AskPermission;
  expiresMs: number;
  proof: ProofLimits;
};

/** Somebody has an action made out for an incident. */
export type Wish = { incident: number; environment: string; action: string; input: Input; by: Who };

/** What making a plan needs. */
export type Proposing = {
  plans: Pick<Plans, "propose" | "haltOf" | "of">;
  allowedIn: (environment: string) => Allowed | undefined | Promise<Allowed | undefined>;
  /** The root causes that the incident's last verdict names; nothing where there is none. */
  rootCausesOf: (incident: number) => Promise<readonly string[] | undefined>;
  /** What counts as given by earlier plans of the incident, in place of what they gave. */
  given?: Input;
  newId: () => string;
  now: () => Date;
  signal: AbortSignal;
};

/** Makes a plan by reading alone, and writes it down for people to approve. Rejects where the store does not answer. */
export async function propose(proposing: Proposing, wish: Wish): Promise<PlanRow | Refused> {
  const plan = await planOf(proposing, wish);
  return isRefused(plan) ? plan : proposing.plans.propose(plan);
}

/** The same without writing anything down: what would be proposed now. */
export async function planOf(
  proposing: Omit<Proposing, "plans"> & { plans: Pick<Plans, "haltOf" | "of"> },
  wish: Wish,
): Promise<Plan | Refused> {
  const { plans, allowedIn, rootCausesOf, newId, now, signal } = proposing;
  const { environment, incident, action: id, input, by } = wish;
  const allowed = await allowedIn(environment);
  const action = allowed?.actionOf(id);
  const policy = allowed?.policyOf(id);
  if (!allowed || !action || !policy) return refusal("not-allowed", say("notAllowedHere", id));
  const halt = await plans.haltOf(environment);
  if (halt) return refusal("halted", say("halted", halt.by.name));
  const rootCauses = await rootCausesOf(incident);
  if (!rootCauses) return refusal("no-verdict", say("noVerdict"));
  const planId = newId();
  const plannedAt = now();
  const made = proposing.given ?? (await madeIn(plans, incident));
  const draft = await drafted(action, { planId, incident, input, made, now: plannedAt, signal });
  if (isRefused(draft)) return draft;
  const permitted = await allowed.permitted({ ...draft, action: id }, signal);
  if ("missing" in permitted && permitted.missing.length > 0) return refusal("permission", say("permissionMissing", permitted.missing));
  const unchecked = "unchecked" in permitted ? [...draft.says.unchecked, permitted.unchecked] : draft.says.unchecked;
  const plan = {
    id: planId,
    incident,
    environment,
    action: id,
    input,
    draft: { ...draft, says: { ...draft.says, unchecked } },
    rootCauses,
    policy,
    requestedBy: by,
    plannedAt,
    expiresAt: new Date(plannedAt.getTime() + allowed.expiresMs),
  };
  return { ...plan, digest: digestOf(plan) };
}

/** What an action would do now; what could not be looked at refuses, with the reason. */
export async function drafted(action: Action, asked: Parameters<Action["draft"]>[0]): Promise<Draft | Refused> {
  try {
    return await action.draft(asked);
  } catch (error) {
    asked.signal.throwIfAborted();
    return refusal("not-seen", say("notSeen", action.id, becauseOf(error)));
  }
}

function refusal(refused: string, because: PlanSay): Refused {
  return { refused, because };
}
