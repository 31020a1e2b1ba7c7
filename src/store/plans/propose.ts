import type { Plan } from "../../remediation/plan.ts";
import type { PlanRow } from "../../remediation/plans.ts";
import { planRow } from "../rows/plan-row.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { readKept } from "./read.ts";
import { showNext } from "./show-next.ts";

/** Writes a plan down for people to approve; the audit has all that its digest is of. What is returned is what stands there. */
export async function propose({ decide, ring }: Given, plan: Plan): Promise<PlanRow> {
  const { id, incident, environment, action, requestedBy: by, plannedAt: at, input, rootCauses, policy, expiresAt } = plan;
  const { calls, touches } = plan.draft;
  const kept = await decide({ environment, what: `writing down the plan ${id}` }, async (desk, tx, note) => {
    await tx.insertInto("plan").values(planRow(plan)).execute();
    await showNext(tx, [incident]);
    await desk.note(incident, at, at, { kind: "planned", plan: id, action, by: by.name });
    const detail = { input, rootCauses, policy, calls, touches, expiresAt };
    note(planLine(plan, { event: "planned", at, by, detail }));
    return readKept(tx, id);
  });
  ring("plan");
  return kept;
}
