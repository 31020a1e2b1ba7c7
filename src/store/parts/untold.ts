import { sql, type RawBuilder, type Transaction } from "kysely";
import type { Mute } from "../../alarm/ledger.ts";
import type { Entry, ToldUpTo, Untold, UntoldFeed } from "../../diagnosis/untold.ts";
import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import { lockEnvironment } from "../ledger/deciding.ts";
import { alarmOf } from "../rows/alarm-row.ts";
import { diagnosisOf } from "../rows/diagnosis-row.ts";
import { entryOf } from "../rows/entry-row.ts";
import { incidentOf } from "../rows/incident-row.ts";
import { storableJson } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";

/** Entries of one incident that are read at once; the rest is untold still. A storm of ten minutes makes some thousands. */
const MOST_ENTRIES = 1_000;

/** Of the times of posts that are told, the last few are kept. */
const MOST_POSTS = 50;

/** What is not told yet, over a database: seven statements, however many incidents there are, on one state of the tables. */
export function untoldOf(db: Database): UntoldFeed {
  const snapshot = () => db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
  return {
    untold: async (most) =>
      doing(
        "reading what is not told yet",
        snapshot().execute(async (tx) => readUntold(tx, most)),
      ),
    told: async (incident, upTo) => doing(`noting what is told of incident ${incident}`, told(db, incident, upTo)),
  };
}

type Tx = Transaction<Tables>;

/** While its environment is muted, an incident whose entries are all told has nothing to say; a hundred such ones shall not stand before another. */
const notHeldByMute = sql<boolean>`(told_entry = 0
  or not exists (select from mute where mute.environment = incident.environment and until > now())
  or exists (select from timeline where incident_id = incident.id and timeline.id > told_entry))`;

async function readUntold(tx: Tx, most: number): Promise<Untold[]> {
  const rows = await tx
    .selectFrom("incident")
    .selectAll()
    .whereRef("version", ">", "told_version")
    .where(notHeldByMute)
    .orderBy(
      sql`coalesce((select heard_at from timeline where incident_id = incident.id and timeline.id > told_entry order by timeline.id limit 1), last_heard_at)`,
    )
    .orderBy("id")
    .limit(most)
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const environments = [...new Set(rows.map((row) => row.environment))];
  const entries = Map.groupBy(await untoldEntries(tx, ids), (entry) => entry.incident);
  const alarms = (await tx.selectFrom("alarm").selectAll().where("incident_id", "in", ids).orderBy("key").execute()).map(alarmOf);
  const diagnoses = await lastDiagnoses(tx, ids);
  const causes = await lastWithCause(tx, ids);
  const called = await calledOf(tx, ids);
  const proofs = await provenOf(tx, ids);
  const mutes: Mute[] = await tx.selectFrom("mute").selectAll().where("environment", "in", environments).execute();
  return rows.map((row) => {
    const theirs = diagnoses.filter((diagnosis) => diagnosis.incident === row.id);
    const [last, before] = theirs.filter(({ state }) => state === "ended");
    const running = theirs.find(({ state }) => state === "running");
    const mute = mutes.find(({ environment }) => environment === row.environment);
    const proven = proofs.get(row.id);
    const found = causes.find(({ incident, id }) => incident === row.id && id !== last?.id);
    return {
      incident: incidentOf(row),
      toldVersion: row.told_version,
      entries: entries.get(row.id) ?? [],
      called: called.has(row.id),
      postedAt: row.posted_at,
      alarms: alarms.filter(({ incident }) => incident === row.id),
      ...(running ? { running } : {}),
      ...(last ? { last } : {}),
      ...(before ? { before } : {}),
      ...(found ? { found } : {}),
      ...(mute ? { mute } : {}),
      ...(proven ? { proven } : {}),
    };
  });
}

/** The entries of each incident that are not told, the oldest first and of each incident no more than some. */
async function untoldEntries(tx: Tx, incidents: readonly number[]): Promise<Entry[]> {
  const rows = await tx
    .selectFrom("incident")
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom("timeline")
          .selectAll()
          .whereRef("timeline.incident_id", "=", "incident.id")
          .whereRef("timeline.id", ">", "incident.told_entry")
          .orderBy("timeline.id")
          .limit(MOST_ENTRIES)
          .as("entry"),
      (join) => join.onTrue(),
    )
    .selectAll("entry")
    .where("incident.id", "in", incidents)
    .orderBy("entry.id")
    .execute();
  return rows.map(entryOf);
}

