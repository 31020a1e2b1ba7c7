import { secondsOf } from "./intervals.ts";
import type { Row, Table } from "./psql-tables.ts";
import { shapeOf } from "./statements.ts";

/** One session of `pg_stat_activity`; what a look did not ask for is left out. */
export type Session = {
  pid: number | undefined;
  state: string;
  /** `IO/DataFileRead`; empty where it waits for nothing. */
  wait: string;
  runningS: number | undefined;
  blockedBy: readonly number[];
  query: string;
  shape: string;
};

const RUNNING = ["running", "duration", "runtime", "query_age", "age", "elapsed", "seconds"];
const BLOCKED_BY = ["blocked_by", "pg_blocking_pids", "blocking_pids", "blockers"];
const QUERY = ["query", "current_query", "statement"];

/** Whether a result is a list of sessions: it has a process id or a query beside their state or wait. */
export function listsSessions(table: Table): boolean {
  const has = (names: readonly string[]): boolean => names.some((name) => table.columns.includes(name));
  return has(["pid", "procpid", ...QUERY]) && has(["state", "wait_event_type", "wait_event", ...RUNNING, ...BLOCKED_BY]);
}

/** Whether a result tells what its sessions run; without it the look's own sessions cannot be told from the others. */
export function tellsQueries(table: Table): boolean {
  return QUERY.some((name) => table.columns.includes(name));
}

/**
 * The sessions of a result: those with a state, but for the look's own (they read pg_stat_activity). A row with cells missing counts only
 * where it waits for a lock, as what is missing may be what tells it from the look, or from one that waits.
 */
export function sessionsOf(table: Table): Session[] {
  const whole = table.rows.filter((row) => row.size === table.columns.length);
  const inPart = table.rows.filter((row) => row.size < table.columns.length).map(sessionOf);
  const sessions = whole.map(sessionOf).filter(({ state, blockedBy }) => state !== "" || blockedBy.length > 0);
  return [...sessions.filter((session) => !isLook(session)), ...inPart.filter(waitsForLock)];
}

/** Whether a session waits for a lock, as its wait event or its blockers tell. */
export function waitsForLock({ wait, blockedBy }: Session): boolean {
  return wait === "Lock" || wait.startsWith("Lock/") || blockedBy.length > 0;
}

function sessionOf(row: Row): Session {
  const first = (names: readonly string[]): string => names.map((name) => row.get(name)).find((value) => value !== undefined) ?? "";
  const pid = Number.parseInt(first(["pid", "procpid"]), 10);
  const query = first(QUERY);
  const waits = [row.get("wait_event_type"), row.get("wait_event")].filter((name) => name !== undefined && name !== "");
  return {
    pid: Number.isNaN(pid) ? undefined : pid,
    state: first(["state"]).toLowerCase(),
    wait: waits.join("/"),
    runningS: secondsOf(first(RUNNING)),
    blockedBy: [...first(BLOCKED_BY).matchAll(/\d{1,10}/g)].slice(0, 1_000).map(([digits]) => Number(digits)),
    query,
    shape: shapeOf(query),
  };
}

function isLook({ query }: Session): boolean {
  return /pg_stat_activity|^\s*(?:show max_connections|select pg_size_pretty)\b/i.test(query);
}
