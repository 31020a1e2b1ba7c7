import { sql } from "kysely";
import { expect, it, onTestFinished, vi } from "vitest";
import { ringer } from "../../src/store/database/ring.ts";
import { openWake, type Wake } from "../../src/store/wake.ts";
import { freshDatabase, silent } from "./fresh-store.ts";

/** So long that nothing is heard but what was rung. */
const NEVER_MS = 3_600_000;

async function wakeAt(url: string, anywayMs?: number): Promise<Wake> {
  const wake = await openWake({ url, log: silent, revive: async () => {} }, anywayMs);
  onTestFinished(wake.close);
  return wake;
}

/** The next time that there may be something new of a topic. */
async function heard({ on }: Wake, topic: Parameters<Wake["on"]>[0]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const off = on(topic, resolve);
  await promise;
  off();
}

it("wakes whoever listens for a topic, in every copy, and nobody who does not any more", async () => {
  const { url, db } = await freshDatabase();
  const [a, b] = [await wakeAt(url, NEVER_MS), await wakeAt(url, NEVER_MS)];
  let others = 0;
  a.on("incident", () => others++);
  a.on("outbox", () => others++)();
  const both = Promise.all([heard(a, "outbox"), heard(b, "outbox")]);
  ringer(db)("outbox");
  await both;
  expect(others).toBe(0);
});

it("wakes once more when its connection was lost and stands again, since something may have been rung meanwhile", async () => {
  const { url, db } = await freshDatabase();
  const wake = await wakeAt(url, NEVER_MS);
  const again = heard(wake, "diagnosis");
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen gumshoe' and datname = current_database()`.execute(
    db,
  );
  await again;
  const rung = heard(wake, "diagnosis");
  ringer(db)("diagnosis");
  await rung;
});

it("wakes without being rung, in case a notice was lost", async () => {
  const { url } = await freshDatabase();
  const wake = await wakeAt(url, 20);
  const woken = vi.fn<() => void>();
  wake.on("outbox", woken);
  await vi.waitFor(() => expect(woken.mock.calls.length).toBeGreaterThan(1), 15_000);
});
