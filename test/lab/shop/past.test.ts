import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openJournal } from "../../../lab/shop/journal.ts";
import { newMeter } from "../../../lab/shop/meter.ts";
import { writePast } from "../../../lab/shop/past/past.ts";
import { readMetrics } from "../../../src/evidence/metrics.ts";
import { gunicornJournal } from "../../../src/evidence/parse/app/gunicorn-journal.ts";
import { caddyAccess } from "../../../src/evidence/parse/web/caddy-access.ts";
import { incidentStart } from "../../../src/evidence/parse/web/incident-start.ts";
import { readRequests } from "../../../src/evidence/parse/web/requests.ts";
import type { Facts } from "../../../src/runbook/facts.ts";
import { windowOf } from "../../../src/incident/window.ts";

const pids = { proxy: 700, arbiter: 800, workers: [811, 812, 813] };
const minute = Date.parse("2026-03-01T10:00:00Z");

it("tells the founding incident's first minutes, at whatever second of a minute the shop starts", async () => {
  for (const second of [1, 28, 57]) {
    const { access, gunicorn, metrics } = await pastAt("choking", new Date(minute + second * 1000));
    expect(access["slowest502S"]).toBeGreaterThan(31);
    expect(access["slowest502S"]).toBeLessThan(33);
    expect(access["status502"]).toBeGreaterThan(8);
    expect(gunicorn).toMatchObject({ workersLostWithoutTimeout: 0, workersKilledUnclear: 0, timeoutToKillS: 1 });
    expect(gunicorn["workerTimeouts"]).toBe(access["status502"]);
    // From 16 on the queue alone says that the disk is the bottleneck; a host without python3 has no other witness.
    expect(metrics["diskQueue"]).toBeGreaterThanOrEqual(16);
    expect(metrics["diskQueueBaseline"]).toBeLessThan(0.9);
    expect(metrics["diskQueueNow"]).toBeGreaterThan(25);
  }
});

it("tells of twenty-five minutes of ordinary service, and of nothing else, where the shop is well", async () => {
  const { access, gunicorn, metrics, text } = await pastAt("calm", new Date(minute));
  expect(access).toMatchObject({ failures: 0, slowEndpoints: 0, steadySlow: false, historyFailures: 0 });
  expect(gunicorn).toMatchObject({ workerTimeouts: 0, workersBooted: 0 });
  expect(metrics["diskQueue"]).toBeLessThan(0.9);
  const requests = text.trimEnd().split("\n").length;
  expect(requests / (25 * 60)).toBeGreaterThan(2.5);
  expect(requests / (25 * 60)).toBeLessThan(3.5);
});

it("leaves the workers that live now as the last that booted, each once", async () => {
  const { journal } = await pastAt("choking", new Date(minute));
  for (const pid of pids.workers) expect(journal.match(new RegExp(`Booting worker with pid: ${pid}$`, "gm"))).toHaveLength(1);
  for (const pid of pids.workers) expect(journal).not.toContain(`TIMEOUT (pid:${pid})`);
});

it("is the same every time", async () => {
  const [one, other] = [await pastAt("choking", new Date(minute)), await pastAt("choking", new Date(minute))];
  expect(one).toEqual(other);
});

type Past = { access: Facts; gunicorn: Facts; metrics: Facts; text: string; journal: string };

/** Writes a past that ends at `now` and reads it as the product would. */
async function pastAt(story: "choking" | "calm", now: Date): Promise<Past> {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-past-"));
  try {
    const [meter, journal, accessLog] = [newMeter(), openJournal(join(dir, "journal")), join(dir, "access.log")];
    await writePast({ now, story, meter, journal, accessLog, pids, address: "127.0.0.1:8000" });
    await journal.stop();
    const [text, printed] = await Promise.all([readFile(accessLog, "utf8"), readFile(join(dir, "journal/gunicorn.log"), "utf8")]);
    const began = incidentStart(readRequests(text, { at: now, timezone: "UTC" })?.requests ?? [], now);
    const window = windowOf(now, began && { at: began, basis: "access-log" });
    const reading = { at: now, timezone: "UTC", window, names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 } };
    const asked = { namespace: "lightsail-database", name: "DiskQueueDepth", periodS: 60, from: new Date(0), to: now };
    const metricData = meter.points(asked).map(({ at, ...point }) => ({ ...point, timestamp: new Date(at).toISOString() }));
    const series = new Map([["lightsail-database.DiskQueueDepth", JSON.stringify({ metricName: "DiskQueueDepth", metricData })]]);
    return {
      access: caddyAccess.parse(text, reading)?.facts ?? {},
      gunicorn: gunicornJournal.parse(printed, reading)?.facts ?? {},
      metrics: readMetrics(series, reading).facts,
      text,
      journal: printed,
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}
