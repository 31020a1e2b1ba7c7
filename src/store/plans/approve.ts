import { sql, type Transaction } from "kysely";
import { CLOCKS_DIFFER_MS } from "../../remediation/guards.ts";
import type { Who } from "../../remediation/plan.ts";
import type { Said } from "../../remediation/plans.ts";
import { doing } from "../database/doing.ts";
import { storableText } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";
import { planLine } from "./plan-line.ts";
import type { Given } from "./plans.ts";
import { environmentOf, readKept } from "./read.ts";

/** One person's yes to one digest. */
export type Yes = { id: string; digest: string; by: Who; now: Date };

/** Takes one yes; whether it counts, the statement alone decides. The last one that it takes approves the plan. */
export async function approve({ db, decide, ring }: Given, yes: Yes): Promise<Said> {
  const { id, by, now } = yes;
  const what = `approving the plan ${id}`;
  const environment = await doing(what, environmentOf(db, id));
  const said = await decide({ environment, what }, async (desk, tx, note): Promise<Said> => {
    const missing = await count(tx, yes);
    const row = await readKept(tx, id);
    if (missing === undefined) return { late: row };
    const { incident, action } = row.plan;
    await desk.note(incident, now, now, { kind: "approved", plan: id, action, by: by.name, missing });
    note(planLine(row.plan, { event: "approved", at: now, by, detail: { missing } }));
    return { row, missing };
  });
  if ("row" in said) ring("plan");
  return said;
}

/**
 * How many yeses it takes after this one; nothing where it does not count. Time is over when this copy's clock says so, or the store's, or when this copy's has
 * gone back behind the plan. Of many at once each sees what the ones before have left.
 */
async function count(tx: Transaction<Tables>, { id, digest, by, now }: Yes): Promise<number | undefined> {
  const { rows } = await sql<{ missing: number }>`
    with counted as (
      update plan set missing = missing - 1, version = version + 1,
        state = case when missing = 1 then 'approved' else state end,
        approved_at = case when missing = 1 then ${now}::timestamptz end
      where id = ${id} and digest = ${digest} and state = 'proposed' and missing > 0 and expires_at > ${now}
        and planned_at <= ${new Date(now.getTime() + CLOCKS_DIFFER_MS)}::timestamptz and clock_timestamp() < kept_at + (expires_at - planned_at)
        and (solo or requested_by <> ${by.userId})
        and not exists (select from plan_approval where plan_id = plan.id and user_id = ${by.userId})
      returning id, missing),
    said as (insert into plan_approval (plan_id, user_id, name, at) select id, ${by.userId}, ${storableText(by.name)}, ${now} from counted)
    select missing from counted`.execute(tx);
  return rows[0]?.missing;
}
