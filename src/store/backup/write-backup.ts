import { createHash, randomBytes } from "node:crypto";
import { link, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Client } from "pg";
import { onLine } from "../database/connect.ts";
import { syncFolder } from "../database/sync-folder.ts";
import { latestOf, readMigrations } from "../migrate.ts";
import { addLine, type Head } from "./backup-file.ts";
import { tablesOf, type Table } from "./tables-of.ts";

/** A backup does not take the place of a file that is there. */
export class FileTaken extends Error {}

/** How many rows of a table are asked for at once; evidence is large. */
const ROWS = 200;
const LARGE: Readonly<Record<string, number>> = { evidence: 1 };

/** So many characters are packed at once. */
const CHUNK = 65_536;

/** What a backup holds: rows in all, and how large the file is. */
export type Written = { rows: number; bytes: number };

/**
 * Writes all that the store holds at one moment into a new file, readable for its owner alone; the store may be in use. The file appears when it is
 * whole and on the disk. Memory stays flat however much there is. Throws a FileTaken where the file exists.
 */
export async function writeBackup(url: string, path: string, now: Date): Promise<Written> {
  await refuseTaken(path);
  const unready = `${path}.${randomBytes(4).toString("hex")}.part`;
  const file = await open(unready, "wx", 0o600);
  try {
    const rows = await onLine(url, async (client) => pour(client, file, now));
    await appear(unready, path);
    return { rows, bytes: (await stat(path)).size };
  } finally {
    await file.close().catch(() => {});
    await rm(unready, { force: true });
  }
}

async function pour(client: Client, file: FileHandle, now: Date): Promise<number> {
  await client.query("begin isolation level repeatable read, read only");
  let rows = 0;
  const lines = async function* (): AsyncGenerator<string> {
    const sum = createHash("sha256");
    let [count, pending] = [0, ""];
    for await (const line of contentOf(client, now)) {
      addLine(sum, line);
      count++;
      if (line.startsWith('{"table"')) rows++;
      pending += `${line}\n`;
      if (pending.length < CHUNK) continue;
      yield pending;
      pending = "";
    }
    yield `${pending}${JSON.stringify({ lines: count, sha256: sum.digest("hex") })}\n`;
  };
  const out = file.createWriteStream({ flush: true });
  await pipeline(Readable.from(lines()), createGzip(), out);
  return rows;
}

async function* contentOf(client: Client, now: Date): AsyncGenerator<string> {
  const head: Head = { gumshoe: "backup", format: 1, schema: latestOf(await readMigrations()), at: now.toISOString() };
  yield JSON.stringify(head);
  const tables = await tablesOf(client);
  for (const table of tables) yield* rowsOf(client, table);
  for (const { name, counter } of tables) {
    if (counter === undefined) continue;
    const sequence = await client.query<{ name: string }>("select pg_get_serial_sequence($1, $2) as name", [name, counter]);
    const { rows } = await client.query<{ last: number; called: boolean }>(
      `select last_value as last, is_called as called from ${sequence.rows[0]?.name ?? ""}`,
    );
    yield JSON.stringify({ counter: name, column: counter, ...rows[0] });
  }
}

/** The server writes each row as JSON itself: nothing is lost on the way, neither microseconds nor bytes. */
async function* rowsOf(client: Client, { name, key }: Table): AsyncGenerator<string> {
  const order = key.map((column) => `"${column}"`).join(", ");
  const each = `select '{"table":"${name}","row":' || row_to_json(t)::text || '}' as line from "${name}" t order by ${order}`;
  await client.query(`declare backup no scroll cursor for ${each}`);
  const most = LARGE[name] ?? ROWS;
  for (let got = most; got === most;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${most} from backup`);
    for (const { line } of rows) yield line;
    got = rows.length;
  }
  await client.query("close backup");
}

async function refuseTaken(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) throw new FileTaken(path);
}

/** Gives the whole file its name, which takes the place of no other; and lets the folder know it for good. */
async function appear(unready: string, path: string): Promise<void> {
  try {
    await link(unready, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new FileTaken(path, { cause: error });
    // Not every file system has hard links.
    await refuseTaken(path);
    await rename(unready, path);
  }
  await syncFolder(dirname(path));
}
