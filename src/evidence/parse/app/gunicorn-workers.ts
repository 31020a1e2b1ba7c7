import type { JournalLine } from "../text/journal.ts";
import { ACCESS_LINE } from "./tracebacks.ts";

/** What gunicorn's arbiter and workers log about themselves; `of` is the worker that a line speaks of. */
export type WorkerEvent = {
  what:
    | "timeout"
    | "killed"
    | "aborted"
    | "crashed"
    | "ended"
    | "exited"
    | "booted"
    | "boot-failed"
    | "started"
    | "stop-signal"
    | "reload"
    | "shut-down"
    | "worker-class"
    | "port-in-use"
    | "port-given-up";
  of?: number;
  by?: number;
  code?: number;
  text?: string;
  line: JournalLine;
};

type Reader = (m: RegExpExecArray) => Omit<WorkerEvent, "line">;

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/WORKER TIMEOUT \(pid: ?(\d{1,10})\)/, (m) => ({ what: "timeout", of: Number(m[1]) })],
  [/Worker with pid (\d{1,10}) was terminated due to signal (\d{1,2})/, (m) => ({ what: lossBy(m[2]), of: Number(m[1]) })],
  [/Worker \(pid: ?(\d{1,10})\) was sent (SIG[A-Z]{2,6})!/, (m) => ({ what: lossBy(m[2]), of: Number(m[1]) })],
  [/Worker \(pid: ?(\d{1,10})\) exited with code (\d{1,3})/, (m) => ({ what: "exited", of: Number(m[1]), code: Number(m[2]) })],
  [/Booting worker with pid: ?(\d{1,10})/, (m) => ({ what: "booted", of: Number(m[1]) })],
  [/Worker failed to boot|App failed to load|HaltServer\b/, () => ({ what: "boot-failed" })],
  [/Starting gunicorn (\S{1,40})/, (m) => ({ what: "started", text: m[1] ?? "" })],
  [/Using worker: (\S{1,80})/, (m) => ({ what: "worker-class", text: m[1] ?? "" })],
  [/Handling signal: (?:term|int|quit)\b/, () => ({ what: "stop-signal" })],
  [/Handling signal: hup\b/, () => ({ what: "reload" })],
  [/Shutting down: Master/, () => ({ what: "shut-down" })],
  [/Connection in use: /, () => ({ what: "port-in-use" })],
  [/Can't connect to \(|Can't connect to [\w.[\]:/-]{2,200}$/, () => ({ what: "port-given-up" })],
];

function lossBy(signal: string | undefined): WorkerEvent["what"] {
  if (signal === "9" || signal === "SIGKILL") return "killed";
  if (signal === "6" || signal === "SIGABRT") return "aborted";
  return /^(?:4|7|8|11|SIGILL|SIGBUS|SIGFPE|SIGSEGV)$/.test(signal ?? "") ? "crashed" : "ended";
}

/** The events in gunicorn's own lines (19 to 26, with or without stamps and levels); a line that two versions print twice is one event. */
export function workerEventsOf(lines: readonly JournalLine[]): WorkerEvent[] {
  const found: WorkerEvent[] = [];
  const once = new Set<string>();
  for (const line of lines) {
    const event = workerEventOf(line);
    if (!event) continue;
    const key =
      event.what === "exited" || event.what === "boot-failed" ? `${event.what} ${event.of ?? event.by ?? ""} ${event.code ?? ""}` : "";
    if (key !== "" && once.has(key)) continue;
    once.add(key);
    found.push(event);
  }
  return found;
}

function workerEventOf(line: JournalLine): WorkerEvent | undefined {
  const { message } = line;
  if (message.length > 1_000 || /^\s/.test(message) || !/[Ww]orker|WORKER|gunicorn|signal|Master|Conn|connect|App |Halt/.test(message))
    return undefined;
  if (ACCESS_LINE.test(message)) return undefined;
  const by = Number(/\[(\d{1,10})\] \[[A-Z]{4,8}\]/.exec(message)?.[1] ?? line.pid ?? Number.NaN);
  for (const [words, read] of READERS) {
    const m = words.exec(message);
    if (m) return { ...read(m), ...(Number.isFinite(by) && { by }), line };
  }
  return undefined;
}

/** How a worker that got SIGKILL came to it: by gunicorn after a time-out, by someone else, or it cannot be told. */
export type Kill = { event: WorkerEvent; why: "after-timeout" | "without-timeout" | "unclear"; afterS?: number };

/** gunicorn sends SIGKILL about 1 s after SIGABRT; a loaded host is given more. */
const KILL_AFTER_MS = 10_000;

/** With a time-out of any worker this near, a missing line could explain a kill, so nothing is claimed. */
const UNCLEAR_MS = 60_000;

/** After a stop signal the arbiter waits (graceful time-out) and then kills what is left. */
const STOPPING_MS = { from: 5_000, to: 180_000 };

/** How much of the journal was seen: its first and last time; `cut` where it should have gone on. */
export type Reach = { firstMs: number | undefined; lastMs: number | undefined; cut: boolean };

/**
 * Every SIGKILL of a worker with its reason. "Perhaps out of memory?" follows each one and proves nothing. `without-timeout` is claimed only
 * where no time-out of any worker stands within 60 s, no stop was under way, and the journal reaches back 10 s or to the worker's boot.
 */
export function killsOf(events: readonly WorkerEvent[], reach: Reach): Kill[] {
  const of = (what: WorkerEvent["what"]): WorkerEvent[] => events.filter((event) => event.what === what);
  const [timeouts, stops, boots] = [of("timeout"), of("stop-signal"), of("booted")];
  return of("killed").map((event) => {
    const own = timeouts.findLast((timeout) => timeout.of === event.of && before(timeout, event, KILL_AFTER_MS));
    if (own) return { event, why: "after-timeout", ...afterS(own, event) };
    const ms = event.line.ms;
    if (ms === undefined) return { event, why: "unclear" };
    const near = timeouts.some((timeout) => timeout.line.ms !== undefined && Math.abs(timeout.line.ms - ms) <= UNCLEAR_MS);
    const stopping = stops.some(({ line }) => line.ms !== undefined && ms - line.ms >= STOPPING_MS.from && ms - line.ms <= STOPPING_MS.to);
    const begun = (reach.firstMs !== undefined && ms - reach.firstMs >= KILL_AFTER_MS) || boots.some((boot) => boot.of === event.of);
    const ended = !reach.cut || (reach.lastMs ?? ms) - ms >= UNCLEAR_MS;
    return { event, why: near || stopping || !begun || !ended ? "unclear" : "without-timeout" };
  });
}

function before(first: WorkerEvent, second: WorkerEvent, withinMs: number): boolean {
  if (first.line.ms === undefined || second.line.ms === undefined) return true;
  return second.line.ms >= first.line.ms && second.line.ms - first.line.ms <= withinMs;
}

function afterS(first: WorkerEvent, second: WorkerEvent): { afterS?: number } {
  if (first.line.ms === undefined || second.line.ms === undefined) return {};
  return { afterS: (second.line.ms - first.line.ms) / 1000 };
}
