import type { Who } from "../../remediation/plan.ts";
import type { PlanEnd, PlanRow } from "../../remediation/plans.ts";
import { append } from "../audit/append.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { storableJson } from "../rows/storable.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { environmentOf, readKept } from "./read.ts";

/** Takes a proposed plan back; false where it is not proposed any more. */
export async function withdraw({ db, decide, ring }: Given, { id, by, now }: { id: string; by: Who; now: Date }): Promise<boolean> {
  const what = `withdrawing the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  const withdrawn = await decide({ environment, what }, async (_desk, tx, note) => {
    const [ended] = await close(tx, [id], { how: "withdrawn", by }, now);
    if (ended) note(planLine(ended.plan, { event: "withdrawn", at: now, by }));
    return ended !== undefined;
  });
  if (withdrawn) ring("plan");
  return withdrawn;
}

/** Ends the proposed plans whose time is over, and returns them. One that is being decided about just now is left to the next time. */
export async function expire({ db, ring }: Given, now: Date): Promise<readonly PlanRow[]> {
  const expired = db.transaction().execute(async (tx) => {
    const over = tx.selectFrom("plan").select("id").where("state", "=", "proposed").where("expires_at", "<=", now).orderBy("id");
    const ids = (await over.forUpdate().skipLocked().execute()).map(({ id }) => id);
    const ended = await close(tx, ids, { how: "expired" }, now);
    await append(
      tx,
      ended.map(({ plan }) => planLine(plan, { event: "expired", at: now })),
    );
    return ended;
  });
  const rows = await doing("ending the plans that nobody approved in time", expired);
  if (rows.length > 0) ring("plan");
  return rows;
}

/** Ends those that are proposed still, and returns them as they are then. */
async function close(tx: Database, ids: readonly string[], end: PlanEnd, now: Date): Promise<PlanRow[]> {
  if (ids.length === 0) return [];
  const closed = await tx
    .updateTable("plan")
    .set(({ eb }) => ({ state: "ended", ended_at: now, ending: storableJson(end), version: eb("version", "+", 1) }))
    .where("id", "in", ids)
    .where("state", "=", "proposed")
    .returning("id")
    .execute();
  const rows: PlanRow[] = [];
  for (const { id } of closed.toSorted((a, b) => (a.id < b.id ? -1 : 1))) rows.push(await readKept(tx, id));
  return rows;
}
