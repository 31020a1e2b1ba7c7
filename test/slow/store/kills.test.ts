import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { expect, it, onTestFinished, vi } from "vitest";
import { placeOf } from "../../../src/store/embedded/place.ts";
import { startEmbedded } from "../../../src/store/embedded/start.ts";
import { stopEmbedded } from "../../../src/store/embedded/stop.ts";
import { openStore } from "../../../src/store/open.ts";
import { runChild } from "../../store/child.ts";
import { silent } from "../../store/fresh-store.ts";

/** A bot that writes deliveries one after the other, and tells each that the store has acknowledged. */
const BOT = `const { openStore } = await store("open.ts");
  const { db } = await openStore({ folder: args[0], log: silent });
  for (let nth = 0; ; nth++) {
    await db.insertInto("delivery").values({ id: args[1] + "-" + nth, source: "sns", received_at: new Date() }).execute()
      .then(() => console.log("kept " + args[1] + "-" + nth), () => new Promise((resolve) => setTimeout(resolve, 20)));
  }`;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gumshoe-kills-"));
  onTestFinished(async () => {
    await stopEmbedded(placeOf(folder).url, silent);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

const pidOf = async (folder: string) => Number((await readFile(join(folder, "postgres/postmaster.pid"), "utf8")).split("\n", 1)[0]);

/** Every process of a server, by the folder that it works in. */
async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const dirs = await Promise.all(pids.map(async (pid) => readlink(`/proc/${pid}/cwd`).catch(() => "")));
  return pids.filter((_, nth) => dirs[nth] === join(folder, "postgres")).map(Number);
}

async function deliveriesIn(folder: string): Promise<Set<string>> {
  const store = await openStore({ folder, log: silent });
  const rows = await store.db.selectFrom("delivery").select("id").execute();
  await store.close();
  return new Set(rows.map(({ id }) => id));
}

const idsIn = (lines: readonly string[]) => lines.filter((line) => line.startsWith("kept ")).map((line) => line.slice(5));

it("loses no acknowledged row when the bot is killed; its server is adopted by the next one", async () => {
  const folder = await newFolder();
  const kept: string[] = [];
  let server: number | undefined;
  for (let round = 0; round < 5; round++) {
    const bot = runChild(BOT, folder, `round${round}`);
    await bot.heard(new RegExp(`^kept round${round}-${10 + 17 * round}$`));
    await bot.kill("SIGKILL");
    kept.push(...idsIn(bot.all));
    server ??= await pidOf(folder);
    expect(await pidOf(folder)).toBe(server);
  }
  const there = await deliveriesIn(folder);
  expect(kept.filter((id) => !there.has(id))).toEqual([]);
  expect(kept.length).toBeGreaterThan(100);
});

it("loses no acknowledged row when all of the server is killed: the bot starts it anew, and goes on", async () => {
  const folder = await newFolder();
  const bot = runChild(BOT, folder, "a");
  for (let round = 0; round < 5; round++) {
    for (let more = 0; more < 20 + 7 * round; more++) await bot.heard(/^kept/);
    for (const pid of await processesOf(folder)) process.kill(pid, "SIGKILL");
    const before = bot.all.length;
    await vi.waitFor(() => expect(bot.all.length).toBeGreaterThan(before + 20), { timeout: 60_000, interval: 20 });
  }
  await bot.kill("SIGKILL");
  const [there, kept] = [await deliveriesIn(folder), idsIn(bot.all)];
  expect(kept.filter((id) => !there.has(id))).toEqual([]);
  expect(kept.length).toBeGreaterThan(100);
});

it("starts after a crash of the machine that left the lock file of a server whose number is another program's now", async () => {
  const folder = await newFolder();
  await startEmbedded(folder, silent);
  const lock = join(folder, "postgres/postmaster.pid");
  const text = await readFile(lock, "utf8");
  for (const pid of await processesOf(folder)) process.kill(pid, "SIGKILL");
  await vi.waitFor(async () => expect(await processesOf(folder)).toEqual([]), 15_000);
  await writeFile(lock, text.replace(/^\d+/, String(process.ppid)));
  expect((await startEmbedded(folder, silent)).how).toBe("started");
});

it("waits for a server that is stopping, and starts it anew", async () => {
  const folder = await newFolder();
  await startEmbedded(folder, silent);
  for (let round = 0; round < 3; round++) {
    process.kill(await pidOf(folder), "SIGINT");
    await pause(round * 15);
    const store = await openStore({ folder, log: silent });
    expect((await sql`select 1 as one`.execute(store.db)).rows).toEqual([{ one: 1 }]);
    await store.copies.close();
    await store.wake.close();
    await store.db.destroy();
  }
});

it("leaves a half-made server behind for nobody: a start that is killed in the middle is begun anew", async () => {
  const folder = await newFolder();
  const starter = runChild(
    `const { startEmbedded } = await store("embedded/start.ts"); console.log("begins"); await startEmbedded(args[0], silent);`,
    folder,
  );
  await starter.heard(/begins/);
  await vi.waitFor(async () => expect((await readdir(folder)).some((name) => name.startsWith("postgres.new-"))).toBe(true), {
    timeout: 20_000,
    interval: 5,
  });
  await starter.kill("SIGKILL");
  const store = await openStore({ folder, log: silent });
  expect((await sql`select count(*) from incident`.execute(store.db)).rows).toEqual([{ count: 0 }]);
  await store.close();
});
