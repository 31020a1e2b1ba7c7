import { say } from "../words/plan-say.ts";
import { differencesOf, digestOf } from "./digest.ts";
import { Stopped, type Durable } from "./durable.ts";
import { moveIn } from "./moves.ts";
import { isRefused, type Input, type Plan } from "./plan.ts";
import type { PlanEnd, Question } from "./plans.ts";
import type { ProofWish } from "./proof-kept.ts";
import { drafted, type Allowed } from "./propose.ts";

/** What carrying out a plan needs. */
export type Executing = {
  allowedIn: (environment: string) => Allowed | undefined;
  rootCausesOf: (incident: number) => Promise<readonly string[] | undefined>;
  /** What earlier plans of the incident gave. */
  madeIn: (incident: number) => Promise<Input>;
  now: () => Date;
  signal: AbortSignal;
};

/** How it came out: it ended, and what is to be proven of it now, or it stopped with a question to people. */
export type Executed = { end: PlanEnd; proof?: ProofWish } | { asks: Omit<Question, "askedAt"> };

/**
 * Carries out an approved plan: looks once more whether it still holds, then lets the action do it, step by step. A plan of which a change was begun
 * before (by a copy that died) is gone on with: what it touches is no longer as it was. Throws only what is not the plan's: a signal, a store that is down.
 */
export async function execute(executing: Executing, plan: Plan, durable: Durable): Promise<Executed> {
  const { allowedIn, signal } = executing;
  const allowed = allowedIn(plan.environment);
  const action = allowed?.actionOf(plan.action);
  if (!allowed || !action) return { end: { how: "void", differences: [], because: say("notAllowedHere", plan.action) } };
  if (!(await durable.begun())) {
    const wrong = await noLongerHolds(executing, allowed, plan);
    if (wrong) return { end: wrong };
  }
  try {
    const { says, mends, gives } = await action.run(plan, durable, signal);
    return { end: { how: "done", says, ...(gives ? { gives } : {}) }, ...(mends ? { proof: wishFor(allowed, gives) } : {}) };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    const { how, step, because } = error;
    return how === "asks" ? { asks: { step, because } } : { end: { how, step, because } };
  }
}

function wishFor({ proof: limits }: Allowed, gives: Input = {}): ProofWish {
  return { limits, ...(moveIn(gives) ? { moved: true } : {}) };
}

/** Why the approval is void by now: what people said yes to is not what would be done. What cannot be checked voids it, too. */
async function noLongerHolds(executing: Executing, allowed: Allowed, plan: Plan): Promise<PlanEnd | undefined> {
  const { rootCausesOf, madeIn, now, signal } = executing;
  // What was approved is what its digest says, whoever wrote it down.
  if (digestOf(plan) !== plan.digest) return { how: "void", differences: [], because: say("planWasChanged") };
  const causes = (await rootCausesOf(plan.incident)) ?? [];
  if (causes.toSorted().join("\n") !== plan.rootCauses.toSorted().join("\n"))
    return { how: "void", differences: [], because: say("rootCausesDiffer", plan.rootCauses, causes) };
  const action = allowed.actionOf(plan.action);
  if (!action) return { how: "void", differences: [], because: say("notAllowedHere", plan.action) };
  const made = await madeIn(plan.incident);
  const draft = await drafted(action, { planId: plan.id, incident: plan.incident, input: plan.input, made, now: now(), signal });
  if (isRefused(draft)) return { how: "void", differences: [], because: draft.because };
  const differences = differencesOf(plan.draft, draft);
  if (differences.length > 0) return { how: "void", differences };
  const permitted = await allowed.permitted({ ...draft, action: plan.action }, signal);
  if ("missing" in permitted && permitted.missing.length > 0)
    return { how: "void", differences: [], because: say("permissionMissing", permitted.missing) };
  return undefined;
}
