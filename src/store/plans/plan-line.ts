import type { Plan, Who } from "../../remediation/plan.ts";
import type { Line } from "../audit/append.ts";

/** What happened to a plan, by whom; without somebody it was the program itself. */
export type Deed = { event: string; at: Date; by?: Who; detail?: Readonly<Record<string, unknown>> };

/** The audit's line of what happened to a plan. Names change hands and ids do not, so both stand there. */
export function planLine(plan: Pick<Plan, "id" | "incident" | "environment" | "action" | "digest">, { event, at, by, detail }: Deed): Line {
  const { id, incident, environment, action, digest } = plan;
  const known = { plan: id, digest, action, ...(by ? { user: by.userId } : {}), ...detail };
  return { at, incident, plan: id, environment, actor: by?.name ?? "gumshoe", event, detail: known };
}
