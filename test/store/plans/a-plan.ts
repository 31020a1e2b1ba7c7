import { digestOf } from "../../../src/remediation/digest.ts";
import type { Plan, Who } from "../../../src/remediation/plan.ts";
import { at, opening, type Parts } from "../parts.ts";

/** Who had the plans of these tests made, and others by number. */
export const MINA: Who = { userId: "U0", name: "Mina" };
export const person = (nth: number): Who => ({ userId: `U${nth}`, name: `Person ${nth}` });

/** A plan for an incident, but for what is given, with the digest of what is in it. */
export function planFor(incident: number, given: Partial<Plan> = {}): Plan {
  const plan: Omit<Plan, "digest"> = {
    id: "p-1",
    incident,
    environment: "prod",
    action: "snapshot",
    input: { database: "shop" },
    draft: {
      calls: [{ on: "aws", service: "lightsail", operation: "CreateSnapshot", resources: ["arn:shop"], input: { name: "gumshoe-p-1" } }],
      touches: [{ kind: "database", name: "shop", state: { status: "available", gib: 40 } }],
      says: { does: [], risks: [], takes: [], costs: [], undo: [], unchecked: [] },
    },
    rootCauses: ["db-disk-saturated"],
    policy: { approvers: ["U1"], approvals: 1, solo: false, typed: false },
    requestedBy: MINA,
    plannedAt: at(0),
    expiresAt: at(30),
    ...given,
  };
  return { digest: digestOf(plan), ...plan };
}

/** An open incident of an environment. */
export async function openIncident({ ledger }: Parts, environment = "prod"): Promise<number> {
  return ledger.decide(environment, async (desk) => (await desk.open(opening({ environment }))).id);
}

/** A plan that was proposed for an incident of its own. */
export async function proposed(parts: Parts, given: Partial<Plan> = {}): Promise<Plan> {
  const incident = given.incident ?? (await openIncident(parts, given.environment));
  return (await parts.plans.propose(planFor(incident, given))).plan;
}

/** The same, approved at minute 1. */
export async function approved(parts: Parts, given: Partial<Plan> = {}): Promise<Plan> {
  const plan = await proposed(parts, given);
  await parts.plans.approve(plan.id, plan.digest, person(1), at(1));
  return plan;
}

/** The same, and begun at minute 2 by this copy. */
export async function begun(parts: Parts, given: Partial<Plan> = {}): Promise<Plan> {
  const plan = await approved(parts, given);
  await parts.plans.takeDue(at(2));
  return plan;
}

/** The events of the audit, oldest first, with who did them. */
export async function eventsIn({ db }: Parts): Promise<string[]> {
  const rows = await db.selectFrom("audit").select(["event", "actor"]).orderBy("nth").execute();
  return rows.map(({ event, actor }) => `${event} by ${actor}`);
}
