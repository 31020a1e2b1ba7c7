import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NOBODY } from "../../../src/store/embedded/unprivileged.ts";
import { makeHost, type Host, type Said } from "./program.ts";
import { ask, makeShop, startServer, withoutServers, type Server } from "./servers.ts";

// Rows whose check takes a while, but only where the copy writes them: each trouble can be made while they come over.
const SHOP = `create function slow() returns boolean language plpgsql as $$ begin
    if current_setting('application_name') like 'gumshoe-copy-%' then perform pg_sleep(0.05); end if; return true; end $$;
  create table slow (n integer check (public.slow()), filling text); insert into slow select n, repeat('x', 50000) from generate_series(1, 400) n;
  create table quick (n integer); insert into quick values (1)`;

/** Kills a process; one that came to its end since it was listed is gone already. */
function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

describe.skipIf(withoutServers())("what goes wrong in the middle", () => {
  let source: Server, target: Server, host: Host;
  let id = 0;
  beforeAll(async () => {
    [source, target] = await Promise.all([startServer(), startServer()]);
    await makeShop(source);
    await ask(source, "app", "shop")(SHOP);
  }, 120_000);
  beforeEach(async () => {
    host = await makeHost(source, target);
    id++;
    await host.run("start", `t${id}`, { GUMSHOE_COPY_WORKERS: "1" });
    expect(await host.reached(`t${id}`, (said) => said["phase"] === "data" && said["table"] === "public.slow")).toMatchObject({
      state: "running",
      phase: "data",
    });
  });
  afterEach(async () => {
    await host.run("stop", `t${id}`);
    const unfenced = await host.run("unfence", `t${id}`);
    const left = leftOf(host);
    await ask(target, "rdsadmin", "postgres")("drop database if exists shop_new with (force)");
    await host.remove();
    expect(unfenced).toMatchObject({ fence: "down", code: "0" });
    await ask(source, "app", "shop")("select 1");
    expect(left).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all([source.stop(), target.stop()]);
  });
  const ended = async (): Promise<Said> => host.ended(`t${id}`);
  /** The table is told before its copy has begun at both ends: cuts it as soon as it has. */
  const cut = async (server: Server, database: string) => {
    const copies =
      "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'copy public.slow%' and pid <> pg_backend_pid()";
    await expect.poll(async () => (await ask(server, "rdsadmin", database)(copies)).length).toBeGreaterThan(0);
  };
  const unusable = { usable: "no", fence: "proven", phase: "data" };

  test("one that was stopped before it began never begins, is told as stopped, and has no fence to take down", async () => {
    const late = `late${id}`;
    expect(await host.run("stop", late)).toMatchObject({ state: "stopped", code: "0" });
    expect(await host.run("start", late)).toMatchObject({ reason: "this copy was stopped before it began", code: "75" });
    expect(await host.run("status", late)).toMatchObject({ state: "stopped", usable: "no", fence: "" });
    expect(await host.run("unfence", late)).toMatchObject({ state: "stopped", fence: "", code: "0" });
  });

  test("a cut connection to the source ends it, and names the table", async () => {
    await cut(source, "shop");
    expect(await ended()).toMatchObject({
      ...unusable,
      state: "failed",
      exit: "1",
      reason: expect.stringMatching(/^table public\.slow: the source: /) as string,
    });
  });

  test("a cut connection to the target ends it, and names the table", async () => {
    await cut(target, "shop_new");
    const reason = "table public.slow: the target: terminating connection due to administrator command";
    expect(await ended()).toMatchObject({ ...unusable, state: "failed", exit: "1", reason });
  });

  test("a psql that is killed is no end of rows", async () => {
    for (const pid of processesOf(host, "copy public.slow (n, filling) to")) killed(pid);
    expect(await ended()).toMatchObject({
      ...unusable,
      state: "failed",
      reason: expect.stringMatching(/^table public\.slow: the source: (Killed|.*137)/) as string,
    });
  });

  test("a worker that is killed with all it started is missed", async () => {
    const [, worker] = processesOf(host, "program run")
      .toSorted((a, b) => a - b)
      .map(String);
    const workers = processesOf(host, "program run").filter(
      (pid) =>
        String(pid) !==
        readFileSync(join(host.dir, "state", `copy-t${id}`, "pid"), "latin1")
          .split("-")
          .at(-2),
    );
    expect(worker).toBeDefined();
    for (const pid of workers) killed(pid);
    expect(await ended()).toMatchObject({
      usable: "no",
      phase: "data",
      state: "failed",
      reason: expect.stringContaining("killed") as string,
    });
  });

  test("a program that is killed is told as dead, and the next one cleans up what it made, and nothing else", async () => {
    const main = Number(
      readFileSync(join(host.dir, "state", `copy-t${id}`, "pid"), "latin1")
        .split("-")
        .at(-2),
    );
    process.kill(main, "SIGKILL");
    const reason = "the program was killed in phase data; the target is not usable";
    expect(await ended()).toMatchObject({ state: "died", phase: "data", exit: "137", usable: "no", reason });
    expect(await host.run("start", `t${id}`)).toMatchObject({ state: "died" });
    await ask(target, "master", "postgres")("create database precious");
    expect(await host.run("unfence", `t${id}`)).toMatchObject({ fence: "down" });
    await ask(source, "app", "shop")("drop table slow");
    await host.run("start", "next");
    expect(await host.ended("next")).toMatchObject({ state: "done", reason: "", usable: "yes" });
    expect(
      await ask(target, "master", "postgres")("select datname from pg_database where datname in ('precious', 'shop_new') order by 1"),
    ).toHaveLength(2);
    expect(await ask(target, "app", "shop_new")("select n from quick")).toEqual([{ n: 1 }]);
    await host.run("unfence", "next");
    await ask(
      source,
      "app",
      "shop",
    )(
      "create table slow (n integer check (public.slow()), filling text); insert into slow select n, repeat('x', 50000) from generate_series(1, 400) n",
    );
    await ask(target, "master", "postgres")("drop database precious");
  });

  test("a person stops it; a second copy on this host has to wait until then", async () => {
    expect(await host.run("start", "other")).toMatchObject({ reason: `another copy still runs on this host: t${id}`, code: "75" });
    expect(await host.run("unfence", `t${id}`)).toMatchObject({ reason: "the copy still runs: stop it first", code: "75" });
    expect(await host.run("stop", `t${id}`)).toMatchObject({
      ...unusable,
      state: "stopped",
      exit: "143",
      reason: "stopped on request in phase data",
    });
    expect(processesOf(host, "")).toEqual([]);
  });
});

