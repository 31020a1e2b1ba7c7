import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { verifyAudit } from "../../src/store/audit/lines.ts";
import type { Database } from "../../src/store/database/connect.ts";
import { forget } from "../../src/store/retention.ts";
import { freshDatabase } from "./fresh-store.ts";

const DAY_MS = 86_400_000;
const DATA = await readFile(new URL("fixtures/data-of-001.sql", import.meta.url), "utf8");

/** A plan of the incident that ended, which waits for an answer. */
const PLAN = `insert into plan (id, incident_id, environment, action, digest, requested_by, solo, planned_at, expires_at, content, missing, state)
    values ('p-1', 7, 'prod', 'snapshot', 'd', 'U1', false, now(), now(), '{}', 0, 'asking');
  insert into plan_approval values ('p-1', 'U2', 'Jun', now());
  insert into plan_step (plan_id, name, kind, intent, begun_at) values ('p-1', 'snapshot', 'change', '{}', now());
  insert into audit (at, incident_id, plan_id, actor, event, detail) values (now(), 7, 'p-1', 'gumshoe', 'begun', '{}')`;

/** A store with an incident that ended on 25 November, and one that is open since the 26th. */
async function withData(): Promise<Database> {
  const { db } = await freshDatabase();
  await sql.raw(DATA).execute(db);
  return db;
}

/** So many days after the incident ended. */
const after = (days: number) => new Date(Date.parse("2026-11-25T18:20:00Z") + days * DAY_MS);

it("keeps all for as long as it is told to", async () => {
  const db = await withData();
  expect(await forget(db, { now: after(13), keepDays: 400 })).toEqual({});
  expect(await forget(db, { now: after(20), keepDays: 400 })).toEqual({ delivery: 1 });
  expect(await forget(db, { now: after(31), keepDays: 400 })).toEqual({ evidence: 1, tick: 1 });
  expect(await forget(db, { now: after(91), keepDays: 400 })).toEqual({ post: 1, edit: 1 });
  expect(await forget(db, { now: after(399), keepDays: 400 })).toEqual({});
});

it("forgets an incident that ended with all that belongs to it, and no other", async () => {
  const db = await withData();
  expect(await forget(db, { now: after(402), keepDays: 400 })).toEqual({
    evidence: 1,
    incident: 1,
    alarm: 1,
    post: 1,
    edit: 1,
    delivery: 1,
    tick: 1,
    refusal: 1,
    unmatched: 1,
  });
  const left = await sql<{ incident: number; timeline: number; diagnosis: number; post: number; audit: number }>`select
    (select max(id) from incident) as incident, (select count(*) from timeline) as timeline, (select count(*) from diagnosis) as diagnosis,
    (select count(*) from post) as post, (select count(*) from audit) as audit`.execute(db);
  expect(left.rows).toEqual([{ incident: 8, timeline: 0, diagnosis: 1, post: 1, audit: 1 }]);
});

it("keeps what is open however old it is: its messages, its evidence, and what is not sent yet", async () => {
  const db = await withData();
  await sql`update incident set state = 'easing', ended_at = null where id = 7`.execute(db);
  const forgotten = await forget(db, { now: after(2_000), keepDays: 1 });
  expect(forgotten).toEqual({ delivery: 1, tick: 1, refusal: 1, unmatched: 1 });
});

it("forgets a plan with its incident, keeps an incident whose plan is not over, and of neither takes anything out of the audit", async () => {
  const db = await withData();
  await sql.raw(PLAN).execute(db);
  const left = async () => {
    const count = (table: string) => sql<number>`(select count(*) from ${sql.id(table)})`;
    const { rows } = await sql<Record<string, number>>`select ${count("plan")} as plan, ${count("plan_step")} as step,
      ${count("plan_approval")} as approval, ${count("audit")} as audit`.execute(db);
    return rows[0];
  };
  await forget(db, { now: after(500), keepDays: 400 });
  expect(await left()).toEqual({ plan: 1, step: 1, approval: 1, audit: 2 });
  await sql`update plan set state = 'ended'`.execute(db);
  await forget(db, { now: after(500), keepDays: 400 });
  expect(await left()).toEqual({ plan: 0, step: 0, approval: 0, audit: 2 });
  expect(await verifyAudit(db)).toMatchObject({ whole: true, lines: 2 });
});

it("keeps an alarm that still fires, and what nobody was told yet", async () => {
  const db = await withData();
  await sql`update alarm set state = 'alarm'`.execute(db);
  await sql`update edit set version = 10`.execute(db);
  await sql`update post set outcome = null, settled_at = null`.execute(db);
  await forget(db, { now: after(500), keepDays: 100 });
  const { rows } =
    await sql`select (select count(*) from alarm) as alarms, (select count(*) from edit) as edits, (select count(*) from post) as posts`.execute(
      db,
    );
  expect(rows).toEqual([{ alarms: 1, edits: 1, posts: 2 }]);
});

it("goes on until nothing old is left, batch by batch, and stops when it is told to", async () => {
  const { db } = await freshDatabase();
  await sql`insert into delivery select 'd' || n, 'sns', '2026-01-01'::timestamptz from generate_series(1, 2500) n`.execute(db);
  expect(await forget(db, { now: after(0), keepDays: 400, signal: AbortSignal.abort() })).toEqual({});
  expect(await forget(db, { now: after(0), keepDays: 400 })).toEqual({ delivery: 2500 });
});

it("never takes anything out of the audit, which nobody can", async () => {
  const db = await withData();
  await expect(sql`delete from audit`.execute(db)).rejects.toThrow("the audit is only added to");
  await expect(sql`update audit set actor = 'nobody'`.execute(db)).rejects.toThrow("the audit is only added to");
});
