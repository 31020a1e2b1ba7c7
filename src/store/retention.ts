import { setImmediate as yieldTurn } from "node:timers/promises";
import { sql, type RawBuilder } from "kysely";
import type { Database } from "./database/connect.ts";
import { LED_OVER } from "./plans/read.ts";

/**
 * How many days what is over is kept. Deliveries are needed for as long as a queue may bring them again (14 days at SQS); what was posted, for as long
 * as it may be edited; evidence is large. The audit is not among them: nothing is ever taken out of it.
 */
const DAYS = { evidence: 30, deliveries: 14, messages: 90, ticks: 30 };

/** What was deleted: table → rows. */
export type Forgotten = Readonly<Record<string, number>>;

/** Now, how long ended incidents are kept (evidence and messages no longer either), and what ends the work early. */
export type Keeping = { now: Date; keepDays: number; signal?: AbortSignal };

type Rule = { table: string; key: string; where: RawBuilder<unknown>; batch: number };

/**
 * Deletes what is older than it is kept, a few hundred rows at a time, so that nobody waits for it. What is open stays, with all that belongs to it,
 * however old it is; and so does what is not sent yet.
 */
export async function forget(db: Database, keeping: Keeping): Promise<Forgotten> {
  const forgotten: Record<string, number> = {};
  for (const rule of rulesOf(keeping)) {
    for (let rows = rule.batch; rows === rule.batch && !keeping.signal?.aborted; await yieldTurn()) {
      rows = await deleteSome(db, rule);
      if (rows > 0) forgotten[rule.table] = (forgotten[rule.table] ?? 0) + rows;
    }
  }
  return forgotten;
}

const OPEN = sql`select id from incident where state in ('open', 'easing')`;

/** Of what is posted, only an incident's own messages are known by their keys; those of an open one stay. */
const NOT_OF_OPEN = sql`not (key like 'incident:%' and split_part(key, ':', 2) in (select id::text from (${OPEN}) as o))`;

function rulesOf({ now, keepDays }: Keeping): readonly Rule[] {
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const [kept, evidence, messages] = [keepDays, Math.min(keepDays, DAYS.evidence), Math.min(keepDays, DAYS.messages)].map(before);
  const day = kept?.toISOString().slice(0, 10);
  return [
    {
      table: "evidence",
      key: "diagnosis_id",
      batch: 50,
      where: sql`taken_at < ${evidence} and diagnosis_id not in (select d.id from diagnosis d where d.incident_id in (${OPEN}))`,
    },
    // Its timeline, diagnoses, evidence and plans go with it. A plan that is not over is open, too: people may have to say what it did. One that has led
    // an application to another database says where that is, for as long as gumshoe.yml does not.
    {
      table: "incident",
      key: "id",
      batch: 20,
      where: sql`state in ('recovered', 'lapsed') and ended_at < ${kept} and id not in (select incident_id from plan where state <> 'ended' or ${LED_OVER})`,
    },
    { table: "alarm", key: "key", batch: 500, where: sql`state <> 'alarm' and changed_at < ${kept} and incident_id is null` },
    { table: "post", key: "key", batch: 500, where: sql`settled_at < ${messages} and ${NOT_OF_OPEN}` },
    { table: "edit", key: "key", batch: 500, where: sql`changed_at < ${messages} and version = sent_version and ${NOT_OF_OPEN}` },
    { table: "delivery", key: "id", batch: 1000, where: sql`received_at < ${before(DAYS.deliveries)}` },
    { table: "tick", key: "ctid", batch: 1000, where: sql`due_at < ${before(DAYS.ticks)}` },
    { table: "refusal", key: "ctid", batch: 1000, where: sql`day < ${day}::date` },
    { table: "unmatched", key: "ctid", batch: 1000, where: sql`day < ${day}::date` },
  ];
}

async function deleteSome(db: Database, { table, key, where, batch }: Rule): Promise<number> {
  const [from, by] = [sql.id(table), sql.id(key)];
  const { numAffectedRows } =
    await sql`delete from ${from} where ${by} in (select ${by} from ${from} where ${where} limit ${batch})`.execute(db);
  return Number(numAffectedRows ?? 0);
}
