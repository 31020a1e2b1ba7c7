import { createHash } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { verifyChain, type Against } from "../../../src/store/audit/chain.ts";
import { exportAudit, verifyAudit } from "../../../src/store/audit/lines.ts";
import type { Database } from "../../../src/store/database/connect.ts";
import { at, freshParts, type Parts } from "../parts.ts";
import { openIncident, person, proposed } from "../plans/a-plan.ts";

/** Five lines, of an incident and of none, with what is hardest to write the same way twice. */
const ODD = [
  { text: 'two\nlines "and" \u0001\u007f\u2028 \\', nothing: null },
  { z: 1, a: [1.5, 1e21, 0.1], ä: { b: 2, aa: 1 } },
  { emoji: "🧯 \ud800", "": "" },
  {},
  { deep: [[], [{}]] },
];

async function fiveLines(): Promise<Parts> {
  const parts = await freshParts();
  for (const [nth, detail] of ODD.entries())
    await parts.audit.note({ at: at(nth), actor: `민아 "M" ${nth}`, event: "noted", detail, ...(nth % 2 === 0 ? { incident: 7 } : {}) });
  return parts;
}

/** What somebody does who may do anything in the database, triggers or not. */
async function tamper(db: Database, ...statements: string[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    for (const statement of statements) await sql.raw(statement).execute(tx);
  });
}

async function exported({ db }: Parts, incident?: number): Promise<string[]> {
  const lines: string[] = [];
  await exportAudit(db, incident, async (line) => void lines.push(line));
  return lines;
}

async function verified(lines: readonly string[], against: Against = {}) {
  const each = async function* () {
    yield* lines;
  };
  return verifyChain(each(), against);
}

test("lines with anything in them are whole, in the store and exported, and tools of anybody's come to the same hashes", async () => {
  const parts = await fiveLines();
  const whole = await verifyAudit(parts.db);
  expect(whole).toMatchObject({ whole: true, lines: 5, head: { lines: 5 } });
  const lines = await exported(parts);
  expect(await verified(lines)).toEqual(whole);
  for (const line of lines) {
    const hashed = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, "}");
    expect(createHash("sha256").update(hashed).digest("hex")).toBe((JSON.parse(line) as { hash: string }).hash);
  }
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ nth: 2, at: "2026-11-26T03:01:00.000000Z", incident: null, detail: ODD[1] });
});

const rehash = (nth: number) => `update audit set hash = encode(sha256(convert_to(audit_text(audit), 'UTF8')), 'hex') where nth = ${nth}`;
const relink = (nth: number) => `update audit set previous = (select hash from audit where nth = ${nth - 1}) where nth = ${nth}`;
const LATER = [4, 3, 2].map((nth) => `update audit set nth = ${nth + 2} where nth = ${nth + 1}`);

const TAMPERED = [
  ["changed", "a line that was changed", 2, ["update audit set actor = 'nobody' where nth = 2"]],
  ["unlinked", "a line that was changed with its hash, by the one after it", 3, ["update audit set actor = 'x' where nth = 2", rehash(2)]],
  ["missing", "a line that was deleted", 3, ["delete from audit where nth = 3"]],
  [
    "changed",
    "the lines after one that was deleted and numbered anew",
    3,
    ["delete from audit where nth = 3", "update audit set nth = 3 where nth = 4"],
  ],
  [
    "changed",
    "the line after one that was put in between",
    4,
    [
      ...LATER,
      "insert into audit select at, incident_id, actor, 'put in', detail, 3, plan_id, environment, '', '' from audit where nth = 2",
      relink(3),
      rehash(3),
    ],
  ],
  [
    "changed",
    "lines that changed places",
    2,
    ["update audit set nth = 99 where nth = 2", "update audit set nth = 2 where nth = 3", "update audit set nth = 3 where nth = 99"],
  ],
  ["cut", "a tail that was cut off", 5, ["delete from audit where nth = 5"]],
  ["cut", "that all was deleted", 1, ["delete from audit"]],
  ["other", "a last line that was replaced with its hash", 5, ["update audit set actor = 'x' where nth = 5", rehash(5)]],
  ["unheaded", "lines whose head is gone", 1, ["delete from audit_head"]],
] as const;

test("the first wrong line is named, whatever somebody did who may do anything in the database", async () => {
  const { db } = await fiveLines();
  await sql`create table kept as select * from audit`.execute(db);
  await sql`create table kept_head as select * from audit_head`.execute(db);
  const back = ["delete from audit", "delete from audit_head", "insert into audit_head select * from kept_head"];
  for (const [because, what, nth, statements] of TAMPERED) {
    await tamper(db, ...statements);
    expect([what, await verifyAudit(db)]).toEqual([what, { whole: false, nth, because }]);
    await tamper(db, ...back, "insert into audit select * from kept");
    expect(await verifyAudit(db)).toMatchObject({ whole: true });
  }
});

