import { writeFile } from "node:fs/promises";
import { accessLine, errorLine } from "../app/access-line.ts";
import { gunicornLines } from "../app/gunicorn-lines.ts";
import type { Journal } from "../journal.ts";
import type { Meter } from "../meter.ts";
import { measureThen } from "./measured-then.ts";
import { requestsThen, type WorkerMoment } from "./requests-then.ts";

/** What the past is written into, whose it was (the processes that live now), and what it tells. */
export type PastOf = {
  now: Date;
  story: "choking" | "calm";
  meter: Meter;
  journal: Journal;
  accessLog: string;
  pids: { proxy: number; arbiter: number; workers: readonly number[] };
  address: string;
};

/** How far back the metrics and the access log reach, and how long ago the disk choked. */
const REACH_MS = { metrics: 3 * 3_600_000, accessLog: 25 * 60_000, choked: 285_000 };

/** Since when the units run: before anything that a diagnosis looks at. */
const UP_MS = 18 * 86_400_000;

/** When the host and its units were started. */
export function bootedAt(now: Date): Date {
  return new Date(now.getTime() - UP_MS);
}

/**
 * Writes the past of a shop that starts now, through the writers of the living one: metrics, requests, the journals. Returns how many requests
 * there were.
 */
export async function writePast(past: PastOf): Promise<{ sent: number }> {
  const { now, story, meter, journal, accessLog, pids, address } = past;
  const to = now.getTime();
  const chokedAt = story === "choking" ? to - REACH_MS.choked : Infinity;
  measureThen(meter, { from: to - REACH_MS.metrics, to, chokedAt });
  const { served, moments, sent } = requestsThen({ from: to - REACH_MS.accessLog, to, chokedAt });
  await writeFile(accessLog, served.map((one) => `${accessLine(one)}\n`).join(""));
  const caddy = { unit: "caddy", ident: "caddy", pid: pids.proxy };
  const lives = livesOf(moments, pids);
  writeBoot(
    journal,
    bootedAt(now),
    pids,
    address,
    lives.map(([first = 0]) => first),
  );
  for (const one of served) if (one.status === 502) journal.write({ ...caddy, at: one.at, text: errorLine(one, "EOF") });
  writeWorkers(journal, moments, pids.arbiter, lives);
  return { sent };
}

/** The workers that followed each other in each place; the newest is the one that lives now. */
function livesOf(moments: readonly WorkerMoment[], { arbiter, workers }: PastOf["pids"]): number[][] {
  return workers.map((now, slot) => {
    const gone = moments.filter(({ what, slot: at }) => what === "killed" && at === slot).length;
    return [...Array.from({ length: gone }, (_, nth) => arbiter + 1_000 + nth * workers.length + slot), now];
  });
}

/** The start of the units and of their first workers. */
function writeBoot(journal: Journal, at: Date, { proxy, arbiter }: PastOf["pids"], address: string, workers: readonly number[]): void {
  const started = (unit: string, what: string) =>
    journal.write({ at, unit, ident: "systemd", pid: 1, text: `Started ${unit}.service - ${what}.` });
  started("caddy", "Caddy");
  journal.write({
    at,
    unit: "caddy",
    ident: "caddy",
    pid: proxy,
    text: JSON.stringify({ level: "info", ts: at.getTime() / 1000, msg: "serving initial configuration" }),
  });
  started("gunicorn", "gunicorn daemon");
  const say = (pid: number, text: string) => journal.write({ at, unit: "gunicorn", ident: "gunicorn", pid, text });
  say(arbiter, gunicornLines.starting(arbiter, at));
  say(arbiter, gunicornLines.listening(arbiter, at, address));
  say(arbiter, gunicornLines.usingWorker(arbiter, at));
  for (const worker of workers) say(worker, gunicornLines.booting(worker, at));
}

/** The workers' time-outs, deaths and births. */
function writeWorkers(journal: Journal, moments: readonly WorkerMoment[], arbiter: number, lives: readonly (readonly number[])[]): void {
  const died = lives.map(() => 0);
  for (const { what, at, slot } of moments.toSorted((a, b) => a.at - b.at)) {
    if (what === "booted") died[slot] = (died[slot] ?? 0) + 1;
    const [time, worker] = [new Date(Math.round(at)), lives[slot]?.[died[slot] ?? 0] ?? 0];
    const pid = what === "booted" ? worker : arbiter;
    const lines = {
      timeout: gunicornLines.timeout(pid, time, worker),
      killed: gunicornLines.killed(pid, time, worker),
      booted: gunicornLines.booting(pid, time),
    };
    journal.write({ at: time, unit: "gunicorn", ident: "gunicorn", pid, text: lines[what] });
  }
}
