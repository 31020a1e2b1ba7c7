import { sql, type Selectable } from "kysely";
import type { Diagnoses, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import type { CopiesPort, Doubting } from "../copies/left-behind.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import type { Ring } from "../database/ring.ts";
import type { Decide } from "../ledger/deciding.ts";
import { diagnosisOf } from "../rows/diagnosis-row.ts";
import { incidentOf } from "../rows/incident-row.ts";
import type { Tables } from "../tables.ts";
import { ask } from "./ask.ts";
import { end } from "./end.ts";
import { takeDue } from "./take-due.ts";

/** What the diagnoses need. */
export type DiagnosesGiven = {
  db: Database;
  decide: Decide;
  ring: Ring;
  copies: CopiesPort;
  newId: () => string;
};

/** What is doubtful are diagnoses. */
export type Given = DiagnosesGiven & Doubting;

/** The diagnoses of all copies, over a database. */
export function diagnosesOf(needed: DiagnosesGiven): Diagnoses {
  const given: Given = { ...needed, doubtful: new Set() };
  const { db } = given;
  return {
    ask: async (asked) => ask(given, asked),
    takeDue: async (now) => takeDue(given, now),
    end: async (id, how, now, raw) => end(given, { id, how, now, ...(raw ? { raw } : {}) }),
    running: async () => {
      const rows = db.selectFrom("diagnosis").selectAll().where("state", "=", "running").orderBy("began_at").execute();
      return (await doing("reading the diagnoses under way", rows)).map(diagnosisOf);
    },
    unsettled: async (since) => (await doing("reading diagnoses that nobody settled", unsettled(db, since))).map(diagnosisOf),
    lastIn: async (incident) => {
      const row = db
        .selectFrom("diagnosis")
        .selectAll()
        .where("incident_id", "=", incident)
        .where("state", "=", "ended")
        .orderBy("ended_at", "desc")
        .executeTakeFirst();
      const found = await doing(`reading the last diagnosis of incident ${incident}`, row);
      return found && diagnosisOf(found);
    },
    last: async () => doing("reading the last diagnoses", lastOfEach(db)),
  };
}

async function unsettled(db: Database, since: Date): Promise<Selectable<Tables["diagnosis"]>[]> {
  return db
    .selectFrom("diagnosis")
    .selectAll()
    .where("state", "=", "ended")
    .where("ended_at", ">", since)
    .where(sql<boolean>`not exists (select from delivery where delivery.id = 'settled ' || diagnosis.id || ' ' || diagnosis.round)`)
    .orderBy("ended_at")
    .execute();
}

async function lastOfEach(db: Database): Promise<Map<string, { row: DiagnosisRow; incident: Incident }>> {
  const rows: Selectable<Tables["diagnosis"]>[] = await db
    .selectFrom("diagnosis")
    .distinctOn("environment")
    .selectAll()
    .where("state", "=", "ended")
    .orderBy("environment")
    .orderBy("ended_at", "desc")
    .execute();
  if (rows.length === 0) return new Map();
  const ids = rows.map((row) => row.incident_id);
  const incidents = await db.selectFrom("incident").selectAll().where("id", "in", ids).execute();
  const byId = new Map(incidents.map((row) => [row.id, incidentOf(row)]));
  return new Map(
    rows.flatMap((row) => {
      const incident = byId.get(row.incident_id);
      return incident ? [[row.environment, { row: diagnosisOf(row), incident }] as const] : [];
    }),
  );
}
