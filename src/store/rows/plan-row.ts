import type { Insertable, Selectable } from "kysely";
import type { Plan } from "../../remediation/plan.ts";
import type { PlanRow } from "../../remediation/plans.ts";
import type { Step } from "../../remediation/run-durably.ts";
import type { Tables } from "../tables.ts";
import { storableJson, withoutNulls } from "./storable.ts";

/** The row of a plan that was made just now. */
export function planRow(plan: Plan): Insertable<Tables["plan"]> {
  const { id, incident, environment, action, digest, plannedAt, expiresAt, input, draft, rootCauses, policy, requestedBy } = plan;
  return {
    id,
    incident_id: incident,
    environment,
    action,
    digest,
    requested_by: requestedBy.userId,
    solo: policy.solo,
    planned_at: plannedAt,
    expires_at: expiresAt,
    content: storableJson({ input, draft, rootCauses, policy, requestedBy }),
    missing: policy.approvals,
    state: "proposed",
  };
}

/** A plan as its row has it, and the approvals beside it as JSON. */
export function planOf(row: Selectable<Tables["plan"]> & { approvals: readonly { userId: string; name: string; at: string }[] }): PlanRow {
  return {
    plan: {
      ...row.content,
      id: row.id,
      incident: row.incident_id,
      environment: row.environment,
      action: row.action,
      digest: row.digest,
      plannedAt: row.planned_at,
      expiresAt: row.expires_at,
    },
    state: row.state,
    approvals: row.approvals.map((approval) => ({ ...approval, at: new Date(approval.at) })),
    version: row.version,
    ...withoutNulls({
      approvedAt: row.approved_at,
      beganAt: row.began_at,
      endedAt: row.ended_at,
      progress: row.progress,
      end: row.ending,
      proof: row.proof,
    }),
    ...(row.question ? { question: { ...row.question, askedAt: new Date(row.question.askedAt) } } : {}),
  };
}

/** A step of a plan, as its row has it. */
export function stepOf({ begun_at, done_at, result, answer }: Selectable<Tables["plan_step"]>): Step {
  return {
    begunAt: begun_at,
    ...(done_at ? { done: { result } } : {}),
    ...(answer ? { answer: { landed: answer.landed, at: new Date(answer.at) } } : {}),
  };
}
