import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { inWindow } from "../../../incident/window.ts";
import type { Moment } from "../../finding.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { databaseErrorOf, type DatabaseError } from "./database-errors.ts";
import { highestOf } from "../text/figures.ts";
import { lockWaitFacts, lockWaitsIn } from "./lock-waits.ts";
import { clipped } from "../text/plain-lines.ts";
import { logEntries, type LogEntry } from "./postgres-log.ts";
import { isSlow, slowStatementFacts, slowStatementsIn } from "./slow-statements.ts";
import { toldFacts } from "../text/told-facts.ts";

const facts = {
  entries: { kind: "count", doc: "Messages of PostgreSQL's log in the incident." },
  ...slowStatementFacts,
  ...lockWaitFacts,
  lockTimeouts: { kind: "count", doc: "Statements cancelled by lock_timeout." },
  statementTimeouts: { kind: "count", doc: "Statements cancelled by statement_timeout." },
  deadlocks: { kind: "count", doc: "Deadlocks that the server broke." },
  tooMany: { kind: "count", doc: "Connections refused: too many clients, only reserved slots, or a role's or database's limit." },
  auth: { kind: "count", doc: "Logins refused for a wrong password or an unknown role." },
  hba: { kind: "count", doc: "Logins refused by pg_hba.conf." },
  readOnly: { kind: "count", doc: "Writes refused as the transaction or the server is read-only." },
  noSpace: { kind: "count", doc: "Writes that failed for want of disk space." },
  starting: { kind: "count", doc: "Connections refused while the server started, recovered or shut down." },
  crashes: {
    kind: "count",
    doc: "Messages that tell of a crash: a process terminated by a signal, a panic, recovery after an interruption.",
  },
  oomKilledBackend: { kind: "flag", doc: "A server process was killed with signal 9, as the kernel does for want of memory." },
  shutdowns: { kind: "count", doc: "Times that the server was told to shut down, or said that it had." },
  starts: { kind: "count", doc: "Times that the server became ready to accept connections." },
  checkpointsTooFrequent: { kind: "count", doc: "Warnings that checkpoints come too often." },
  longestSyncS: { kind: "number", unit: "s", doc: "The longest that a checkpoint waited for the disk to sync." },
  autovacuumLong: { kind: "count", doc: "Automatic vacuums or analyzes that took a minute or more, or had to prevent wraparound." },
  tempFiles: { kind: "count", doc: "Temporary files that queries spilled to disk (logged with log_temp_files)." },
  clientLost: { kind: "count", doc: "Sessions whose client went away while the server worked for it." },
  firstEntryAtMs: {
    kind: "time",
    doc: "The time of the first message in the text, in the incident or before: the text says nothing of what was earlier.",
  },
  lastEntryAtMs: { kind: "time", doc: "The time of the last message in the text." },
  historySlowStatements: { kind: "count", doc: "Slow statements that ended before the incident." },
  historyCrashes: { kind: "count", doc: "Messages that tell of a crash before the incident." },
  historyShutdowns: { kind: "count", doc: "Shutdowns before the incident." },
} satisfies FactSpecs;

const ERRORS: Partial<Record<DatabaseError, keyof typeof facts>> = {
  lockTimeout: "lockTimeouts",
  statementTimeout: "statementTimeouts",
  deadlock: "deadlocks",
  tooMany: "tooMany",
  auth: "auth",
  hba: "hba",
  readOnly: "readOnly",
  noSpace: "noSpace",
  starting: "starting",
};

const CRASH =
  /\bwas terminated by signal \d|terminating any other active server processes|because of crash of another server process|database system was interrupted|database system was not properly shut down|all server processes terminated; reinitializing/;
const SHUTDOWN = [/^received \w{1,20} shutdown request/, /^database system is shut down/];
const READY = /^database system is ready to accept (?:read-only )?connections/;
const LOST = /^connection to client lost|^could not (?:send data to|receive data from) client|^unexpected EOF on client connection/;

/** An automatic vacuum is long from here on. */
const LONG_VACUUM_S = 60;

