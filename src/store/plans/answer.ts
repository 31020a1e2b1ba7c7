import { sql } from "kysely";
import type { Who } from "../../remediation/plan.ts";
import { doing } from "../database/doing.ts";
import { storableJson } from "../rows/storable.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { environmentOf, readKept } from "./read.ts";

/** What somebody says of a step: whether it took place. */
export type Answered = { id: string; step: string; landed: boolean; by: Who; now: Date };

/** Takes the answer to a question. The plan runs as nobody's then, until a copy takes it; false where this is not asked any more. */
export async function answer({ db, decide, ring }: Given, { id, step, landed, by, now }: Answered): Promise<boolean> {
  const what = `answering for the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  const answered = await decide({ environment, what }, async (_desk, tx, note) => {
    const asked = await tx
      .updateTable("plan")
      .set(({ eb }) => ({ state: "running", copy: null, question: null, version: eb("version", "+", 1) }))
      .where("id", "=", id)
      .where("state", "=", "asking")
      .where(sql`question ->> 'step'`, "=", step)
      .returning("id")
      .executeTakeFirst();
    if (!asked) return false;
    const told = await tx
      .updateTable("plan_step")
      .set({ answer: storableJson({ landed, at: now, by }) })
      .where("plan_id", "=", id)
      .where("name", "=", step)
      .executeTakeFirst();
    if (told.numUpdatedRows === 0n) throw new Error(`the step ${step} was never begun`);
    note(planLine((await readKept(tx, id)).plan, { event: "answered", at: now, by, detail: { step, landed } }));
    return true;
  });
  if (answered) ring("plan");
  return answered;
}
