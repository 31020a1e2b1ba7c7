import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { verifyAudit } from "../../src/store/audit/lines.ts";
import { openPool } from "../../src/store/database/connect.ts";
import { StoreFault } from "../../src/store/database/store-fault.ts";
import { latestOf, migrate, readMigrations, refuseOtherSchema } from "../../src/store/migrate.ts";
import { freshUrl, silent } from "./fresh-store.ts";

const shipped = await readMigrations();
const NEXT = new Map([...shipped, ["900-next", "alter table incident add column mood text not null default 'calm'"]]);

/** What is in a database, and which migrations made it. */
async function looked<Row>(url: string, query: string): Promise<Row[]> {
  const db = openPool(url, silent, { most: 1 });
  try {
    return (await sql.raw<Row>(query).execute(db)).rows;
  } finally {
    await db.destroy();
  }
}

async function madeIn(url: string): Promise<string[]> {
  const rows = await looked<{ name: string }>(url, "select name from migration order by name");
  return rows.map(({ name }) => name);
}

it("makes every table of an empty database, all in a schema of its own", async () => {
  const url = await freshUrl();
  await migrate(url, silent);
  await migrate(url, silent);
  expect(await madeIn(url)).toEqual([...shipped.keys()]);
  const elsewhere = "select tablename from pg_tables where schemaname not in ('gumshoe', 'pg_catalog', 'information_schema')";
  expect(await looked(url, elsewhere)).toEqual([]);
});

it("brings a store of the first schema up to date, and all that was in it is still there", async () => {
  const url = await freshUrl();
  const first = new Map([...shipped].slice(0, 1));
  await migrate(url, silent, first);
  await looked(url, await readFile(new URL("fixtures/data-of-001.sql", import.meta.url), "utf8"));
  const odd = `insert into audit (at, actor, event, detail) select '2026-11-26 01:00:00.123456+00', 'Aya "A"', 'noted', jsonb_build_object('n', n) from generate_series(1, 3) n`;
  await looked(url, odd);
  const before = await contentOf(url);
  expect(before.every(({ rows }) => Number(rows) > 0)).toBe(true);
  await migrate(url, silent, NEXT);
  expect(await madeIn(url)).toEqual([...NEXT.keys()]);
  const moods = await looked(url, "select id, environment, mood from incident order by id");
  expect(moods).toEqual([
    { id: 7, environment: "prod", mood: "calm" },
    { id: 8, environment: "staging", mood: "calm" },
  ]);
  const after = await contentOf(url);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.filter(({ name }) => !before.some((table) => table.name === name))).toEqual([
    { name: "audit_head", rows: "1" },
    ...["halt", "plan", "plan_approval", "plan_step"].map((name) => ({ name, rows: "0" })),
  ]);
  await looked(url, odd);
  const db = openPool(url, silent, { most: 1 });
  expect(await verifyAudit(db)).toMatchObject({ whole: true, lines: 7, head: { lines: 7 } });
  await db.destroy();
  await expect(looked(url, "delete from audit")).rejects.toThrow("the audit is only added to");
});

it("lets four programs do so at once, and one of them does it", async () => {
  const url = await freshUrl();
  const program = `const { migrate } = await import(process.argv[1]); await migrate(process.argv[2], { info: (facts) => console.log(JSON.stringify(facts)) });`;
  const from = new URL("../../src/store/migrate.ts", import.meta.url).href;
  const runs = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, from, url], { stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { out, err: err.replace(/^.*Warning.*$\n?/gm, ""), code: code as number };
  });
  for (const { err, code } of await Promise.all(runs)) expect({ err, code }).toEqual({ err: "", code: 0 });
  expect(await madeIn(url)).toEqual([...shipped.keys()]);
});

it("does not touch a store that a later program has written", async () => {
  const url = await freshUrl();
  await migrate(url, silent, NEXT);
  const refused = await migrate(url, silent).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StoreFault);
  expect((refused as StoreFault).fault).toEqual({ kind: "newer", found: "900-next", known: latestOf(shipped) });
  expect(await madeIn(url)).toEqual([...NEXT.keys()]);
});

it("makes all of what is new, or nothing", async () => {
  const url = await freshUrl();
  await migrate(url, silent);
  const broken = new Map([...shipped, ["900-half", "create table half (id int)"], ["901-broken", "create table half (id int)"]]);
  await expect(migrate(url, silent, broken)).rejects.toThrow('bringing the store up to date: relation "half" already exists');
  expect(await madeIn(url)).toEqual([...shipped.keys()]);
  expect(await looked(url, "select to_regclass('gumshoe.half') as half")).toEqual([{ half: null }]);
});

it("says of a store that is only read whether it was ever written, or is of an earlier program", async () => {
  const url = await freshUrl();
  const db = openPool(url, silent);
  const fault = async (known = shipped) => refuseOtherSchema(db, "here", known).catch((error: StoreFault) => error.fault);
  expect(await fault()).toEqual({ kind: "empty", where: "here" });
  await migrate(url, silent);
  expect(await fault()).toBeUndefined();
  expect(await fault(NEXT)).toEqual({ kind: "older", found: latestOf(shipped), known: "900-next" });
  await db.destroy();
});

async function contentOf(url: string): Promise<{ name: string; rows: string }[]> {
  const tables = await looked<{ name: string }>(url, "select tablename as name from pg_tables where schemaname = 'gumshoe' order by 1");
  const kept = tables.filter(({ name }) => !name.startsWith("migration"));
  return Promise.all(
    kept.map(async ({ name }) => {
      const [row] = await looked<{ rows: string }>(url, `select count(*)::text as rows from "${name}"`);
      return { name, rows: row?.rows ?? "0" };
    }),
  );
}
