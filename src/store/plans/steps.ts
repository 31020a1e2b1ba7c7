import type { Plan } from "../../remediation/plan.ts";
import type { Beginning, Step, Steps } from "../../remediation/run-durably.ts";
import { doing } from "../database/doing.ts";
import type { Database } from "../database/connect.ts";
import { stepOf } from "../rows/plan-row.ts";
import { storableJson } from "../rows/storable.ts";
import { haltIn } from "./halt.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";

/** A plan that is carried out by the copy `copy`. */
type Own = { given: Given; plan: Plan; copy: string };

/**
 * The steps of a plan that this copy has taken just now. Beginning a step, or noting it as done, rejects where the plan is not this copy's any more.
 * Whatever rejects leaves the plan doubtful: whoever carries it out lets go of it, and it is taken again.
 */
export function stepsOf(given: Given, plan: Plan): Steps {
  const { db, copies, doubtful } = given;
  // Where this copy lost its place and came back with another id, what it had taken before is not its own any more.
  const own: Own = { given, plan, copy: copies.id };
  const sure = async <Result>(what: string, work: Promise<Result>): Promise<Result> => {
    try {
      return await doing(`${what} of the plan ${plan.id}`, work);
    } catch (error) {
      doubtful.add(plan.id);
      throw error;
    }
  };
  return {
    read: async (name) => sure(`reading the step ${name}`, read(db, plan.id, name)),
    anyBegun: async () => sure("looking for begun changes", anyBegun(db, plan.id)),
    begin: async (name, what, now) => sure(`beginning the step ${name}`, begin(own, name, what, now)),
    done: async (name, result, now) => sure(`noting the end of the step ${name}`, done(own, { name, result, now })),
    halt: async () => sure("looking for a halt", haltIn(db, plan.environment)),
  };
}

async function read(db: Database, plan: string, name: string): Promise<Step | undefined> {
  const row = await db.selectFrom("plan_step").selectAll().where("plan_id", "=", plan).where("name", "=", name).executeTakeFirst();
  return row && stepOf(row);
}

async function anyBegun(db: Database, plan: string): Promise<boolean> {
  const begun = db.selectFrom("plan_step").select("name").where("plan_id", "=", plan).where("kind", "=", "change").limit(1);
  return (await begun.executeTakeFirst()) !== undefined;
}

/** A halt is decided about under the same lock: one that stands when this begins is seen, and one that comes later finds the step begun. */
async function begin({ given, plan, copy }: Own, name: string, what: Beginning, now: Date): ReturnType<Steps["begin"]> {
  const { kind, intent, evenHalted = false } = what;
  return given.decide({ environment: plan.environment, what: "writing it down" }, async (_desk, tx, note) => {
    await mustBeOwn(tx, plan.id, copy);
    const halt = await haltIn(tx, plan.environment);
    if (halt && !evenHalted) return { halt };
    await tx
      .insertInto("plan_step")
      .values({ plan_id: plan.id, name, kind, intent: storableJson(intent), begun_at: now })
      .execute();
    note(planLine(plan, { event: "step begun", at: now, detail: { step: name, kind, intent, ...(halt ? { evenHalted } : {}) } }));
    return { begun: { begunAt: now } };
  });
}

async function done({ given, plan, copy }: Own, { name, result, now }: { name: string; result: unknown; now: Date }): Promise<void> {
  await given.decide({ environment: plan.environment, what: "writing it down" }, async (_desk, tx, note) => {
    await mustBeOwn(tx, plan.id, copy);
    const noted = await tx
      .updateTable("plan_step")
      .set({ result: storableJson(result ?? null), done_at: now })
      .where("plan_id", "=", plan.id)
      .where("name", "=", name)
      .where("done_at", "is", null)
      .executeTakeFirst();
    if (noted.numUpdatedRows === 0n) throw new Error("it was not begun, or is done already");
    note(planLine(plan, { event: "step done", at: now, detail: { step: name, result: result ?? null } }));
  });
}

async function mustBeOwn(tx: Database, id: string, copy: string): Promise<void> {
  const own = tx.selectFrom("plan").select("id").where("id", "=", id).where("state", "=", "running").where("copy", "=", copy);
  if (!(await own.executeTakeFirst())) throw new Error("the plan is not this copy's any more");
}
