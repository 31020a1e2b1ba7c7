import { inWindow } from "../../../incident/window.ts";
import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { type JournalLine, journalLines, textLines } from "../text/journal.ts";
import { stampOf } from "../text/stamps.ts";
import { unitEventOf } from "./unit-events.ts";

const STATES = ["active", "activating", "reloading", "deactivating", "inactive", "failed", "not-found", "unknown"] as const;

const FACTS = {
  state: { kind: "text", values: STATES, doc: "systemd's ActiveState; not-found where the unit does not exist" },
  subState: { kind: "text", doc: "systemd's SubState: running, dead, auto-restart, …" },
  result: { kind: "text", doc: "why the last run ended: success, exit-code, signal, oom-kill, timeout, core-dump, start-limit-hit, …" },
  running: { kind: "flag", doc: "active and running" },
  stopped: { kind: "flag", doc: "inactive or failed" },
  failedExit: { kind: "flag", doc: "the last run ended with a status other than 0, and the unit is not running" },
  oomKilled: { kind: "flag", doc: "the unit's result is oom-kill, or its newest lines in the window report an OOM kill" },
  exitStatus: { kind: "number", doc: "exit status of the last main process, where it has exited" },
  killedBySignal: { kind: "flag", doc: "the last main process was ended by a signal, and the unit is not running" },
  restarts: { kind: "count", doc: "systemd's restart counter: NRestarts, or the newest one printed in the window" },
  autoRestarting: { kind: "flag", doc: "waiting to be restarted, or a restart was scheduled in the window" },
  sinceMs: { kind: "time", doc: "since when the unit is in its state" },
  tasks: { kind: "number", doc: "processes and threads in the unit" },
  memoryBytes: { kind: "number", unit: "bytes", doc: "memory of the unit's cgroup" },
  bootError: { kind: "flag", doc: "its newest lines in the window show that a worker could not load the application" },
  notFound: { kind: "flag", doc: "there is no such unit" },
} as const satisfies FactSpecs;

/** `systemctl status UNIT`, `systemctl show UNIT` or `systemctl is-active UNIT`. The state is that of now; lines of the journal count inside the window only. */
export const unitStatus: Parser = { facts: FACTS, parse };

/** What the forms of output have in common; everything that was not printed is missing. */
type Unit = {
  state?: string;
  sub?: string;
  result?: string;
  main?: Exit | undefined;
  restarts?: number;
  since?: string;
  tasks?: number;
  memory?: number;
};
type Exit = { by: "exit" | "signal"; status?: number };

function parse(text: string, reading: Reading): Parsed | undefined {
  const lines = textLines(text).slice(0, 5_000);
  if (lines.some((line) => /^Unit \S{1,255} could not be found\.|^\s+Loaded: not-found\b|^LoadState=not-found$/.test(line))) {
    return { facts: { state: "not-found", running: false, stopped: false, notFound: true }, whole: endsWhole(text) };
  }
  const word = lines.length === 1 ? lines[0]?.trim() : undefined;
  const shown = lines.some((line) => /^(?:ActiveState|SubState|Result|NRestarts|ExecMainStatus)=/.test(line));
  const unit = shown ? shownUnit(lines) : word !== undefined && isState(word) ? { state: word } : printedUnit(lines);
  if (Object.keys(unit).length === 0) return undefined;
  const blank = lines.findIndex((line, index) => index > 2 && line === "");
  const tail = shown || blank < 0 ? [] : journalLines(lines.slice(blank).join("\n"), reading);
  const whole = endsWhole(text) && unit.state !== undefined;
  return { facts: { ...unitFacts(unit, reading), ...tailFacts(unit, tail, reading) }, whole };
}

function isState(word: string): boolean {
  return STATES.some((state) => state === word);
}

/** Lines such as `     Active: failed (Result: exit-code) since …; 15s ago`. */
function printedUnit(lines: readonly string[]): Unit {
  const unit: Unit = {};
  for (const line of lines) {
    if (line === "" && unit.state !== undefined) break;
    const m = /^\s{1,20}(Active|Main PID|Process|Tasks|Memory): (.{1,2000})/.exec(line);
    const value = m?.[2] ?? "";
    if (m?.[1] === "Active") readActive(value, unit);
    if (m?.[1] === "Main PID") unit.main ??= exitOf(value);
    if (m?.[1] === "Process" && value.includes("ExecStart=")) unit.main ??= exitOf(value);
    if (m?.[1] === "Tasks") Object.assign(unit, number("tasks", /^(\d{1,9})/.exec(value)?.[1]));
    if (m?.[1] === "Memory") Object.assign(unit, number("memory", bytesOf(value)));
  }
  return unit;
}

function readActive(value: string, unit: Unit): void {
  const m = /^([a-z-]{3,20})(?: \(([\w-]{1,40})\))?(?: \(Result: ([\w-]{1,40})\))?/.exec(value);
  if (!m || unit.state !== undefined) return;
  const result = /\(Result: ([\w-]{1,40})\)/.exec(value)?.[1];
  unit.state = m[1] ?? "unknown";
  if (m[2] !== undefined) unit.sub = m[2];
  if (result !== undefined) unit.result = result;
  const since = / since (.{10,60})/.exec(value)?.[1];
  if (since !== undefined) unit.since = since;
}