/** The end of PostgreSQL's log, in whatever prefix, or csvlog or jsonlog. Messages without a time count only where none has one. */
export const dbLog: Parser = {
  facts,
  parse(text, reading) {
    const all = logEntries(closedLines(text), reading);
    if (all.length === 0) return undefined;
    const timed = all.flatMap(({ ms }) => ms ?? []);
    const { from } = reading.window;
    const entries = all.filter(({ ms }) => (ms === undefined ? timed.length === 0 : inWindow(reading.window, ms)));
    const earlier = all.filter(({ ms }) => ms !== undefined && ms < from.getTime());
    const told: Record<string, FactValue | undefined> = {
      entries: entries.length,
      ...slowStatementsIn(entries),
      ...lockWaitsIn(entries),
      ...errorCounts(entries),
      ...lifeOf(entries),
      ...workOf(entries),
      firstEntryAtMs: timed[0],
      lastEntryAtMs: timed.at(-1),
      historySlowStatements: earlier.filter(isSlow).length,
      historyCrashes: countOf(earlier, isCrash),
      historyShutdowns: shutdownsIn(earlier),
    };
    return { facts: toldFacts(told), whole: endsWhole(text), moments: momentsIn(entries) };
  },
};

/** A statement that was cut would read as another one: a last line without its end is dropped, unless it is all there is. */
function closedLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1) || text;
}

function errorCounts(entries: readonly LogEntry[]): Record<string, number> {
  const counts = Object.fromEntries(Object.values(ERRORS).map((name) => [name, 0]));
  for (const { level, message } of entries) {
    if (level !== "ERROR" && level !== "FATAL" && level !== "PANIC" && !message.startsWith("could not ")) continue;
    const error = databaseErrorOf(`${level}:  ${message}`);
    const name = error && ERRORS[error];
    if (name) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function lifeOf(entries: readonly LogEntry[]): Record<string, FactValue> {
  return {
    crashes: countOf(entries, isCrash),
    oomKilledBackend: entries.some(({ message }) => /\bwas terminated by signal 9\b/.test(message)),
    shutdowns: shutdownsIn(entries),
    starts: countOf(entries, ({ message }) => READY.test(message)),
  };
}

function workOf(entries: readonly LogEntry[]): Record<string, FactValue | undefined> {
  const syncs = entries
    .flatMap(({ message }) => /^checkpoint complete:.{0,400}? sync=(\d{1,9}\.\d{1,6}) s/.exec(message)?.[1] ?? [])
    .map(Number);
  const lost = entries.filter(({ message }) => LOST.test(message));
  return {
    checkpointsTooFrequent: countOf(entries, ({ message }) => message.startsWith("checkpoints are occurring too frequently")),
    longestSyncS: highestOf(syncs),
    autovacuumLong: countOf(entries, isLongVacuum),
    tempFiles: countOf(entries, ({ message }) => message.startsWith("temporary file: ")),
    clientLost: new Set(lost.map(({ pid }, at) => pid ?? `line ${at}`)).size,
  };
}

function isCrash({ level, message }: LogEntry): boolean {
  return level === "PANIC" || CRASH.test(message);
}

function isLongVacuum({ message, detail }: LogEntry): boolean {
  if (!/^automatic (?:aggressive )?(?:vacuum|analyze)\b/.test(message)) return false;
  const elapsed = /elapsed: (\d{1,9}(?:\.\d{1,6})?) s/.exec(`${message} ${detail}`)?.[1];
  return message.includes("to prevent wraparound") || Number(elapsed ?? 0) >= LONG_VACUUM_S;
}

/** A shutdown prints two messages; the more frequent one counts, so that a lost line loses none. */
function shutdownsIn(entries: readonly LogEntry[]): number {
  return Math.max(...SHUTDOWN.map((words) => countOf(entries, ({ message }) => words.test(message))));
}

function countOf(entries: readonly LogEntry[], test: (entry: LogEntry) => boolean): number {
  return entries.filter(test).length;
}

function momentsIn(entries: readonly LogEntry[]): Moment[] {
  const moments = entries.flatMap((entry): Moment[] => {
    const what = READY.test(entry.message)
      ? "service-started"
      : SHUTDOWN[0]?.test(entry.message) || isCrash(entry)
        ? "service-stopped"
        : undefined;
    return what && entry.ms !== undefined ? [{ what, at: entry.ms, text: clipped(entry.message, 200), of: "postgresql" }] : [];
  });
  return moments.slice(-200);
}