describe.skipIf(withoutServers())("a target whose disk is full", () => {
  const full = { dir: "", mounted: false };
  beforeAll(async () => {
    full.dir = await mkdtemp(join(tmpdir(), "gs-full-"));
    await mkdir(full.dir, { recursive: true });
    full.mounted =
      spawnSync("mount", ["-t", "tmpfs", "-o", `size=60m,mode=755,uid=${NOBODY},gid=${NOBODY}`, "none", full.dir]).status === 0;
    if (!full.mounted) console.warn("SKIPPED: a full disk is not tested: this machine may not mount a tmpfs");
  });
  afterAll(async () => {
    if (full.mounted) spawnSync("umount", [full.dir]);
    await rm(full.dir, { recursive: true, force: true });
  });

  test("is told as such, with the table, and a rehearsal's database is dropped", async (context) => {
    if (!full.mounted) context.skip();
    const [source, target] = await Promise.all([startServer(), startServer({ base: full.dir })]);
    const host = await makeHost(source, target);
    try {
      await makeShop(source);
      await ask(source, "app", "shop")("create table big as select n, repeat('x', 500) as filling from generate_series(1, 120000) n");
      await host.run("start", "room", { GUMSHOE_TARGET_FREE_BYTES: "40000000" });
      expect(await host.ended("room")).toMatchObject({
        state: "refused",
        exit: "3",
        reason: expect.stringMatching(/^the target has 40000000 bytes free; the source has \d+/) as string,
      });
      await host.run("start", "full", { GUMSHOE_COPY_MODE: "rehearse" });
      const reason = expect.stringMatching(/^table public\.big: the target: could not extend file ".*": No space left on device/) as string;
      expect(await host.ended("full")).toMatchObject({ state: "failed", exit: "1", usable: "no", fence: "", reason });
      expect(await ask(target, "master", "postgres")("select 1 from pg_database where datname = 'shop_new'")).toEqual([]);
    } finally {
      await Promise.all([source.stop(), target.stop(), host.remove()]);
    }
  });
});

/** The processes of this host's runs whose command line has a text in it. */
function processesOf(host: Host, text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, "latin1").includes(`GUMSHOE_COPY_RUN=${join(host.dir, "state")}`) &&
          readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").includes(text)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** What a run that has ended may not leave: processes, and its folder in memory. */
function leftOf(host: Host): string[] {
  const folders = readdirSync(join(host.dir, "state")).flatMap((run) => {
    try {
      return [
        readFileSync(join(host.dir, "state", run, "mem"), "latin1")
          .trim()
          .replace("/dev/shm/", ""),
      ];
    } catch {
      return [];
    }
  });
  return [...processesOf(host, "").map(String), ...readdirSync("/dev/shm").filter((name) => folders.includes(name))];
}
