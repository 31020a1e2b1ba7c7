import { sql, type Transaction } from "kysely";
import type { DiagnosisEnd } from "../../diagnosis/diagnoses.ts";
import type { RawEvidence } from "../../evidence/read-evidence.ts";
import type { Happening } from "../../incident/timeline-entry.ts";
import { doing } from "../database/doing.ts";
import { storableJson } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";
import type { Given } from "./diagnoses.ts";
import { packEvidence } from "./evidence-pack.ts";

type Ending = { id: string; how: DiagnosisEnd; now: Date; raw?: RawEvidence };

/** Ends a diagnosis that runs as this copy's; one that ended, or that another copy has taken over, stays as it is. */
export async function end(given: Given, { id, how, now, raw }: Ending): Promise<void> {
  const { db, decide, copies, ring } = given;
  const what = `ending the diagnosis ${id}`;
  const row = await doing(what, db.selectFrom("diagnosis").selectAll().where("id", "=", id).executeTakeFirst());
  if (!row) throw new Error(`${what}: there is no such diagnosis`);
  const packed = raw && (await packEvidence(raw));
  await decide({ environment: row.environment, what }, async (desk, tx) => {
    const before = how.how === "judged" ? await alikeBefore(tx, row.incident_id) : undefined;
    const ended = await tx
      .updateTable("diagnosis")
      .set({ state: "ended", ended_at: now, ending: storableJson(how) })
      .where("id", "=", id)
      .where("state", "=", "running")
      .where("copy", "=", copies.id)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) return;
    if (packed) await tx.insertInto("evidence").values({ diagnosis_id: id, taken_at: raw.at, packed }).execute();
    await desk.note(row.incident_id, now, now, happened(id, how, before));
  });
  // Its environment is free for what else is due.
  ring("diagnosis");
}

/** What the picture was like at the incident's last diagnosis that came to a verdict. */
async function alikeBefore(tx: Transaction<Tables>, incident: number): Promise<string | undefined> {
  const row = await tx
    .selectFrom("diagnosis")
    .select("ending")
    .where("incident_id", "=", incident)
    .where("state", "=", "ended")
    .where(sql`ending ->> 'how'`, "=", "judged")
    .orderBy("ended_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.ending?.how === "judged" ? row.ending.alike : undefined;
}

function happened(id: string, end: DiagnosisEnd, before: string | undefined): Happening {
  if (end.how === "failed") return { kind: "look-failed", diagnosis: id, because: end.because };
  if (end.how === "stopped") return { kind: "look-failed", diagnosis: id, because: "stopped" };
  const { verdict, rootCauses, alike, told } = end;
  // What was read back went through jsonb, where some characters are not what they were.
  const sameAsBefore = before !== undefined && before === JSON.parse(storableJson(alike));
  const says = told.roots.length > 0 ? told.roots.map((root) => `${root.title}: ${root.says}`) : told.suspected;
  return { kind: "looked", diagnosis: id, verdict, rootCauses, says: says.join("; "), sameAsBefore };
}
