import { sql, type Transaction } from "kysely";
import { openPool, SCHEMA, type Database } from "../database/connect.ts";
import type { StoreLog } from "../database/log.ts";
import { BOOKKEEPING, latestOf, migrateIn, readMigrations, type Migrations } from "../migrate.ts";
import type { Tables } from "../tables.ts";
import { BackupUnreadable, readBody, readHead } from "./backup-file.ts";

/** A backup goes into a store that holds nothing. `table` holds something. */
export class StoreNotEmpty extends Error {
  readonly table: string;

  constructor(table: string) {
    super(`restoring: the store is not empty, table ${table} holds something`);
    this.table = table;
  }
}

/** The backup is of a schema that this program does not know. */
export class BackupNewer extends Error {}

/** So many characters of rows go to the server at once. */
const CHUNK = 1_000_000;

/** Into which database, from which file; `migrations` are those of this program by default. */
export type Restoring = { url: string; path: string; log: StoreLog; migrations?: Migrations };

/**
 * Puts a backup back into an empty store that has this program's schema, and tells how many rows. The whole file is held against its checksum before
 * anything is written; then all of it is there, or nothing. A backup of an earlier schema is brought up to date. Throws a BackupUnreadable, a
 * BackupNewer or a StoreNotEmpty.
 */
export async function restore({ url, path, log, migrations: given }: Restoring): Promise<number> {
  const [{ schema }, migrations] = [await readHead(path), given ?? (await readMigrations())];
  for await (const _ of readBody(path)) void _;
  if (!migrations.has(schema)) throw new BackupNewer(schema);
  const db = openPool(url, log, { most: 1, statementMs: 0 });
  try {
    return await db.transaction().execute(async (within) => {
      await refuseFull(within);
      const isOlder = schema !== latestOf(migrations);
      if (isOlder) await rebuild(within, migrations, schema);
      const rows = await pourIn(within, path);
      if (isOlder) await migrateIn(within, migrations);
      return rows;
    });
  } finally {
    await db.destroy();
  }
}

async function tablesIn(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select tablename::text as name from pg_tables where schemaname = ${SCHEMA}`.execute(db);
  return rows.map(({ name }) => name);
}

/** Nobody else writes until all is there. */
async function refuseFull(within: Transaction<Tables>): Promise<void> {
  for (const name of await tablesIn(within)) {
    if (BOOKKEEPING.includes(name)) continue;
    await sql`lock table ${sql.id(name)} in access exclusive mode`.execute(within);
    const { rows } = await sql<{ full: boolean }>`select exists(select from ${sql.id(name)}) as full`.execute(within);
    if (rows[0]?.full) throw new StoreNotEmpty(name);
  }
}

/** The empty tables as the backup's schema had them. */
async function rebuild(within: Transaction<Tables>, migrations: Migrations, schema: string): Promise<void> {
  for (const name of await tablesIn(within)) await sql`drop table ${sql.id(name)} cascade`.execute(within);
  const functions = await sql<{ called: string }>`select oid::regprocedure::text as called from pg_proc
    where pronamespace = ${SCHEMA}::regnamespace`.execute(within);
  for (const { called } of functions.rows) await sql.raw(`drop function ${called}`).execute(within);
  await migrateIn(within, migrations, schema);
}

type Counter = { counter: string; column: string; last: number; called: boolean };

/** How the line of a row begins; the rest is its text as the server wrote it, since a number of JavaScript would not hold all of the server's. */
const ROW = /^\{"table":"([a-z_]+)","row":/;

async function pourIn(within: Transaction<Tables>, path: string): Promise<number> {
  const tables = (await tablesIn(within)).filter((name) => !BOOKKEEPING.includes(name));
  let [table, chunk, size, rows] = ["", [] as string[], 0, 0];
  const flush = async (next: string): Promise<void> => {
    if (chunk.length > 0) await insert(within, table, `[${chunk.join(",")}]`);
    [table, chunk, size] = [next, [], 0];
  };
  for await (const line of readBody(path)) {
    const [start, name] = ROW.exec(line.slice(0, 200)) ?? ["", ""];
    const counter = start === "" ? (JSON.parse(line) as Counter) : undefined;
    if (!tables.includes(counter?.counter ?? name)) throw new BackupUnreadable("not-a-backup");
    if (name !== table || size > CHUNK) await flush(name);
    if (counter) {
      await count(within, counter);
      continue;
    }
    chunk.push(line.slice(start.length, -1));
    size += line.length;
    rows++;
  }
  await flush("");
  return rows;
}

async function insert(within: Transaction<Tables>, table: string, rows: string): Promise<void> {
  await sql`insert into ${sql.id(table)} overriding system value
    select * from json_populate_recordset(null::${sql.id(table)}, ${rows}::json)`.execute(within);
}

async function count(within: Transaction<Tables>, { counter, column, last, called }: Counter): Promise<void> {
  await sql`select setval(pg_get_serial_sequence(${counter}, ${column}), ${last}::bigint, ${called})`.execute(within);
}
