import { isOpen } from "../../incident/incident.ts";
import type { Desk } from "../../alarm/ledger.ts";
import type { Who } from "../../remediation/plan.ts";
import type { Halt } from "../../remediation/plans.ts";
import type { Line } from "../audit/append.ts";
import type { Database } from "../database/connect.ts";
import { storableText } from "../rows/storable.ts";
import type { Given } from "./plans.ts";

/** Halts an environment; false where it is halted already, and stays so by whoever was first. */
export async function halt({ decide, ring }: Given, { environment, by, at }: Halt): Promise<boolean> {
  const halted = await decide({ environment, what: `halting ${environment}` }, async (desk, tx, note) => {
    const first = await tx
      .insertInto("halt")
      .values({ environment, user_id: by.userId, name: storableText(by.name), at })
      .onConflict((conflict) => conflict.doNothing())
      .returning("environment")
      .executeTakeFirst();
    if (first) {
      await showHalt(tx, environment);
      note(await haltLine(desk, { environment, event: "halted", by, at }));
    }
    return first !== undefined;
  });
  if (halted) ring("plan");
  return halted;
}

/** Ends a halt; returns it, or nothing where there was none. */
export async function resume(
  { decide, ring }: Given,
  { environment, by, now: at }: { environment: string; by: Who; now: Date },
): Promise<Halt | undefined> {
  const ended = await decide({ environment, what: `resuming ${environment}` }, async (desk, tx, note) => {
    const was = await haltIn(tx, environment);
    if (!was) return undefined;
    await tx.deleteFrom("halt").where("environment", "=", environment).execute();
    await showHalt(tx, environment);
    note(await haltLine(desk, { environment, event: "resumed", by, at, detail: { haltedBy: was.by, haltedAt: was.at } }));
    return was;
  });
  if (ended) ring("plan");
  return ended;
}

/** The message of every plan that has not ended says whether its environment is halted. */
async function showHalt(tx: Database, environment: string): Promise<void> {
  const open = tx.updateTable("plan").where("environment", "=", environment).where("state", "<>", "ended");
  await open.set(({ eb }) => ({ version: eb("version", "+", 1) })).execute();
}

/** The halt of an environment, if there is one. */
export async function haltIn(db: Database, environment: string): Promise<Halt | undefined> {
  const row = await db.selectFrom("halt").selectAll().where("environment", "=", environment).executeTakeFirst();
  return row && { environment, by: { userId: row.user_id, name: row.name }, at: row.at };
}

type Halting = { environment: string; event: string; by: Who; at: Date; detail?: Readonly<Record<string, unknown>> };

/** A halt belongs to the incident that is open, where there is one. */
async function haltLine(desk: Desk, { environment, event, by, at, detail }: Halting): Promise<Line> {
  const open = (await desk.incidents(at)).find(isOpen);
  const known = { environment, user: by.userId, ...detail };
  return { at, environment, actor: by.name, event, detail: known, ...(open ? { incident: open.id } : {}) };
}
