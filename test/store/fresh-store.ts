import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { onLine, openPool, type Database } from "../../src/store/database/connect.ts";
import type { StoreLog } from "../../src/store/database/log.ts";
import { placeOf } from "../../src/store/embedded/place.ts";
import { startEmbedded } from "../../src/store/embedded/start.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore, type OpenStore } from "../../src/store/open.ts";

/** A log that nobody reads. */
export const silent: StoreLog = { info: () => {}, warn: () => {}, error: () => {} };

/** Stops the server and removes its folder when the test run has ended, however it ended. */
const WATCH = `while kill -0 "$1" 2>/dev/null; do sleep 1; done
kill -INT "$(head -n 1 "$2/postgres/postmaster.pid")"; sleep 2; rm -rf -- "$2"`;

const TEMPLATE = "brought_up_to_date";
const LOCK = "select pg_advisory_lock(1)";

let server: Promise<string> | undefined;

/** A database of its own with the tables of this program and nothing in them; it goes when the test is over. */
export async function freshDatabase(): Promise<{ url: string; db: Database }> {
  const url = await freshUrl(TEMPLATE);
  const db = openPool(url, silent, { most: 10 });
  onTestFinished(async () => db.destroy());
  return { url, db };
}

/** A running copy's store on a database of its own; it is closed when the test is over. */
export async function freshStore(): Promise<OpenStore> {
  return copyOn(await freshUrl(TEMPLATE));
}

/** One more copy on a database. */
export async function copyOn(url: string): Promise<OpenStore> {
  const store = await openStore({ url, folder: "", log: silent });
  onTestFinished(store.close);
  return store;
}

/** The URL of a database of its own: empty, or a copy of `template`. */
export async function freshUrl(template = "template1"): Promise<string> {
  server ??= startServer();
  const admin = await server;
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onLine(admin, async (client) => client.query(`create database ${name} template ${template}`));
  onTestFinished(async () => {
    await onLine(admin, async (client) => client.query(`drop database if exists ${name} with (force)`));
  });
  return urlOf(admin, name);
}

/** One server for all files of a run: whoever comes first starts it. Its data are thrown away, so they need not be safe on the disk. */
async function startServer(): Promise<string> {
  const folder = join(tmpdir(), `gumshoe-test-store-${process.ppid}`);
  const { url, how } = await startEmbedded(folder, silent);
  if (how === "started") {
    const watch = ["-c", WATCH, "watch", String(process.ppid), placeOf(folder).folder];
    spawn("/bin/sh", watch, { detached: true, stdio: "ignore" }).unref();
  }
  await onLine(url, async (client) => {
    await client.query(LOCK);
    const { rows } = await client.query("select from pg_database where datname = $1", [TEMPLATE]);
    if (rows.length > 0) return;
    await client.query("alter system set fsync = off");
    await client.query("select pg_reload_conf()");
    await client.query(`create database under_way`);
    await migrate(urlOf(url, "under_way"), silent);
    await client.query(`alter database under_way rename to ${TEMPLATE}`);
  });
  return url;
}

function urlOf(admin: string, name: string): string {
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}
