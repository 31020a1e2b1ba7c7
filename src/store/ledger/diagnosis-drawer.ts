import { sql, type Transaction } from "kysely";
import type { Desk, WantedDiagnosis } from "../../alarm/ledger.ts";
import type { DiagnosisReason } from "../../incident/timeline-entry.ts";
import { wantedRow } from "../rows/diagnosis-row.ts";
import type { Tables } from "../tables.ts";

type Tx = Transaction<Tables>;

/** `keep` returns the topics of which there is something new. */
type Drawer = { desk: Pick<Desk, "want" | "unwant" | "lastDiagnosis">; keep: () => Promise<"diagnosis"[]> };

/** The diagnoses that are wanted of an environment's incidents, on its desk. What is taken back and wanted again is wanted anew. */
export function diagnosisDrawer(tx: Tx, newId: () => string): Drawer {
  const wanted = new Map<string, WantedDiagnosis>();
  const takenBack = new Map<string, { incident: number; why: DiagnosisReason }>();
  const last = new Map<number, Awaited<ReturnType<Desk["lastDiagnosis"]>>>();
  return {
    desk: {
      want: async (diagnosis) => {
        const key = `${diagnosis.incident} ${diagnosis.why} ${diagnosis.runbook}`;
        if (!wanted.has(key)) wanted.set(key, diagnosis);
      },
      unwant: async (incident, why) => {
        takenBack.set(`${incident} ${why}`, { incident, why });
        for (const key of wanted.keys()) if (key.startsWith(`${incident} ${why} `)) wanted.delete(key);
      },
      lastDiagnosis: async (incident) => {
        if (!last.has(incident)) last.set(incident, await readLast(tx, incident));
        return last.get(incident);
      },
    },
    keep: async () => {
      for (const { incident, why } of takenBack.values()) await takeBack(tx, incident, why);
      if (wanted.size === 0) return [];
      await tx
        .insertInto("diagnosis")
        .values([...wanted.values()].map((diagnosis) => wantedRow(newId(), diagnosis)))
        .onConflict((conflict) => conflict.columns(["incident_id", "runbook", "why"]).where("state", "=", sql.lit("wanted")).doNothing())
        .execute();
      return ["diagnosis"];
    },
  };
}

async function takeBack(tx: Tx, incident: number, why: DiagnosisReason): Promise<void> {
  await tx.deleteFrom("diagnosis").where("incident_id", "=", incident).where("why", "=", why).where("state", "=", "wanted").execute();
}

/** The last that came to a verdict; one that failed or was stopped says nothing. */
async function readLast(tx: Tx, incident: number): Promise<{ endedAt: Date; verdict: string } | undefined> {
  const row = await tx
    .selectFrom("diagnosis")
    .select(["ended_at", "ending"])
    .where("incident_id", "=", incident)
    .where("state", "=", "ended")
    .where(sql`ending ->> 'how'`, "=", "judged")
    .orderBy("ended_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.ended_at && row.ending?.how === "judged" ? { endedAt: row.ended_at, verdict: row.ending.verdict } : undefined;
}
