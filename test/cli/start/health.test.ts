import { expect, test } from "vitest";
import { healthOf, standingHealth, type Asked } from "../../../src/cli/start/health.ts";
import type { QueueState } from "../../../src/aws/alarms/queue/poll-queue.ts";

const since = new Date("2026-11-26T02:41:00Z");
const copies = { id: "c0ffee" } as Asked["open"]["copies"];

const asked = (changes: Partial<Asked> = {}, queue: Partial<QueueState> = {}): Asked => ({
  parts: { outbox: { pending: async () => 2 }, refusals: { of: async () => [] } },
  runner: { running: () => 0 },
  app: { state: () => ({ connected: 2, of: 2 }) },
  taken: { state: () => ({ queues: [{ url: "https://sqs/1/alarms", ...queue }] }), stop: async () => {} },
  onDuty: true,
  stopping: false,
  open: { copies },
  ...changes,
});

test("it is well while people reach it and what it hears is written down", async () => {
  expect(await healthOf(asked())).toMatchObject({ ok: true, store: { ok: true }, outbox: 2, copy: { id: "c0ffee", onDuty: true } });
});

test("it is not well while no connection to Slack stands", async () => {
  expect(await healthOf(asked({ app: { state: () => ({ connected: 0, of: 2, downSince: since }) } }))).toMatchObject({ ok: false });
});

test("it is not well while the store cannot be read, and says why", async () => {
  const pending = async () => Promise.reject(new Error("connect ECONNREFUSED"));
  const health = await healthOf(asked({ parts: { outbox: { pending }, refusals: { of: async () => [] } } }));
  expect(health).toMatchObject({ ok: false, store: { ok: false, because: "connect ECONNREFUSED" } });
});

test("it is not well while messages in hand cannot be stored, although the store can be read: its disk may be full", async () => {
  const health = await healthOf(asked({}, { holding: { messages: 10, since } }));
  expect(health).toMatchObject({ ok: false, store: { ok: false, because: "nothing can be stored since 2026-11-26T02:41:00.000Z" } });
  expect(standingHealth(health)).toContainEqual({ part: "store", ill: "nothing can be stored since 2026-11-26T02:41:00.000Z" });
});
