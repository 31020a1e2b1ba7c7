import { sql, type Transaction } from "kysely";
import type { Taken } from "../../remediation/plans.ts";
import { firstOf, leftBehind } from "../copies/left-behind.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { incidentOf } from "../rows/incident-row.ts";
import type { Tables } from "../tables.ts";
import { haltIn } from "./halt.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { readKept } from "./read.ts";

type Left = { id: string; environment: string; copy: string | null; round: number };

/**
 * Takes what a copy that died has left (or people have answered), else the plan that was approved first in an environment where nothing is under way and
 * nothing is halted. What was left is taken in spite of a halt: somebody must look what became of the step under way, and end the plan; its next
 * change is not begun, since `Steps.begin` and `Steps.halt` tell of the halt.
 */
export async function takeDue(given: Given, now: Date): Promise<Taken | undefined> {
  const running = given.db.selectFrom("plan").select(["id", "environment", "copy", "round"]).where("state", "=", "running").execute();
  const left = await leftBehind(given, await doing("looking for plans that a copy left", running));
  const taken = await firstOf(left, async (each) => takeOver(given, each, now));
  if (taken) return taken;
  const due = await doing("looking for plans whose turn it is", environmentsDue(given.db));
  return firstOf(due, async (environment) => begin(given, environment, now));
}

/** Goes on with a plan as this copy's. Nothing where another copy was faster. */
async function takeOver({ decide, copies, doubtful, ring }: Given, left: Left, now: Date): Promise<Taken | undefined> {
  const { id, environment, copy: from, round } = left;
  const taken = decide({ environment, what: `taking over the plan ${id}` }, async (_desk, tx, note) => {
    const own = await tx
      .updateTable("plan")
      .set(({ eb }) => ({ copy: copies.id, round: eb("round", "+", 1), version: eb("version", "+", 1) }))
      .where("id", "=", id)
      .where("state", "=", "running")
      .where("copy", "is not distinct from", from)
      .where("round", "=", round)
      .returning("round")
      .executeTakeFirst();
    if (!own) return undefined;
    if (from !== null) await forgetNotLanded(tx, id);
    const row = await readKept(tx, id);
    note(planLine(row.plan, { event: "taken over", at: now, detail: { copy: copies.id, from, round: own.round } }));
    return { row, incident: await incidentIn(tx, row.plan.incident) };
  });
  taken.then(
    (mine) => {
      doubtful.delete(id);
      if (mine) ring("plan");
    },
    () => doubtful.add(id),
  );
  return taken;
}

/** Whoever said that a step did not take place said so before the copy that died made its attempt: from then on it may have taken place. */
async function forgetNotLanded(tx: Transaction<Tables>, id: string): Promise<void> {
  await tx
    .updateTable("plan_step")
    .set({ answer: null })
    .where("plan_id", "=", id)
    .where("done_at", "is", null)
    .where(sql`answer ->> 'landed'`, "=", "false")
    .execute();
}

async function environmentsDue(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom("plan")
    .select("environment")
    .where("state", "=", "approved")
    .where("environment", "not in", (of) => of.selectFrom("plan").select("environment").where("state", "in", ["running", "asking"]))
    .where("environment", "not in", (of) => of.selectFrom("halt").select("environment"))
    .groupBy("environment")
    .orderBy(({ fn }) => fn.min("approved_at"))
    .execute();
  return rows.map((row) => row.environment);
}

/** Begins what was approved first in an environment; nothing where another copy did, or where somebody halted it meanwhile. */
async function begin({ decide, copies, doubtful, ring }: Given, environment: string, now: Date): Promise<Taken | undefined> {
  let chosen: string | undefined;
  const begun = decide({ environment, what: `beginning a plan of ${environment}` }, async (_desk, tx, note) => {
    const there = tx.selectFrom("plan").select("id").where("environment", "=", environment);
    if (await there.where("state", "in", ["running", "asking"]).executeTakeFirst()) return undefined;
    if (await haltIn(tx, environment)) return undefined;
    const due = await there.where("state", "=", "approved").orderBy("approved_at").orderBy("id").limit(1).executeTakeFirst();
    if (!due) return undefined;
    chosen = due.id;
    const taken = await tx
      .updateTable("plan")
      .set(({ eb }) => ({ state: "running", round: 1, copy: copies.id, began_at: now, version: eb("version", "+", 1) }))
      .where("id", "=", due.id)
      // It may have lapsed in this moment.
      .where("state", "=", "approved")
      .returning("id")
      .executeTakeFirst();
    if (!taken) return undefined;
    const row = await readKept(tx, due.id);
    note(planLine(row.plan, { event: "begun", at: now, detail: { copy: copies.id, round: 1 } }));
    return { row, incident: await incidentIn(tx, row.plan.incident) };
  });
  begun.then(
    (mine) => mine && ring("plan"),
    () => chosen !== undefined && doubtful.add(chosen),
  );
  return begun;
}

async function incidentIn(tx: Transaction<Tables>, id: number): Promise<Taken["incident"]> {
  return incidentOf(await tx.selectFrom("incident").selectAll().where("id", "=", id).executeTakeFirstOrThrow());
}
