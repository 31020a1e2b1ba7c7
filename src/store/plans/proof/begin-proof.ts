import type { Transaction } from "kysely";
import type { Desk } from "../../../alarm/ledger.ts";
import type { Figures } from "../../../diagnosis/figures.ts";
import { isOpen } from "../../../incident/incident.ts";
import type { Plan } from "../../../remediation/plan.ts";
import { begunProof, superseded, type ProofWish } from "../../../remediation/proof-kept.ts";
import type { Line } from "../../audit/append.ts";
import type { Tables } from "../../tables.ts";
import { planLine } from "../plan-line.ts";
import { keepProof, noteOutcome, proofUnderWay } from "./keep-proof.ts";

/** What is decided with: the desk, the transaction beside it, and what is noted for the audit. */
export type Deciding = { desk: Desk; tx: Transaction<Tables>; note: (line: Line) => void };

/** The first look after a change comes so soon. */
const FIRST_LOOK_MS = 60_000;

/** Begins the proof of a plan that is done, and wants a look soon. Where its incident is over already, there is nothing to be proven. */
export async function beginProof({ desk, tx, note }: Deciding, plan: Plan, wish: ProofWish, now: Date): Promise<void> {
  const incident = (await desk.incidents(now)).find(({ id }) => id === plan.incident);
  if (!incident || !isOpen(incident)) return;
  const before = await proofUnderWay(tx, incident.id);
  if (before) {
    const ended = superseded(before.proof, now);
    await keepProof(tx, before.plan.id, ended);
    await noteOutcome({ desk, note }, before.plan, ended, now);
  }
  await keepProof(tx, plan.id, begunProof(wish, now, await figuresBefore(tx, plan)));
  await desk.note(incident.id, now, now, { kind: "proof-began", plan: plan.id, action: plan.action, goodMs: wish.limits.goodMs });
  note(planLine(plan, { event: "proof began", at: now, detail: { ...wish } }));
  const runbook = incident.runbooks[0];
  if (runbook === undefined) return;
  await desk.unwant(incident.id, "recheck");
  const dueAt = new Date(now.getTime() + FIRST_LOOK_MS);
  await desk.want({ incident: incident.id, environment: incident.environment, runbook, why: "recheck", by: "gumshoe", dueAt });
}

/** The figures of the last diagnosis that ended before the plan was made: what it was made for. */
async function figuresBefore(tx: Transaction<Tables>, { incident, plannedAt }: Plan): Promise<Figures | undefined> {
  const rows = await tx
    .selectFrom("diagnosis")
    .select("ending")
    .where("incident_id", "=", incident)
    .where("state", "=", "ended")
    .where("ended_at", "<=", plannedAt)
    .orderBy("ended_at", "desc")
    .execute();
  return rows.map(({ ending }) => (ending?.how === "judged" ? ending.figures : undefined)).find((figures) => figures !== undefined);
}
