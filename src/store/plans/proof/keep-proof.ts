import type { Transaction } from "kysely";
import type { Desk } from "../../../alarm/ledger.ts";
import type { Plan } from "../../../remediation/plan.ts";
import type { ProofKept } from "../../../remediation/proof-kept.ts";
import type { Line } from "../../audit/append.ts";
import { planOf } from "../../rows/plan-row.ts";
import { storableJson } from "../../rows/storable.ts";
import type { Tables } from "../../tables.ts";
import { planLine } from "../plan-line.ts";

/** A plan with the proof that it has. */
export type Proving = { plan: Plan; proof: ProofKept };

/** The plan of an incident whose proof is under way. */
export async function proofUnderWay(tx: Transaction<Tables>, incident: number): Promise<Proving | undefined> {
  return proofIn(tx, incident, "under-way");
}

/** The plan of an incident that was proven last. */
export async function lastProven(tx: Transaction<Tables>, incident: number): Promise<Proving | undefined> {
  return proofIn(tx, incident, "proven");
}

/** Keeps a proof as it stands; its plan is told anew. */
export async function keepProof(tx: Transaction<Tables>, id: string, proof: ProofKept): Promise<void> {
  await tx
    .updateTable("plan")
    .set(({ eb }) => ({ proof: storableJson(proof), proof_state: proof.state, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .execute();
}

/** Notes in the timeline and in the audit how a proof came out. */
export async function noteOutcome(
  { desk, note }: { desk: Pick<Desk, "note">; note: (line: Line) => void },
  plan: Plan,
  proof: ProofKept,
  now: Date,
): Promise<void> {
  const { stands, before, limits, changedAt } = proof;
  const of = { plan: plan.id, action: plan.action, before };
  if (stands.is === "proven") {
    await desk.note(plan.incident, now, now, { kind: "proven", ...of, goodMs: limits.goodMs, changedAt, after: stands.after });
  } else {
    const is = proof.superseded ? "superseded" : stands.is === "good-so-far" ? "not-proven" : stands.is;
    await desk.note(plan.incident, now, now, { kind: "not-proven", ...of, is, figures: "figures" in stands ? stands.figures : {} });
  }
  const event = proof.state === "proven" ? "proven" : "not proven";
  note(planLine(plan, { event, at: now, detail: { stands, before, ...(proof.superseded ? { superseded: true } : {}) } }));
}

async function proofIn(tx: Transaction<Tables>, incident: number, state: ProofKept["state"]): Promise<Proving | undefined> {
  const row = await tx
    .selectFrom("plan")
    .selectAll()
    .where("incident_id", "=", incident)
    .where("proof_state", "=", state)
    .orderBy("ended_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.proof ? { plan: planOf({ ...row, approvals: [] }).plan, proof: row.proof } : undefined;
}
