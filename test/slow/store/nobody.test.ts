import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { NOBODY } from "../../../src/store/embedded/unprivileged.ts";
import { openForCommand, openStore } from "../../../src/store/open.ts";
import { runChild } from "../../store/child.ts";
import { silent } from "../../store/fresh-store.ts";

const isRoot = process.getuid?.() === 0;

/** A bot of root's on a machine where `unshare` is not to be had, as in a container. */
const BOT = `process.env.PATH = "/nowhere";
  const { openStore } = await store("open.ts");
  try {
    const opened = await openStore({ folder: args[0], log: silent });
    await opened.db.insertInto("delivery").values({ id: "kept", source: "sns", received_at: new Date() }).execute();
    console.log("kept");
    process.on("SIGTERM", () => opened.close());
  } catch (error) {
    console.log(JSON.stringify(error.fault ?? String(error)));
  }`;

async function newFolder(mode: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-nobody-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  await chmod(dir, mode);
  await mkdir(join(dir, "store"));
  return join(dir, "store");
}

it.runIf(isRoot)("runs as nobody where root may make no user namespace, and as before where it may again", async () => {
  const folder = await newFolder(0o755);
  const bot = runChild(BOT, folder);
  await bot.heard(/^kept$/);
  expect((await stat(join(folder, "postgres"))).uid).toBe(NOBODY);
  await bot.kill("SIGTERM");
  const store = await openStore({ folder, log: silent });
  expect((await stat(join(folder, "postgres"))).uid).toBe(0);
  expect(await store.db.selectFrom("delivery").select("id").execute()).toEqual([{ id: "kept" }]);
  await store.close();
  const again = runChild(BOT.replace('"kept", source', '"again", source'), folder);
  await again.heard(/^kept$/);
  await again.kill("SIGTERM");
  const read = await openForCommand({ folder, log: silent });
  expect(await read.db.selectFrom("delivery").select("id").orderBy("id").execute()).toEqual([{ id: "again" }, { id: "kept" }]);
  await read.close();
});

it.runIf(isRoot)("says so where nobody cannot get into the folder", async () => {
  const folder = await newFolder(0o700);
  const bot = runChild(BOT, folder);
  expect(JSON.parse(await bot.heard(/./))).toEqual({ kind: "not-passable", folder });
});
