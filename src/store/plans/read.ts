import { sql } from "kysely";
import { moveIn, type Moves } from "../../remediation/moves.ts";
import type { PlanFeed, PlanInThread, PlanRow } from "../../remediation/plans.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { planOf } from "../rows/plan-row.ts";

const approvals = sql<{ userId: string; name: string; at: string }[]>`coalesce(
  (select json_agg(json_build_object('userId', user_id, 'name', name, 'at', at) order by at, user_id) from plan_approval where plan_id = plan.id),
  '[]'::json)`;

const selectPlans = (db: Database) => db.selectFrom("plan").selectAll("plan").select(approvals.as("approvals"));

/** A plan, with the approvals that it has. */
export async function readPlan(db: Database, id: string): Promise<PlanRow | undefined> {
  const row = await selectPlans(db).where("id", "=", id).executeTakeFirst();
  return row && planOf(row);
}

/** The same of a plan that is there. */
export async function readKept(db: Database, id: string): Promise<PlanRow> {
  const row = await readPlan(db, id);
  if (!row) throw new Error("there is no such plan");
  return row;
}

/** Plans of an incident, oldest first. */
export async function plansOfIncident(db: Database, incident: number): Promise<PlanRow[]> {
  return (await selectPlans(db).where("incident_id", "=", incident).orderBy("planned_at").orderBy("id").execute()).map(planOf);
}

/** Whether a plan, which has ended, has led its application to another database. */
export const LED_OVER = sql<boolean>`(state = 'ended' and ending ->> 'how' = 'done' and ending -> 'gives' ? 'left')`;

/** Where an environment's plans have led its application, in the order in which they were done. */
export async function movesOf(db: Database, environment: string): Promise<Moves> {
  const done = db.selectFrom("plan").select("ending").where("environment", "=", environment).where(LED_OVER);
  return (await done.orderBy("ended_at").orderBy("id").execute()).flatMap(({ ending }) => {
    const move = ending?.how === "done" ? moveIn(ending.gives ?? {}) : undefined;
    return move ? [move] : [];
  });
}

/** Plans of an environment that run, or wait for an answer. */
export async function plansUnderWay(db: Database, environment: string): Promise<PlanRow[]> {
  return (await selectPlans(db).where("environment", "=", environment).where("state", "in", ["running", "asking"]).execute()).map(planOf);
}

const inThreads = (db: Database) => selectPlans(db).innerJoin("incident", "incident.id", "plan.incident_id").select("incident.home");

const inThread = ({ home, ...row }: Parameters<typeof planOf>[0] & Pick<PlanInThread["incident"], "home">): PlanInThread => ({
  row: planOf(row),
  incident: { id: row.incident_id, home },
});

/** Plans that can be approved now, the oldest first. */
export async function plansWaiting(db: Database): Promise<PlanInThread[]> {
  return (await inThreads(db).where("plan.state", "=", "proposed").orderBy("planned_at").execute()).map(inThread);
}

/** Plans of which a change is not told yet, over a database. */
export function planFeedOf(db: Database): PlanFeed {
  const untold = async (most: number) =>
    inThreads(db).whereRef("plan.version", ">", "plan.told_version").orderBy("planned_at").limit(most).execute();
  const told = async (id: string, version: number) =>
    db
      .updateTable("plan")
      .set({ told_version: sql<number>`greatest(told_version, ${version})` })
      .where("id", "=", id)
      .execute();
  return {
    untold: async (most) => (await doing("reading which plans are not told yet", untold(most))).map(inThread),
    told: async (id, version) => void (await doing(`noting what is told of the plan ${id}`, told(id, version))),
  };
}

/** The environment that a plan is of, which is what must be known to decide about it. */
export async function environmentOf(db: Database, id: string): Promise<string> {
  const row = await db.selectFrom("plan").select("environment").where("id", "=", id).executeTakeFirst();
  if (!row) throw new Error("there is no such plan");
  return row.environment;
}

/** How many changes were begun in an environment since then. */
export async function changesBegun(db: Database, environment: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom("plan_step")
    .innerJoin("plan", "plan.id", "plan_step.plan_id")
    .select(({ fn }) => fn.countAll<number>().as("begun"))
    .where("plan.environment", "=", environment)
    .where("kind", "=", "change")
    .where("begun_at", ">", since)
    .executeTakeFirstOrThrow();
  return row.begun;
}
