import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { openPool, SCHEMA, type Database } from "./database/connect.ts";
import type { StoreLog } from "./database/log.ts";
import { StoreFault } from "./database/store-fault.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
const TABLE = "migration";

/** The tables in which it is kept which migrations were made; they belong to no backup. */
export const BOOKKEEPING = [TABLE, `${TABLE}_lock`];

/** Steps from an empty schema to the one of this program: name → SQL text, such as "001-incidents", in the order of their numbers. */
export type Migrations = ReadonlyMap<string, string>;

/** Reads the numbered SQL files that come with the program (or those in `folder`). */
export async function readMigrations(folder: URL = FOLDER): Promise<Migrations> {
  const files = (await readdir(folder)).filter((file) => /^\d{3}-[a-z0-9-]+\.sql$/.test(file)).toSorted();
  return new Map(await Promise.all(files.map(async (file) => [file.slice(0, -4), await readFile(new URL(file, folder), "utf8")] as const)));
}

/** The name of the last one: the schema's version. */
export function latestOf(migrations: Migrations): string {
  return [...migrations.keys()].at(-1) ?? "";
}

/**
 * Brings a database to the schema of this program, in one transaction; any number of programs may do so at once, one of them does it. Throws a
 * StoreFault where a later program already wrote it, and changes nothing then.
 */
export async function migrate(url: string, log: StoreLog, migrations?: Migrations): Promise<void> {
  const known = migrations ?? (await readMigrations());
  // Without a limit for statements: one copy waits while another migrates.
  const db = openPool(url, log, { most: 1, statementMs: 0 });
  try {
    const before = await madeIn(db);
    refuseNewer(before, known);
    if (before.length === known.size) return;
    await migrateIn(db, known);
    log.info({ from: before.at(-1) ?? "nothing", to: latestOf(known) }, "bringing the store up to date");
  } finally {
    await db.destroy();
  }
}

/** The same on a connection, or in a transaction; up to `last`, if that is given. */
export async function migrateIn(db: Database, known: Migrations, last = latestOf(known)): Promise<void> {
  const { error } = await migratorOf(db, known).migrateTo(last);
  if (error === undefined) return;
  refuseNewer(await madeIn(db).catch(() => []), known);
  throw new Error(`bringing the store up to date: ${error instanceof Error ? error.message : "it did not go"}`, { cause: error });
}

/** Throws a StoreFault unless the database's schema is the one of this program; changes nothing. */
export async function refuseOtherSchema(db: Database, where: string, migrations?: Migrations): Promise<void> {
  const [made, known] = [await madeIn(db), migrations ?? (await readMigrations())];
  if (made.length === 0) throw new StoreFault({ kind: "empty", where });
  refuseNewer(made, known);
  const [found = "", latest] = [made.at(-1), latestOf(known)];
  if (made.length < known.size) throw new StoreFault({ kind: "older", found, known: latest });
}

function migratorOf(db: Database, known: Migrations): Migrator {
  const migrations: Record<string, Migration> = {};
  for (const [name, text] of known) migrations[name] = { up: async (within) => void (await sql.raw(text).execute(within)) };
  return new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: SCHEMA,
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
}

/** The migrations that were made, in order; none in an empty database. */
async function madeIn(db: Database): Promise<string[]> {
  const { rows: there } = await sql<{ there: boolean }>`select to_regclass(${`${SCHEMA}.${TABLE}`}) is not null as there`.execute(db);
  if (!there[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${SCHEMA}.${TABLE}`)} order by name`.execute(db);
  return rows.map(({ name }) => name);
}

function refuseNewer(made: readonly string[], known: Migrations): void {
  const found = made.findLast((name) => !known.has(name));
  if (found !== undefined) throw new StoreFault({ kind: "newer", found, known: latestOf(known) });
}
