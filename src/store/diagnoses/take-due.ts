import type { Selectable } from "kysely";
import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import { firstOf, leftBehind } from "../copies/left-behind.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { diagnosisOf } from "../rows/diagnosis-row.ts";
import { incidentOf } from "../rows/incident-row.ts";
import type { Tables } from "../tables.ts";
import type { Given } from "./diagnoses.ts";

type Taken = { row: DiagnosisRow; incident: Incident };

/** Takes what a copy that died has left, else the wanted diagnosis that was due first in an environment that nobody looks at. */
export async function takeDue(given: Given, now: Date): Promise<Taken | undefined> {
  const running = given.db.selectFrom("diagnosis").selectAll().where("state", "=", "running").execute();
  const left = await leftBehind(given, await doing("looking for diagnoses that a copy left", running));
  return (
    (await firstOf(left, async (row) => takeOver(given, row))) ??
    (await firstOf(await doing("looking for diagnoses that are due", environmentsDue(given.db, now)), async (environment) =>
      begin(given, environment, now),
    ))
  );
}

/** Goes on with a diagnosis as this copy's, under its old id, so that nothing of it is posted twice. Nothing where another copy was faster. */
async function takeOver({ decide, copies, doubtful }: Given, left: Selectable<Tables["diagnosis"]>): Promise<Taken | undefined> {
  const { id, environment } = left;
  const taken = decide({ environment, what: `taking over the diagnosis ${id} of ${environment}` }, async (_desk, tx) => {
    const row = await tx
      .updateTable("diagnosis")
      .set(({ eb }) => ({ copy: copies.id, round: eb("round", "+", 1) }))
      .where("id", "=", id)
      .where("state", "=", "running")
      .where("copy", "=", left.copy)
      .where("round", "=", left.round)
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    const incident = await tx.selectFrom("incident").selectAll().where("id", "=", row.incident_id).executeTakeFirstOrThrow();
    return { row: diagnosisOf(row), incident: incidentOf(incident) };
  });
  taken.then(
    () => doubtful.delete(id),
    () => doubtful.add(id),
  );
  return taken;
}

async function environmentsDue(db: Database, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom("diagnosis")
    .select("environment")
    .where("state", "=", "wanted")
    .where("due_at", "<=", now)
    .where("environment", "not in", (of) => of.selectFrom("diagnosis").select("environment").where("state", "=", "running"))
    .groupBy("environment")
    .orderBy(({ fn }) => fn.min("due_at"))
    .execute();
  return rows.map((row) => row.environment);
}

/** Begins what was due first in an environment; nothing where another copy did, or where nothing is wanted any more. */
async function begin({ decide, copies, doubtful }: Given, environment: string, now: Date): Promise<Taken | undefined> {
  let chosen: string | undefined;
  const begun = decide({ environment, what: `beginning a diagnosis of ${environment}` }, async (desk, tx) => {
    const there = tx.selectFrom("diagnosis").select("id").where("environment", "=", environment);
    if (await there.where("state", "=", "running").executeTakeFirst()) return undefined;
    const due = await there
      .where("state", "=", "wanted")
      .where("due_at", "<=", now)
      .orderBy("due_at")
      .orderBy("id")
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!due) return undefined;
    chosen = due.id;
    const row = await tx
      .updateTable("diagnosis")
      .set({ state: "running", round: 1, copy: copies.id, began_at: now })
      .where("id", "=", due.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const { incident_id: id, runbook, why, by } = row;
    await desk.note(id, now, now, { kind: "looking", diagnosis: row.id, runbook, why, by });
    const incident = await tx.selectFrom("incident").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    return { row: diagnosisOf(row), incident: incidentOf(incident) };
  });
  begun.catch(() => chosen !== undefined && doubtful.add(chosen));
  return begun;
}
