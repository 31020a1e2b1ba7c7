import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { auditOf } from "../../../src/store/audit/audit.ts";
import { verifyAudit } from "../../../src/store/audit/lines.ts";
import { BackupUnreadable } from "../../../src/store/backup/backup-file.ts";
import { BackupNewer, restore, StoreNotEmpty } from "../../../src/store/backup/restore.ts";
import { FileTaken, writeBackup } from "../../../src/store/backup/write-backup.ts";
import { openPool, type Database } from "../../../src/store/database/connect.ts";
import { migrate, readMigrations } from "../../../src/store/migrate.ts";
import { freshDatabase, freshUrl, silent } from "../../store/fresh-store.ts";

const DATA = await readFile(new URL("../../store/fixtures/data-of-001.sql", import.meta.url), "utf8");
const NOW = new Date("2026-11-26T02:00:00Z");

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-backup-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A store with data, and a backup of it. */
async function backedUp(): Promise<{ url: string; db: Database; dir: string; file: string }> {
  const [{ url, db }, dir] = [await freshDatabase(), await folder()];
  await sql.raw(DATA).execute(db);
  const file = join(dir, "store.backup");
  await writeBackup(url, file, NOW);
  return { url, db, dir, file };
}

/** All that a store holds, as the server writes it. */
async function contentOf(db: Database): Promise<unknown> {
  const { rows } = await sql`select database_to_xml(false, false, '')::text as all`.execute(db);
  return (rows[0] as { all: string }).all.replace(/^<test_\w+|<\/test_\w+>/gm, "").replace(/<migration>.*?<\/migration>/gs, "");
}

it("puts back all that was there, to the microsecond and the byte", async () => {
  const { url, db, file } = await backedUp();
  await sql`insert into delivery values ('odd " \\ name', 'sns', '2026-11-25 17:41:03.123456+00')`.execute(db);
  await sql`update alarm set value = 'Infinity', reason = E'two\\nlines "and" more'`.execute(db);
  const again = `${file}.again`;
  const other = await freshDatabase();
  await writeBackup(url, again, NOW);
  expect(await restore({ url: other.url, path: again, log: silent })).toBe(19);
  expect(await contentOf(other.db)).toBe(await contentOf(db));
});

it("keeps the audit's chain, and what is wrong with it", async () => {
  const { url, db, file } = await backedUp();
  const [whole, other] = [await verifyAudit(db), await freshDatabase()];
  await restore({ url: other.url, path: file, log: silent });
  expect(whole).toMatchObject({ whole: true, lines: 1 });
  expect(await verifyAudit(other.db)).toEqual(whole);
  const later = { at: NOW, actor: "Aya", event: "muted", detail: {} };
  await auditOf(other.db).note(later);
  expect(await verifyAudit(other.db)).toMatchObject({ whole: true, lines: 2 });
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`update audit set actor = 'nobody'`.execute(tx);
  });
  await writeBackup(url, `${file}.broken`, NOW);
  const third = await freshDatabase();
  await restore({ url: third.url, path: `${file}.broken`, log: silent });
  expect(await verifyAudit(third.db)).toEqual({ whole: false, nth: 1, because: "changed" });
});

it("chains the audit of a backup from before it was a chain", async () => {
  const url = await freshUrl();
  const first = new Map([...(await readMigrations())].slice(0, 1));
  await migrate(url, silent, first);
  const old = openPool(url, silent, { most: 1 });
  await sql.raw(DATA).execute(old);
  const file = join(await folder(), "old.backup");
  await writeBackup(url, file, NOW);
  await old.destroy();
  // The head of a backup says which schema it is of; this program's own is later than what the file holds.
  const lines = gunzipSync(await readFile(file))
    .toString()
    .replace(/"schema":"[^"]*"/, '"schema":"001-incidents"')
    .split("\n")
    .slice(0, -2);
  const text = `${lines.join("\n")}\n`;
  const foot = JSON.stringify({ lines: lines.length, sha256: createHash("sha256").update(text).digest("hex") });
  await writeFile(`${file}.001`, gzipSync(`${text}${foot}\n`));
  const { url: to, db } = await freshDatabase();
  expect(await restore({ url: to, path: `${file}.001`, log: silent })).toBe(17);
  expect(await verifyAudit(db)).toMatchObject({ whole: true, lines: 1 });
});

it("goes on counting where the store had counted to, also past rows that were deleted", async () => {
  const { url, db, file } = await backedUp();
  await sql`select setval('incident_id_seq', 41)`.execute(db);
  const again = `${file}.again`;
  await writeBackup(url, again, NOW);
  const other = await freshDatabase();
  await restore({ url: other.url, path: again, log: silent });
  const { rows } =
    await sql`select nextval('incident_id_seq') as incident, nextval('timeline_id_seq') as entry, nextval('post_nth_seq') as nth`.execute(
      other.db,
    );
  expect(rows).toEqual([{ incident: 42, entry: 3, nth: 3 }]);
});

