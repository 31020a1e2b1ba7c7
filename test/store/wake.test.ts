import { sql } from "kysely";
import { expect, it, vi } from "vitest";
import { copyOn, freshStore } from "./fresh-store.ts";

const soon = async (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

it("wakes whoever listens for a topic, in every copy", async () => {
  const a = await freshStore();
  const b = await copyOn(a.url);
  const heard: string[] = [];
  a.wake.on("outbox", () => heard.push("a"));
  b.wake.on("outbox", () => heard.push("b"));
  await a.wake.ring("outbox");
  await soon(() => expect(new Set(heard)).toEqual(new Set(["a", "b"])));
});

it("is heard when the transaction that rang commits", async () => {
  const { db, wake } = await freshStore();
  const { promise, resolve } = Promise.withResolvers<void>();
  wake.on("incident", resolve);
  await db.transaction().execute(async (within) => sql`select pg_notify('gumshoe', 'incident')`.execute(within));
  await promise;
});

it("rings without being asked, in case a notice was lost; and again after its connection was", async () => {
  const { db, wake } = await freshStore();
  let times = 0;
  const off = wake.on("diagnosis", () => times++);
  await soon(() => expect(times).toBeGreaterThan(1));
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen gumshoe' and datname = current_database()`.execute(
    db,
  );
  const listening = async () => {
    const { rows } = await sql<{ there: boolean }>`select exists(select from pg_stat_activity
      where query = 'listen gumshoe' and datname = current_database()) as there`.execute(db);
    expect(rows[0]?.there).toBe(true);
  };
  await vi.waitFor(listening, { timeout: 15_000, interval: 50 });
  off();
  const before = times;
  await wake.ring("diagnosis");
  expect(times).toBe(before);
});
