import type { Durable } from "./durable.ts";
import type { Draft, Input, Plan, Refused } from "./plan.ts";
import type { PlanSay } from "../words/plan-say.ts";

/**
 * What a draft is made for; `planId` goes into the names of what is made, so that the same plan names the same things. `made` is what earlier plans of the
 * incident gave.
 */
export type Asked = { planId: string; incident: number; input: Input; made: Input; now: Date; signal: AbortSignal };

/**
 * What an action came to, where it came to its end: what stands now, in sentences. `mends` where it was meant to mend the cause, so that it must be proven
 * that the symptom is gone. `gives` is what later plans of the same incident need of it, such as the address of a database: no secret.
 */
export type Done = { says: readonly PlanSay[]; mends?: true; gives?: Input };

/** One changing operation that the product knows. */
export type Action = {
  id: string;
  /** What it would do now, by reading alone; refuses where a precondition does not hold, or cannot be looked at. Rejects where looking broke. */
  draft: (asked: Asked) => Promise<Draft | Refused>;
  /** Does it, step by step; what it did is looked at before it resolves. */
  run: (plan: Plan, durable: Durable, signal: AbortSignal) => Promise<Done>;
};

/** Whether the calls of an action's draft are allowed: nothing missing, the permissions that are, or why that could not be asked. */
export type AskPermission = (
  draft: Pick<Draft, "calls"> & { action: string },
  signal: AbortSignal,
) => Promise<{ missing: readonly string[] } | { unchecked: PlanSay }>;
