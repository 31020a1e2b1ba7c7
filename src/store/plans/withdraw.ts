import { sql } from "kysely";
import { CLOCKS_DIFFER_MS } from "../../remediation/guards.ts";
import type { Who } from "../../remediation/plan.ts";
import type { PlanEnd, PlanRow } from "../../remediation/plans.ts";
import { say } from "../../words/plan-say.ts";
import { append } from "../audit/append.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { storableJson } from "../rows/storable.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { environmentOf, readKept } from "./read.ts";
import { showNext } from "./show-next.ts";

/** Takes a proposed plan back; false where it is not proposed any more. */
export async function withdraw({ db, decide, ring }: Given, { id, by, now }: { id: string; by: Who; now: Date }): Promise<boolean> {
  const what = `withdrawing the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  const withdrawn = await decide({ environment, what }, async (_desk, tx, note) => {
    const [ended] = await close(tx, "proposed", [id], { how: "withdrawn", by }, now);
    if (ended) note(planLine(ended.plan, { event: "withdrawn", at: now, by }));
    return ended !== undefined;
  });
  if (withdrawn) ring("plan");
  return withdrawn;
}

/**
 * Ends the proposed plans whose time is over, and the approved ones that have waited for their turn as long again (behind a halt, or another plan): what people
 * said yes to hours ago is not begun. Returns them. Time is over when this copy's clock says so, or the store's. What is of the future, since this copy's clock went
 * back, is ended as well: nobody could tell when its time is over. One that is being decided about just now is left to the next time.
 */
export async function expire({ db, ring }: Given, now: Date): Promise<readonly PlanRow[]> {
  const expired = db.transaction().execute(async (tx) => {
    const of = (state: Open) => tx.selectFrom("plan").select("id").where("state", "=", state).orderBy("id").forUpdate().skipLocked();
    const ahead = new Date(now.getTime() + CLOCKS_DIFFER_MS);
    const storeSaysOver = sql<boolean>`kept_at + (expires_at - planned_at) <= clock_timestamp()`;
    const waitedUntil = sql<Date>`approved_at + (expires_at - planned_at)`;
    const over = await of("proposed")
      .where((is) => is.or([is("expires_at", "<=", now), storeSaysOver]))
      .execute();
    const stale = await of("approved").where(waitedUntil, "<=", now).execute();
    const unmade = await of("proposed").where("planned_at", ">", ahead).execute();
    const unsaid = await of("approved").where("approved_at", ">", ahead).execute();
    const because = say("clockWentBack");
    const expired = [
      ...(await close(tx, "proposed", idsOf(over), { how: "expired" }, now)),
      ...(await close(tx, "proposed", idsOf(unmade), { how: "expired", because }, now)),
    ];
    const lapsed = [
      ...(await close(tx, "approved", idsOf(stale), { how: "lapsed" }, now)),
      ...(await close(tx, "approved", idsOf(unsaid), { how: "lapsed", because }, now)),
    ];
    const line = ({ plan, end }: PlanRow) => planLine(plan, { event: end?.how ?? "expired", at: now });
    await append(tx, [...expired, ...lapsed].map(line));
    return [...expired, ...lapsed];
  });
  const rows = await doing("ending the plans whose time is over", expired);
  if (rows.length > 0) ring("plan");
  return rows;
}

/** The states of a plan in which nothing was begun. */
type Open = "proposed" | "approved";

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

/** Ends those that are in this state still, and returns them as they are then. */
async function close(tx: Database, state: Open, ids: readonly string[], end: PlanEnd, now: Date): Promise<PlanRow[]> {
  if (ids.length === 0) return [];
  const closed = await tx
    .updateTable("plan")
    .set(({ eb }) => ({ state: "ended", ended_at: now, ending: storableJson(end), version: eb("version", "+", 1) }))
    .where("id", "in", ids)
    .where("state", "=", state)
    .returning(["id", "incident_id"])
    .execute();
  await showNext(tx, [...new Set(closed.map(({ incident_id }) => incident_id))]);
  const rows: PlanRow[] = [];
  for (const { id } of closed.toSorted((a, b) => (a.id < b.id ? -1 : 1))) rows.push(await readKept(tx, id));
  return rows;
}
