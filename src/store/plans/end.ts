import type { Transaction, Updateable } from "kysely";
import type { Progress } from "../../remediation/durable.ts";
import type { PlanEnd, PlanRow, Question } from "../../remediation/plans.ts";
import type { ProofWish } from "../../remediation/proof-kept.ts";
import { doing } from "../database/doing.ts";
import { storableJson } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";
import { planLine } from "./plan-line.ts";
import { beginProof } from "./proof/begin-proof.ts";
import type { Given } from "./plans.ts";
import { environmentOf, readKept } from "./read.ts";
import { showNext } from "./show-next.ts";

type Ending = { id: string; how: PlanEnd; now: Date; proof?: ProofWish | undefined };

/** Ends a plan that runs as this copy's, and begins its proof; one that ended, or that another copy has taken over, stays as it is. */
export async function end(given: Given, { id, how, now, proof }: Ending): Promise<void> {
  const { db, decide, doubtful, ring } = given;
  const what = `ending the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  await decide({ environment, what }, async (desk, tx, note) => {
    const row = await leave(given, tx, id, { state: "ended", ended_at: now, ending: storableJson(how) });
    if (!row) return;
    const { incident, action } = row.plan;
    await showNext(tx, [incident]);
    if (how.how !== "withdrawn" && how.how !== "expired" && how.how !== "lapsed")
      await desk.note(incident, now, now, { kind: "carried-out", plan: id, action, outcome: how.how });
    note(planLine(row.plan, { event: "ended", at: now, detail: how }));
    if (proof && how.how === "done") await beginProof({ desk, tx, note }, row.plan, proof, now);
  });
  doubtful.delete(id);
  // Its environment is free for what else is due.
  ring("plan");
}

/** Stops a plan that runs as this copy's with a question to people. */
export async function ask(given: Given, { id, question, now }: { id: string; question: Question; now: Date }): Promise<void> {
  const { db, decide, doubtful, ring } = given;
  const what = `asking about the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  await decide({ environment, what }, async (_desk, tx, note) => {
    const row = await leave(given, tx, id, { state: "asking", question: storableJson(question), copy: null });
    if (row) note(planLine(row.plan, { event: "asked", at: now, detail: { step: question.step, because: question.because } }));
  });
  doubtful.delete(id);
  ring("plan");
}

/** Notes how far a plan is that runs as this copy's. */
export async function progress({ db, copies, ring }: Given, id: string, far: Progress): Promise<void> {
  const noted = db
    .updateTable("plan")
    .set(({ eb }) => ({ progress: storableJson(far), version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .where("state", "=", "running")
    .where("copy", "=", copies.id)
    .execute();
  await doing(`noting how far the plan ${id} is`, noted);
  ring("plan");
}

async function leave({ copies }: Given, tx: Transaction<Tables>, id: string, as: Updateable<Tables["plan"]>): Promise<PlanRow | undefined> {
  const left = await tx
    .updateTable("plan")
    .set(as)
    .set(({ eb }) => ({ version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .where("state", "=", "running")
    .where("copy", "=", copies.id)
    .returning("id")
    .executeTakeFirst();
  return left && readKept(tx, id);
}