test("whoever rewrites all that follows, and the head, is found by a head that was noted before", async () => {
  const { db } = await fiveLines();
  const before = await verifyAudit(db);
  if (!before.whole) throw new Error("it was whole");
  await tamper(
    db,
    "update audit set actor = 'nobody' where nth = 3",
    ...[3, 4, 5].flatMap((nth) => [relink(nth), rehash(nth)]),
    "update audit_head set hash = (select hash from audit where nth = 5)",
  );
  expect(await verifyAudit(db)).toMatchObject({ whole: true });
  expect(await verifyAudit(db, before.head)).toEqual({ whole: false, nth: 5, because: "other" });
  expect(await verifyAudit(db, { lines: 9, hash: before.head.hash })).toEqual({ whole: false, nth: 6, because: "cut" });
});

test("a file is held against itself: changed, missing, moved and foreign lines are found", async () => {
  const parts = await fiveLines();
  const lines = await exported(parts);
  const flaw = async (given: readonly string[]) => {
    const found = await verified(given, { parts: true });
    return found.whole ? "whole" : `${found.nth} ${found.because}`;
  };
  expect(await flaw(lines.with(2, (lines[2] ?? "").replace("noted", "nodded")))).toBe("3 changed");
  expect(await flaw(lines.toSpliced(1, 2))).toBe("2 missing");
  expect(await flaw([...lines.slice(0, 3), lines[1] ?? ""])).toBe("2 unlinked");
  expect(await flaw(lines.with(4, "{}"))).toBe("5 unreadable");
  expect(await flaw(lines.with(0, ""))).toBe("1 unreadable");
  expect(await flaw([...lines].reverse())).toBe("1 missing");
});

test("the lines of one incident are each as they were written, and are told as a part", async () => {
  const parts = await fiveLines();
  const lines = await exported(parts, 7);
  expect(await verified(lines, { parts: true })).toMatchObject({ whole: true, lines: 3, part: 7 });
  expect(await verified(lines)).toEqual({ whole: false, nth: 2, because: "missing" });
  const changed = lines.with(1, (lines[1] ?? "").replace("noted", "nodded"));
  expect(await verified(changed, { parts: true })).toEqual({ whole: false, nth: 3, because: "changed" });
});

test("an empty audit is whole; from its first line on its head grows by a line each, and is not taken away", async () => {
  const { db, audit } = await freshParts();
  expect(await verifyAudit(db)).toMatchObject({ whole: true, lines: 0 });
  await audit.note({ at: at(0), actor: "Mina", event: "muted", detail: {} });
  for (const statement of ["update audit_head set lines = 3", "delete from audit_head", "truncate audit_head", "truncate audit"])
    await expect(sql.raw(statement).execute(db)).rejects.toThrow("the audit is only added to");
});

test("lines that many transactions add at once, deciding and not, in two copies, are one chain", async () => {
  const parts = await freshParts();
  const copies = [parts, parts.copy("b")];
  const policy = { approvers: [], approvals: 9, solo: false, typed: false };
  const environments = ["prod", "staging", "test"];
  const plans = await Promise.all(environments.map(async (environment) => proposed(parts, { id: environment, environment, policy })));
  const incident = await openIncident(parts, "prod");
  await Promise.all(
    Array.from({ length: 24 }, async (_, nth) => {
      const [copy, plan] = [copies[nth % 2]!, plans[nth % 3]!];
      await Promise.all([
        copy.audit.note({ at: at(1), actor: "Mina", event: "muted", detail: { nth }, incident }),
        copy.plans.approve(plan.id, plan.digest, person(nth), at(1)),
        copy.plans.refused({ plan: plan.id, environment: plan.environment, by: person(nth), guard: "twice", at: at(1) }),
        copy.plans.halt({ environment: plan.environment, by: person(nth), at: at(1) }),
        copy.plans.expire(at(29 + (nth > 20 ? 1 : 0))),
      ]);
    }),
  );
  const whole = await verifyAudit(parts.db);
  expect(whole).toMatchObject({ whole: true });
  const { lines } = await parts.db.selectFrom("audit_head").select("lines").executeTakeFirstOrThrow();
  expect(lines).toBeGreaterThanOrEqual(3 + 24 + 24 + 3 + 3);
});
