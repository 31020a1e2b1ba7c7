import { digestOf } from "../../../src/remediation/digest.ts";
import type { Plan } from "../../../src/remediation/plan.ts";
import type { PlanRow } from "../../../src/remediation/plans.ts";
import { say } from "../../../src/words/plan-say.ts";
import { later, NIGHT } from "../incident/made-untold.ts";

export const ALEX = { userId: "U0ALEX", name: "Alex Morgan" };
export const MINA = { userId: "U0MINA", name: "Mina Kim" };

const ARN = "arn:aws:lightsail:eu-west-1:123456789012:RelationalDatabase/0b6f1a0c-7a2b-4a52-9a5b-1f2e3d4c5b6a";

/** A plan of a snapshot that Alex had made at 02:40; one of the group on call approves it. */
export function madePlan(parts: Partial<Plan> = {}): Plan {
  const plan = {
    id: "p-1",
    incident: 7,
    environment: "prod",
    action: "snapshot-database",
    input: {},
    draft: {
      calls: [
        {
          on: "aws" as const,
          service: "lightsail",
          operation: "CreateRelationalDatabaseSnapshot",
          resources: [ARN],
          input: { relationalDatabaseName: "shop", relationalDatabaseSnapshotName: "gumshoe-p-1" },
        },
      ],
      touches: [{ kind: "database", name: "shop", state: { status: "available", plan: "micro_2_0" } }],
      says: {
        does: [say("takesSnapshot", "shop", "gumshoe-p-1")],
        risks: [say("standardPlanStalls")],
        takes: [say("snapshotTakes", 40)],
        costs: [say("snapshotCosts", 40, 0.05)],
        undo: [say("snapshotIsDeletedByHand", "gumshoe-p-1")],
        unchecked: [],
      },
    },
    rootCauses: ["disk-queue"],
    policy: { approvers: ["S0ONCALL", "U0KIM"], approvals: 1, solo: false, typed: false },
    requestedBy: ALEX,
    plannedAt: NIGHT,
    expiresAt: later(30),
    ...parts,
  };
  return { ...plan, digest: parts.digest ?? digestOf(plan) };
}

/** The same as it stands: it waits for people. */
export function madeRow(parts: Partial<PlanRow> = {}, plan: Partial<Plan> = {}): PlanRow {
  return { plan: madePlan(plan), state: "proposed", approvals: [], version: 1, ...parts };
}
