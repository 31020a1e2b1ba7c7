import type { Transaction } from "kysely";
import type { Desk } from "../../alarm/ledger.ts";
import type { Line } from "../audit/append.ts";
import { storableKey } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";
import type { Topic } from "../wake.ts";
import { alarmDrawer } from "./alarm-drawer.ts";
import { diagnosisDrawer } from "./diagnosis-drawer.ts";
import { incidentDrawer } from "./incident-drawer.ts";
import { proofDrawer } from "./proof-drawer.ts";

/**
 * A desk, and the way to write down what lies on it: returns of what there is something new. After that nothing more can be laid there. `lines` are for
 * the audit.
 */
export type Filled = { desk: Desk; keepAll: () => Promise<Topic[]>; lines: readonly Line[] };

/**
 * A desk in a transaction that alone decides about its environment. What is read is read once; what is written lies on the desk, where later reads
 * see it, and goes to the database in a few statements at the end: ten deliveries of a storm make little more round trips than one.
 */
export function deskOver(tx: Transaction<Tables>, environment: string, newId: () => string): Filled {
  const alarms = alarmDrawer(tx);
  const incidents = incidentDrawer(tx, environment);
  const diagnoses = diagnosisDrawer(tx, newId);
  const proofs = proofDrawer(tx, incidents.desk);
  let kept = false;
  const onDesk: Desk = {
    ...alarms.desk,
    ...incidents.desk,
    ...diagnoses.desk,
    ...proofs.desk,
    isFirst: async ({ id, source, receivedAt }) => isFirst(tx, { id: storableKey(id), source, received_at: receivedAt }),
    mute: async () => tx.selectFrom("mute").selectAll().where("environment", "=", environment).executeTakeFirst(),
  };
  const desk = guarded(onDesk, () => {
    if (kept) throw new Error("a decision was written to after it was kept: an await is missing");
  });
  const keepAll = async () => {
    kept = true;
    const topics = [...(await incidents.keep()), ...(await diagnoses.keep()), ...proofs.topics()];
    await alarms.keep();
    return topics;
  };
  return { desk, keepAll, lines: proofs.lines };
}

/** The same desk; `check` runs before each use, and may throw. */
function guarded(desk: Desk, check: () => void): Desk {
  const uses = Object.entries(desk) as [string, (...given: unknown[]) => Promise<unknown>][];
  const checked = uses.map(([name, use]) => [
    name,
    async (...given: unknown[]) => {
      check();
      return use(...given);
    },
  ]);
  return Object.fromEntries(checked) as Desk;
}

/** Keeps the id of a delivery; false where it is kept already. Two transactions with the same id wait for each other. */
async function isFirst(tx: Transaction<Tables>, delivery: Tables["delivery"]): Promise<boolean> {
  const first = await tx
    .insertInto("delivery")
    .values(delivery)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return first !== undefined;
}