function exitOf(value: string): Exit | undefined {
  const m = /\(code=(exited|killed|dumped), (?:status|signal)=(\d{1,3})?/.exec(value) ?? /code=(exited|killed|dumped)/.exec(value);
  if (!m) return undefined;
  if (m[1] !== "exited") return { by: "signal" };
  return m[2] === undefined ? undefined : { by: "exit", status: Number(m[2]) };
}

/** Lines such as `ActiveState=active`; a main process that ended has ExecMainCode 1 (exited), 2 (killed) or 3 (dumped). */
function shownUnit(lines: readonly string[]): Unit {
  const values = new Map<string, string>();
  for (const line of lines) {
    const equals = line.indexOf("=");
    if (equals > 0 && !values.has(line.slice(0, equals))) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const text = (key: string): string | undefined => values.get(key) || undefined;
  const [state, sub, result, code, since] = [
    text("ActiveState"),
    text("SubState"),
    text("Result"),
    text("ExecMainCode"),
    text("StateChangeTimestamp"),
  ];
  const status = Number(text("ExecMainStatus") ?? Number.NaN);
  const main: Exit | undefined =
    code === "2" || code === "3" ? { by: "signal" } : code === "1" && Number.isFinite(status) ? { by: "exit", status } : undefined;
  const memory = text("MemoryCurrent");
  return {
    ...(state !== undefined && { state }),
    ...(sub !== undefined && { sub }),
    ...(result !== undefined && { result }),
    ...(main && { main }),
    ...(since !== undefined && { since }),
    ...number("restarts", text("NRestarts")),
    ...number("tasks", text("TasksCurrent")),
    ...number("memory", memory !== undefined && memory.length < 19 ? memory : undefined),
  };
}

function number(name: string, text: string | number | undefined): Record<string, number> {
  const value = typeof text === "string" && /^\d{1,18}$/.test(text) ? Number(text) : text;
  return typeof value === "number" ? { [name]: value } : {};
}

/** `412.6M` in bytes, by systemd's powers of 1024. */
function bytesOf(text: string): number | undefined {
  const m = /^(\d{1,12}(?:\.\d{1,3})?)([BKMGTP])?/.exec(text);
  return m ? Math.round(Number(m[1]) * 1024 ** "BKMGTP".indexOf(m[2] ?? "B")) : undefined;
}

function unitFacts({ state, sub, result, main, since, tasks, memory }: Unit, { at, timezone }: Reading): Record<string, FactValue> {
  const sinceMs = since === undefined ? undefined : stampOf(since, at, timezone)?.ms;
  const known = state === undefined ? undefined : isState(state) ? state : "unknown";
  const running = known === "active" && (sub === undefined || sub === "running" || sub === "exited");
  const exited = main?.by === "exit" ? main.status : undefined;
  return {
    ...(known !== undefined && { state: known, running, stopped: known === "inactive" || known === "failed" }),
    ...(sub !== undefined && { subState: sub }),
    ...(result !== undefined && { result }),
    ...(exited !== undefined && { exitStatus: exited }),
    ...(known !== undefined && {
      failedExit: !running && (result === "exit-code" || (exited ?? 0) !== 0),
      killedBySignal: !running && (main?.by === "signal" || result === "signal" || result === "core-dump"),
      notFound: false,
    }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(tasks !== undefined && { tasks }),
    ...(memory !== undefined && { memoryBytes: memory }),
  };
}

const BOOT_ERROR =
  /Worker failed to boot|App failed to load|HaltServer|^(?:\w{1,60}\.){0,4}(?:ImportError|ModuleNotFoundError|SyntaxError|ImproperlyConfigured|AppRegistryNotReady): /;

function tailFacts({ sub, result, restarts, state }: Unit, tail: readonly JournalLine[], { window }: Reading): Record<string, FactValue> {
  const lines = tail.filter(({ ms }) => ms !== undefined && inWindow(window, ms));
  const events = lines.flatMap((line) => unitEventOf(line) ?? []).map(({ what }) => what);
  const counter = lines.map(({ message }) => /restart counter is at (\d{1,9})/.exec(message)?.[1]).findLast((seen) => seen !== undefined);
  const count = restarts ?? (counter === undefined ? undefined : Number(counter));
  return {
    ...(state !== undefined && {
      oomKilled: result === "oom-kill" || events.some((what) => what === "oom-kill" || what === "oom-result" || what === "oomd-kill"),
      autoRestarting: (sub ?? "").startsWith("auto-restart") || events.includes("restart-scheduled"),
      bootError: lines.some(({ message }) => BOOT_ERROR.test(message.replace(/^\[[^\]]{1,40}\] /, ""))),
    }),
    ...(count !== undefined && { restarts: count }),
  };
}
