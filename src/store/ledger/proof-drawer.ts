import type { Transaction } from "kysely";
import type { Desk, Proving } from "../../alarm/ledger.ts";
import { afterLook, isStillGood } from "../../remediation/proof-kept.ts";
import type { Line } from "../audit/append.ts";
import { keepProof, lastProven, noteOutcome, proofUnderWay } from "../plans/proof/keep-proof.ts";
import { diagnosisOf } from "../rows/diagnosis-row.ts";
import type { Tables } from "../tables.ts";

/** `lines` are for the audit; `topics` of which there is something new. */
type Drawer = { desk: Pick<Desk, "prove">; lines: readonly Line[]; topics: () => "plan"[] };

async function isBeingChanged(tx: Transaction<Tables>, incident: number): Promise<boolean> {
  const running = tx.selectFrom("plan").select("id").where("incident_id", "=", incident).where("state", "=", "running");
  return (await running.executeTakeFirst()) !== undefined;
}

/** The proofs of an environment's repairs, on its desk. */
export function proofDrawer(tx: Transaction<Tables>, desk: Pick<Desk, "note">): Drawer {
  const lines: Line[] = [];
  let changed = false;
  const prove = async ({ diagnosis, incident }: { diagnosis: string; incident: number }, now: Date): Promise<Proving> => {
    const row = await tx.selectFrom("diagnosis").selectAll().where("id", "=", diagnosis).executeTakeFirst();
    const { end, endedAt } = row ? diagnosisOf(row) : {};
    const found = await proofUnderWay(tx, incident);
    if (!found) {
      // What is being changed just now may have to be proven in a moment.
      if (await isBeingChanged(tx, incident)) return "under-way";
      const proven = await lastProven(tx, incident);
      return proven && end && endedAt && isStillGood(proven.proof, end, endedAt, now) ? "proven" : "none";
    }
    if (!end || !endedAt) return "under-way";
    const proof = afterLook(found.proof, end, endedAt, now);
    if (proof === found.proof) return "under-way";
    changed = true;
    await keepProof(tx, found.plan.id, proof);
    if (proof.state === "under-way") return "under-way";
    await noteOutcome({ desk, note: (line) => void lines.push(line) }, found.plan, proof, now);
    return proof.state === "proven" ? "proven" : "none";
  };
  return { desk: { prove }, lines, topics: () => (changed ? ["plan"] : []) };
}