/** The incidents for which whoever is on call was called. */
async function calledOf(tx: Tx, incidents: readonly number[]): Promise<Set<number>> {
  const rows = await tx
    .selectFrom("timeline")
    .select("incident_id")
    .where("incident_id", "in", incidents)
    .where(sql<boolean>`what ->> 'kind' = 'called'`)
    .execute();
  return new Set(rows.map((row) => row.incident_id));
}

/** The figures of the last repair that was proven of each incident; what was proven before it was opened anew did not last. */
async function provenOf(tx: Tx, incidents: readonly number[]): Promise<Map<number, NonNullable<Untold["proven"]>>> {
  const rows = await tx
    .selectFrom("timeline")
    .select(["incident_id", "what"])
    .where("incident_id", "in", incidents)
    .where(sql<boolean>`what ->> 'kind' in ('proven', 'reopened')`)
    .orderBy("id")
    .execute();
  const proven = new Map<number, NonNullable<Untold["proven"]>>();
  for (const { incident_id: id, what } of rows)
    if (what.kind === "proven") proven.set(id, { before: what.before, after: what.after });
    else proven.delete(id);
  return proven;
}

/** Of each incident what runs, and the two that ended last, the latest first. */
async function lastDiagnoses(tx: Tx, incidents: readonly number[]): Promise<DiagnosisRow[]> {
  return lastTwo(tx, incidents, sql<boolean>`state in ('running', 'ended')`);
}

/** Of each incident the two diagnoses that found a root cause last, the latest first. */
async function lastWithCause(tx: Tx, incidents: readonly number[]): Promise<DiagnosisRow[]> {
  return lastTwo(tx, incidents, sql<boolean>`jsonb_array_length(ending -> 'rootCauses') > 0`);
}

/** Of each incident and state the two diagnoses for which it holds that ended last. */
async function lastTwo(tx: Tx, incidents: readonly number[], holds: RawBuilder<boolean>): Promise<DiagnosisRow[]> {
  const rows = await tx
    .selectFrom((from) =>
      from
        .selectFrom("diagnosis")
        .selectAll()
        .select(({ fn }) =>
          fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy(["incident_id", "state"]).orderBy("ended_at", "desc"))
            .as("nth_last"),
        )
        .where("incident_id", "in", incidents)
        .where(holds)
        .as("diagnosis"),
    )
    .selectAll()
    .where("nth_last", "<=", 2)
    .orderBy("ended_at", "desc")
    .execute();
  return rows.map(diagnosisOf);
}

/**
 * What is told never goes back. While entries are left (held back, or not read), the incident stays untold: what is told of its version stops one short.
 * Saying the same again writes nothing.
 */
async function told(db: Database, incident: number, upTo: ToldUpTo): Promise<void> {
  if (!upTo.called) return markTold(db, incident, upTo);
  const { at, whom } = upTo.called;
  await db.transaction().execute(async (tx) => {
    const row = await tx.selectFrom("incident").select("environment").where("id", "=", incident).executeTakeFirst();
    if (!row) return;
    await lockEnvironment(tx, row.environment);
    await markTold(tx, incident, upTo);
    if (!(await calledOf(tx, [incident])).has(incident))
      await tx
        .insertInto("timeline")
        .values({ incident_id: incident, at, heard_at: at, what: storableJson({ kind: "called", whom }) })
        .execute();
  });
}

async function markTold(db: Database, incident: number, upTo: ToldUpTo): Promise<void> {
  const left = sql`exists (select from timeline where incident_id = ${incident} and timeline.id > greatest(told_entry, ${upTo.entry}))`;
  const now = {
    told_version: sql<number>`greatest(told_version, least(${upTo.version}, version - case when ${left} then 1 else 0 end))`,
    told_entry: sql<number>`greatest(told_entry, ${upTo.entry})`,
    posted_at: sql<readonly Date[]>`${upTo.postedAt.slice(-MOST_POSTS)}::timestamptz[]`,
  };
  const same = sql<boolean>`(told_version, told_entry, posted_at) is not distinct from (${now.told_version}, ${now.told_entry}, ${now.posted_at})`;
  await db
    .updateTable("incident")
    .set(now)
    .where("id", "=", incident)
    .where(sql<boolean>`not ${same}`)
    .execute();
}
