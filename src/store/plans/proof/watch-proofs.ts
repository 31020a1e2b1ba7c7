import { isOpen } from "../../../incident/incident.ts";
import { atTime } from "../../../remediation/proof-kept.ts";
import { doing } from "../../database/doing.ts";
import type { Given } from "../plans.ts";
import type { Deciding } from "./begin-proof.ts";
import { keepProof, noteOutcome, proofUnderWay } from "./keep-proof.ts";

/** A look that is due within this time is near enough. */
const NEAR_MS = 90_000;

/** Rounds come every quarter of a minute: where more than this passed since the last one, the clock jumped, or nobody looked. */
const ROUND_MS = 2 * 60_000;

/** So long after that no proof is ended: a look must tell first what was seen. */
const LOOKS_MS = 5 * 60_000;

/** What a copy remembers of its rounds: when the last one was, and until when it ends no proof. */
export type Rounds = { lastMs?: number; heldMs?: number };

/** Whether time cannot be told to be over now. Clocks jump, both ways. */
function isHeld(rounds: Rounds, nowMs: number): boolean {
  const { lastMs = nowMs } = rounds;
  rounds.lastMs = nowMs;
  if (Math.abs(nowMs - lastMs) > ROUND_MS) rounds.heldMs = nowMs + LOOKS_MS;
  const { heldMs = nowMs } = rounds;
  return nowMs < heldMs && heldMs - nowMs <= LOOKS_MS;
}

/**
 * Looks after the proofs under way: ends those whose time is over although no look came, and wants a look where none runs or is near. What a look that
 * ends wants next may get lost: an alarm that fires takes rechecks back.
 */
export async function watchProofs(given: Given, rounds: Rounds, now: Date): Promise<void> {
  const { db, decide, ring } = given;
  const held = isHeld(rounds, now.getTime());
  const rows = db.selectFrom("plan").select(["incident_id", "environment"]).where("proof_state", "=", "under-way").execute();
  for (const { incident_id: incident, environment } of await doing("looking for proofs under way", rows)) {
    const ended = await decide({ environment, what: `looking after the proof of incident ${incident}` }, async (desk, tx, note) =>
      watchOne({ desk, tx, note }, { incident, held }, now),
    );
    if (ended) ring("plan");
  }
}

/** Returns whether it has ended. */
async function watchOne(
  { desk, tx, note }: Deciding,
  { incident, held }: { incident: number; held: boolean },
  now: Date,
): Promise<boolean> {
  const found = await proofUnderWay(tx, incident);
  if (!found) return false;
  const proof = atTime(found.proof, now);
  if (proof.state !== "under-way" && !held) {
    await keepProof(tx, found.plan.id, proof);
    await noteOutcome({ desk, note }, found.plan, proof, now);
    return true;
  }
  const open = (await desk.incidents(now)).find(({ id }) => id === incident);
  const [runbook] = open?.runbooks ?? [];
  if (!open || !isOpen(open) || runbook === undefined) return false;
  const near = tx.selectFrom("diagnosis").select("id").where("incident_id", "=", incident);
  const comes = near.where((is) =>
    is.or([is("state", "=", "running"), is.and([is("state", "=", "wanted"), is("due_at", "<=", new Date(now.getTime() + NEAR_MS))])]),
  );
  if (await comes.limit(1).executeTakeFirst()) return false;
  await desk.unwant(incident, "recheck");
  await desk.want({ incident, environment: open.environment, runbook, why: "recheck", by: "gumshoe", dueAt: now });
  return false;
}
