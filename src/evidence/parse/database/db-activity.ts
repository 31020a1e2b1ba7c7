import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { highestOf } from "../text/figures.ts";
import { psqlTables } from "./psql-tables.ts";
import { hadNoAnswer, refusedTooMany } from "./psql-refusal.ts";
import { listsSessions, sessionsOf, tellsQueries, waitsForLock, type Session } from "./sessions.ts";
import { isMaintenance, shapeText } from "./statements.ts";
import { toldFacts } from "../text/told-facts.ts";

const facts = {
  sessions: {
    kind: "count",
    doc: "Sessions of clients, the look's own apart; unknown, as the next ones, where the look tells no queries.",
  },
  active: { kind: "count", doc: "Sessions that run a statement." },
  idleInTransaction: { kind: "count", doc: "Sessions that hold a transaction open and do nothing in it." },
  waitingLock: { kind: "count", doc: "Sessions that wait for a lock (wait_event_type Lock)." },
  blocked: { kind: "count", doc: "Sessions that PostgreSQL says are blocked by others (pg_blocking_pids)." },
  longestWaitS: { kind: "number", unit: "s", doc: "The longest that a blocked session's statement has been running." },
  blockers: { kind: "count", doc: "Different processes that block others." },
  blockerQuery: {
    kind: "text",
    doc: "What the process at the head of the longest queue last ran, without values, at most 120 characters.",
  },
  blockerState: { kind: "text", doc: "The state of that process, such as `active` or `idle in transaction`." },
  blockerIdleInTransaction: { kind: "flag", doc: "That process holds its transaction open and does nothing in it." },
  waitingIo: { kind: "count", doc: "Sessions that wait for the disk: wait events IO/…, IPC/BufferIO, LWLock/WALWrite." },
  longestActiveS: { kind: "number", unit: "s", doc: "The longest that an active session's statement has been running." },
  longRunningSame: {
    kind: "count",
    doc: "The most active sessions that have run one and the same statement (values apart) for a second or more, waits for locks apart.",
  },
  longRunningShape: { kind: "text", doc: "That statement, without values, at most 120 characters." },
  maintenanceActive: { kind: "count", doc: "Active sessions that do upkeep: vacuum, analyze, reindex, index builds." },
  refusedTooMany: { kind: "flag", doc: "The look itself found no free connection: too many clients, or only reserved slots." },
  noAnswer: { kind: "flag", doc: "The look itself waited for the database in vain, to connect or for the query." },
} satisfies FactSpecs;

/** A statement that has run this long is no ordinary one. */
const LONG_S = 1;

/** `pg_stat_activity` through psql. Another error of psql is no answer; rows that are missing make the result not whole. */
export const dbActivity: Parser = {
  facts,
  parse(text) {
    if (refusedTooMany(text)) return { facts: { refusedTooMany: true, noAnswer: false }, whole: endsWhole(text) };
    if (hadNoAnswer(text)) return { facts: { noAnswer: true }, whole: endsWhole(text) };
    const tables = psqlTables(text);
    const table = tables.find(listsSessions) ?? tables.find(({ rows, complete }) => complete && rows.length === 0);
    if (!table) return undefined;
    const sessions = sessionsOf(table);
    const told = {
      ...lockCounts(sessions),
      ...(tellsQueries(table) || table.rows.length === 0 ? counts(sessions) : {}),
      ...durations(sessions, table.complete),
      ...blocking(sessions),
      ...longRunning(sessions),
      refusedTooMany: false,
      noAnswer: false,
    };
    return { facts: toldFacts(told), whole: table.complete };
  },
};

function lockCounts(sessions: readonly Session[]): Record<string, number> {
  const waiting = sessions.filter(({ wait }) => wait === "Lock" || wait.startsWith("Lock/"));
  return { waitingLock: waiting.length, blocked: sessions.filter(isBlocked).length };
}

function counts(sessions: readonly Session[]): Record<string, number> {
  const count = (test: (session: Session) => boolean): number => sessions.filter(test).length;
  return {
    sessions: sessions.length,
    active: count(isActive),
    idleInTransaction: count(isIdleInTransaction),
    waitingIo: count(({ wait }) => /^(?:IO\b|IPC\/BufferIO|LWLock\/(?:WALWrite|BufferIO))/i.test(wait)),
    maintenanceActive: count((session) => isActive(session) && isMaintenance(session.shape)),
  };
}

function durations(sessions: readonly Session[], complete: boolean): Record<string, number | undefined> {
  const longest = (of: readonly Session[]): number | undefined => {
    const seconds = of.flatMap(({ runningS }) => runningS ?? []).map((s) => Math.max(s, 0));
    const most = highestOf(seconds);
    return complete || (most ?? 0) >= LONG_S ? most : undefined;
  };
  return { longestWaitS: longest(sessions.filter(isBlocked)), longestActiveS: longest(sessions.filter(isActive)) };
}

/** The head of a queue blocks others and waits for nobody; of several the one that blocks most, then the one with the smallest pid. */
function blocking(sessions: readonly Session[]): Record<string, FactValue | undefined> {
  const pids = new Set(sessions.flatMap(({ blockedBy }) => blockedBy));
  const victims = (pid: number | undefined): number =>
    sessions.filter(({ blockedBy }) => pid !== undefined && blockedBy.includes(pid)).length;
  const heads = sessions.filter((session) => session.pid !== undefined && pids.has(session.pid) && !isBlocked(session));
  const [head] = heads.toSorted((a, b) => victims(b.pid) - victims(a.pid) || Number(a.pid) - Number(b.pid));
  if (!head) return { blockers: pids.size };
  return {
    blockers: pids.size,
    blockerQuery: head.query === "" ? undefined : shapeText(head.shape),
    blockerState: head.state || undefined,
    blockerIdleInTransaction: head.state === "" ? undefined : isIdleInTransaction(head),
  };
}

function longRunning(sessions: readonly Session[]): Record<string, FactValue | undefined> {
  const byShape = new Map<string, Session[]>();
  for (const session of sessions.filter((one) => isActive(one) && (one.runningS ?? 0) >= LONG_S && !waitsForLock(one))) {
    byShape.set(session.shape, [...(byShape.get(session.shape) ?? []), session]);
  }
  const [most] = [...byShape.values()].toSorted((a, b) => b.length - a.length);
  return { longRunningSame: most?.length ?? 0, longRunningShape: most?.[0] && shapeText(most[0].shape) };
}

function isActive({ state }: Session): boolean {
  return state === "active" || state === "fastpath function call";
}

function isIdleInTransaction({ state }: Session): boolean {
  return state.startsWith("idle in transaction");
}

function isBlocked({ blockedBy }: Session): boolean {
  return blockedBy.length > 0;
}
