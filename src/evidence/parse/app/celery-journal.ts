import { inWindow } from "../../../incident/window.ts";
import type { FactSpec, FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { journalClosed, journalLines, type JournalLine } from "../text/journal.ts";
import { medianOf } from "../text/figures.ts";
import { stampOf } from "../text/stamps.ts";
import { unitEventOf } from "./unit-events.ts";
import { reason } from "../../../words/because.ts";

const count = (doc: string): FactSpec => ({ kind: "count", doc });

const FACTS = {
  entries: count("journal lines inside the window"),
  received: count("tasks that the worker took from the broker"),
  succeeded: count("tasks that ended well"),
  failed: count("tasks that ended with an exception, a time limit or the loss of their process"),
  retried: count("tasks put back for a retry"),
  completionPerS: {
    kind: "number",
    unit: "per-second",
    doc: "tasks that ended, by the time between the first and the last of them; needs three",
  },
  medianTaskS: { kind: "number", unit: "s", doc: "median run time of the tasks that ended well" },
  workerReady: count("workers that reported ready"),
  workerLost: count("pool processes that died (WorkerLostError, exited with a signal)"),
  warmShutdowns: count("shutdowns asked for (warm or cold)"),
  restartsScheduled: count("restarts that systemd scheduled"),
  connectionErrors: count("lost or refused connections to the broker"),
  restoredUnacked: count("messages taken back as unacknowledged"),
  concurrency: { kind: "number", doc: "pool size as the banner printed it, also from before the window" },
  lastSucceededAtMs: { kind: "time", doc: "the newest task that ended well, also before the window" },
  firstEntryAtMs: { kind: "time", doc: "the oldest line read, also before the window" },
  lastEntryAtMs: { kind: "time", doc: "the newest line read" },
} as const satisfies FactSpecs;

/** `journalctl -u` of a Celery worker (4 and 5): what it took, finished and lost. Only what happened inside the window counts. */
export const celeryJournal: Parser = { facts: FACTS, parse };

type Task = { what: "received" | "succeeded" | "failed" | "retried"; ms?: number; runS?: number };

function parse(text: string, reading: Reading): Parsed | undefined {
  const cut = !endsWhole(text);
  const all = journalLines(text, reading);
  if (all.length === 0 && journalClosed(text)) return undefined;
  const known =
    all.some(({ ms, ident }) => ms !== undefined || ident !== undefined) ||
    /celery|ForkPoolWorker|MainProcess|unacknowledged/.test(text.slice(0, 100_000));
  if (!known && all.length > 0) return undefined;
  const read = cut ? all.slice(0, -1) : all;
  const timed = all.some(({ ms }) => ms !== undefined);
  const inside = ({ ms }: { ms?: number }): boolean => (ms === undefined ? !timed : inWindow(reading.window, ms));
  const tasks = read.flatMap((line) => taskOf(line, reading) ?? []);
  const times = all.flatMap(({ ms }) => ms ?? []);
  const [first, last] = [times[0], times.at(-1)];
  const facts = {
    entries: all.filter(inside).length,
    ...taskFacts(tasks.filter(inside), tasks),
    ...workerFacts(read.filter(inside), read),
    ...(first !== undefined && last !== undefined && { firstEntryAtMs: first, lastEntryAtMs: last }),
  };
  return { facts, whole: !cut, ...(cut && { because: reason("journalCut") }) };
}

const TASK =
  /^(?:\[[^\]\n]{1,80}\] )?(?:Task [\w.:-]{1,300}\[[\w-]{1,64}\] (received|succeeded in ([\d.]{1,20})s|raised|retry:)|(Received task): |Task handler raised error: |(?:Hard|Soft) time limit \()/;

function taskOf(line: JournalLine, { at, timezone }: Reading): Task | undefined {
  const { message } = line;
  const m = TASK.exec(message);
  if (!m) return undefined;
  const own = message.startsWith("[") ? stampOf(message, at, timezone)?.ms : undefined;
  const ms = line.ms === undefined ? undefined : own !== undefined && Math.abs(own - line.ms) < 2_000 ? own : line.ms;
  const time = ms !== undefined && { ms };
  if (m[3] !== undefined || m[1] === "received") return { what: "received", ...time };
  if (m[2] !== undefined) return { what: "succeeded", runS: Number(m[2]), ...time };
  if (m[1] === "retry:") return { what: "retried", ...time };
  return m[0].includes("Soft time limit") ? undefined : { what: "failed", ...time };
}

function taskFacts(tasks: readonly Task[], all: readonly Task[]): Record<string, FactValue> {
  const of = (what: Task["what"]): Task[] => tasks.filter((task) => task.what === what);
  const ended = [...of("succeeded"), ...of("failed")].flatMap(({ ms }) => ms ?? []).toSorted((a, b) => a - b);
  const spanS = ((ended.at(-1) ?? 0) - (ended[0] ?? 0)) / 1000;
  const runS = medianOf(of("succeeded").flatMap((task) => task.runS ?? []));
  const last = all.findLast((task) => task.what === "succeeded")?.ms;
  return {
    received: of("received").length,
    succeeded: of("succeeded").length,
    failed: of("failed").length,
    retried: of("retried").length,
    ...(ended.length >= 3 && spanS > 0 && { completionPerS: (ended.length - 1) / spanS }),
    ...(runS !== undefined && { medianTaskS: runS }),
    ...(last !== undefined && { lastSucceededAtMs: last }),
  };
}

const LOST = /Process '[\w-]{1,60}' pid:\d{1,10} exited with '/;
const LOST_WITH_TASK = /^(?:\[[^\]\n]{1,80}\] )?Task handler raised error: "?WorkerLostError/;
const DISCONNECTED = /Connection to broker lost|Cannot connect to (?:redis|rediss|amqp|amqps|sentinel|sqs|transport)|consumer: Connection/;

function workerFacts(lines: readonly JournalLine[], all: readonly JournalLine[]): Record<string, FactValue> {
  const own = lines
    .map(({ message }) => message.slice(0, 2_000))
    .filter((message) => !/Task [\w.:-]{1,300}\[[\w-]{1,64}\] (?:received|succeeded)/.test(message));
  const seen = (words: RegExp): number => own.filter((message) => words.test(message)).length;
  const restored = own.map((message) => Number(/Restoring (\d{1,9}) unacknowledged/.exec(message)?.[1] ?? 0));
  const concurrency = all.map(({ message }) => /concurrency: (\d{1,5})\b/.exec(message)?.[1]).findLast((size) => size !== undefined);
  return {
    workerReady: seen(/\S{1,300} ready\.$/),
    workerLost: Math.max(seen(LOST), seen(LOST_WITH_TASK)),
    warmShutdowns: seen(/worker: (?:Warm|Cold) shutdown/),
    restartsScheduled: lines.filter((line) => unitEventOf(line)?.what === "restart-scheduled").length,
    connectionErrors: seen(DISCONNECTED),
    restoredUnacked: restored.reduce((a, b) => a + b, 0),
    ...(concurrency !== undefined && { concurrency: Number(concurrency) }),
  };
}
