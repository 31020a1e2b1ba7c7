import type { Incident } from "../../incident/incident.ts";
import type { IncidentRecord } from "../../report/incident-record.ts";
import type { Audit } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { unpackEvidence } from "../diagnoses/evidence-pack.ts";
import { alarmOf } from "../rows/alarm-row.ts";
import { diagnosisOf } from "../rows/diagnosis-row.ts";
import { entryOf } from "../rows/entry-row.ts";
import { incidentOf } from "../rows/incident-row.ts";

/** Reading incidents, for people. */
export type Incidents = {
  /** The latest first, those that are open or all; at most `most`. */
  list: (which: { open?: boolean; most: number }) => Promise<readonly Incident[]>;
  /** All that is written down of one. Evidence is unpacked when it is asked for. */
  record: (id: number) => Promise<IncidentRecord | undefined>;
};

/** Reading incidents from a database. */
export function incidentsOf(db: Database, audit: Pick<Audit, "of">): Incidents {
  return {
    list: async ({ open = false, most }) => {
      const all = db.selectFrom("incident").selectAll().orderBy("id", "desc").limit(most);
      const rows = open ? all.where("state", "in", ["open", "easing"]) : all;
      return (await doing("reading the incidents", rows.execute())).map(incidentOf);
    },
    record: async (id) => doing(`reading incident ${id}`, readRecord(db, audit, id)),
  };
}

async function readRecord(db: Database, audit: Pick<Audit, "of">, id: number): Promise<IncidentRecord | undefined> {
  // Beyond this no incident is numbered, and PostgreSQL would not take it for a number.
  if (!Number.isSafeInteger(id)) return undefined;
  const row = await db.selectFrom("incident").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) return undefined;
  const timeline = await db.selectFrom("timeline").selectAll().where("incident_id", "=", id).orderBy("at").orderBy("id").execute();
  const alarms = await db.selectFrom("alarm").selectAll().where("incident_id", "=", id).orderBy("key").execute();
  const diagnoses = await db.selectFrom("diagnosis").selectAll().where("incident_id", "=", id).orderBy("due_at").orderBy("id").execute();
  const evidence = await db
    .selectFrom("evidence")
    .innerJoin("diagnosis", "diagnosis.id", "evidence.diagnosis_id")
    .select(["evidence.diagnosis_id", "evidence.packed"])
    .where("diagnosis.incident_id", "=", id)
    .execute();
  const packed = new Map(evidence.map((kept) => [kept.diagnosis_id, kept.packed]));
  return {
    incident: incidentOf(row),
    timeline: timeline.map(entryOf),
    alarms: alarms.map(alarmOf),
    diagnoses: diagnoses.map(diagnosisOf),
    evidence: (diagnosis) => {
      const held = packed.get(diagnosis);
      return held && unpackEvidence(held);
    },
    audit: await audit.of(id),
  };
}