it("is of one moment: what is written meanwhile is not in it", async () => {
  const { url, db } = await freshDatabase();
  await sql`insert into delivery select 'd' || n, 'sns', now() from generate_series(1, 5000) n`.execute(db);
  const file = join(await folder(), "store.backup");
  const writing = writeBackup(url, file, NOW);
  const meanwhile = (async () => {
    for (let n = 0; n < 20; n++)
      await sql`with gone as (delete from delivery where id in (select id from delivery where id like 'd%' limit 10) returning id)
        insert into delivery select 'e' || id, 'sns', now() from gone`.execute(db);
  })();
  const [{ rows }] = await Promise.all([writing, meanwhile]);
  expect(rows).toBe(5000);
});

it("takes the place of no file, and leaves none behind that is not whole", async () => {
  const { url, dir, file } = await backedUp();
  await expect(writeBackup(url, file, NOW)).rejects.toThrow(FileTaken);
  await expect(writeBackup("postgres://nobody@localhost/x?host=/nowhere", join(dir, "other"), NOW)).rejects.toThrow();
  expect(await readdir(dir)).toEqual(["store.backup"]);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

it("goes into an empty store only", async () => {
  const { file } = await backedUp();
  const other = await freshDatabase();
  await sql`insert into tick values ('check', now())`.execute(other.db);
  await expect(restore({ url: other.url, path: file, log: silent })).rejects.toThrow(StoreNotEmpty);
  expect(await countIn(other.db, "incident")).toBe(0);
});

it("writes nothing from a file that is cut, changed, of a later program, or no backup", async () => {
  const { file, dir } = await backedUp();
  const { url, db } = await freshDatabase();
  const because = async (path: string) =>
    restore({ url, path, log: silent }).catch((error: unknown) => (error instanceof BackupUnreadable ? error.because : error));
  const text = gunzipSync(await readFile(file)).toString();
  const packed = async (name: string, content: string) => writeFile(join(dir, name), gzipSync(content)).then(() => join(dir, name));
  expect(await because(await packed("changed", text.replace('"environment":"prod"', '"environment":"prob"')))).toBe("changed");
  expect(await because(await packed("fewer", text.replace(/^\{"table":"tick".*\n/m, "")))).toBe("changed");
  expect(await because(await packed("no-foot", text.replace(/^\{"lines".*\n/m, "")))).toBe("cut");
  expect(await because(await packed("half-line", text.slice(0, -20)))).toBe("cut");
  expect(await because(await packed("else", '{"a":1}\n'))).toBe("not-a-backup");
  expect(await because(await packed("format", text.replace('"format":1', '"format":2')))).toBe("format");
  await writeFile(join(dir, "plain"), text);
  expect(await because(join(dir, "plain"))).toBe("not-a-backup");
  await writeFile(join(dir, "empty"), "");
  expect(await because(join(dir, "empty"))).toMatch(/cut|not-a-backup/);
  await truncate(file, (await stat(file)).size - 100);
  expect(await because(file)).toBe("cut");
  expect(await because(join(dir, "nowhere"))).toMatchObject({ code: "ENOENT" });
  expect(await countIn(db, "incident")).toBe(0);
});

it("brings a backup of an earlier schema up to date", async () => {
  const { file } = await backedUp();
  const next = new Map([...(await readMigrations()), ["900-next", "alter table incident add column mood text not null default 'calm'"]]);
  const url = await freshUrl();
  await migrate(url, silent, next);
  expect(await restore({ url, path: file, log: silent, migrations: next })).toBe(18);
  const db = openPool(url, silent);
  const { rows } =
    await sql`select id, mood, (select name from migration order by name desc limit 1) as schema from incident order by id`.execute(db);
  await db.destroy();
  expect(rows).toEqual([
    { id: 7, mood: "calm", schema: "900-next" },
    { id: 8, mood: "calm", schema: "900-next" },
  ]);
});

it("refuses a backup of a later program", async () => {
  const { file } = await backedUp();
  const text = gunzipSync(await readFile(file)).toString();
  const later =
    text
      .replace(/"schema":"[^"]*"/, '"schema":"900-next"')
      .split("\n")
      .slice(0, -2)
      .join("\n") + "\n";
  const foot = JSON.stringify({ lines: later.split("\n").length - 1, sha256: createHash("sha256").update(later).digest("hex") });
  await writeFile(`${file}.later`, gzipSync(`${later}${foot}\n`));
  const { url } = await freshDatabase();
  await expect(restore({ url, path: `${file}.later`, log: silent })).rejects.toThrow(BackupNewer);
});

async function countIn(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from ${sql.id(table)}`.execute(db);
  return rows[0]?.count ?? -1;
}
