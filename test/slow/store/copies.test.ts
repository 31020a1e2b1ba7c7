import { sql } from "kysely";
import { expect, it, vi } from "vitest";
import { runChild } from "../../store/child.ts";
import { copyOn, freshStore } from "../../store/fresh-store.ts";

/** A copy in a process of its own that tells when it is on duty. */
const COPY = `const { openStore } = await store("open.ts");
  const { copies } = await openStore({ url: args[0], folder: "", log: silent });
  console.log("id " + copies.id);
  copies.onDuty(async (signal) => {
    console.log("on duty");
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  });`;

/** Work that tells when it begins and ends, and ends when it is told to. */
function work(told: string[], name: string): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    told.push(`${name} begins`);
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    told.push(`${name} ends`);
  };
}

/** Until it is so: duty changes hands within seconds. */
const soon = async (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

/** Ends the connections that hold locks, as a server that fails over does. */
const CUT = sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;

/** The server's process of the connection that holds locks. */
const HOLDER = sql<{
  pid: number;
}>`select distinct pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;

it("gives the duty to one copy, and to another when that one is killed", async () => {
  const { url, copies } = await freshStore();
  const child = runChild(COPY, url);
  const id = (await child.heard(/^id/)).slice(3);
  await child.heard(/^on duty/);
  const told: string[] = [];
  copies.onDuty(work(told, "here"));
  expect(await copies.isAlive(id)).toBe(true);
  expect(told).toEqual([]);
  await child.kill("SIGKILL");
  await soon(() => expect(told).toEqual(["here begins"]));
  expect(await copies.isAlive(id)).toBe(false);
});

it("gives the duty away when its work has ended, not before", async () => {
  const [a, told] = [await freshStore(), [] as string[]];
  const b = await copyOn(a.url);
  const { stop } = a.copies.onDuty(work(told, "a"));
  await soon(() => expect(told).toEqual(["a begins"]));
  b.copies.onDuty(work(told, "b"));
  await stop();
  await soon(() => expect(told).toEqual(["a begins", "a ends", "b begins"]));
  await b.copies.close();
  expect(told.at(-1)).toBe("b ends");
});

it("is off duty at once when its connection is lost, and comes back as another copy", async () => {
  const { db, copies } = await freshStore();
  const told: string[] = [];
  copies.onDuty(work(told, "here"));
  await soon(() => expect(told).toEqual(["here begins"]));
  const { id, lost } = copies;
  await CUT.execute(db);
  await soon(() => expect(told).toEqual(["here begins", "here ends", "here begins"]));
  expect(lost.aborted).toBe(true);
  expect(copies.id).not.toBe(id);
  expect(copies.lost.aborted).toBe(false);
  expect([await copies.isAlive(id), await copies.isAlive(copies.id)]).toEqual([false, true]);
});

it("is off duty within seconds when its connection stands and nobody answers, before another can be on duty", async () => {
  const { db, copies } = await freshStore();
  const told: string[] = [];
  copies.onDuty(work(told, "here"));
  await soon(() => expect(told).toEqual(["here begins"]));
  const { id, lost } = copies;
  const { rows } = await HOLDER.execute(db);
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  try {
    await soon(() => expect(told).toEqual(["here begins", "here ends"]));
    expect(lost.aborted).toBe(true);
    await soon(() => expect(copies.id).not.toBe(id));
    expect(told).toEqual(["here begins", "here ends"]);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await soon(() => expect(told).toEqual(["here begins", "here ends", "here begins"]));
});

it("begins work anew that failed while on duty", async () => {
  const { copies } = await freshStore();
  let times = 0;
  copies.onDuty(async () => {
    if (++times === 1) throw new Error("the first time it fails");
  });
  await soon(() => expect(times).toBe(2));
});

it("counts a copy that has left as dead, and one that never was", async () => {
  const a = await freshStore();
  const b = await copyOn(a.url);
  const { id } = b.copies;
  expect(await a.copies.isAlive(id)).toBe(true);
  await b.close();
  expect(b.copies.lost.aborted).toBe(true);
  await soon(async () => expect(await a.copies.isAlive(id)).toBe(false));
  expect(await a.copies.isAlive("' or true --")).toBe(false);
});
