import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parser } from "../../parser.ts";
import { plainLines } from "../text/plain-lines.ts";
import { psqlTables, type Table } from "./psql-tables.ts";
import { refusedTooMany } from "./psql-refusal.ts";
import { toldFacts } from "../text/told-facts.ts";

const facts = {
  total: { kind: "number", doc: "Client connections, in whatever state." },
  maxConnections: { kind: "number", doc: "The server's max_connections." },
  usedShare: {
    kind: "number",
    unit: "ratio",
    doc: "Connections over max_connections; slots are reserved for superusers, so 1 is never quite reached.",
  },
  active: { kind: "number", doc: "Connections that run a statement." },
  idle: { kind: "number", doc: "Connections that wait for their client." },
  idleInTransaction: { kind: "number", doc: "Connections that hold a transaction open and do nothing in it." },
  refusedTooMany: { kind: "flag", doc: "The look itself found no free connection: too many clients, or only reserved slots." },
  sizeText: { kind: "text", doc: "The database's size as PostgreSQL prints it." },
} satisfies FactSpecs;

const MAX_COLUMNS = ["max_connections", "max_conn", "max"];
const LIMIT_ROW = "max_connections";
const TOTAL_COLUMNS = ["total", "connections", "used", "numbackends"];

/** Connections by state, max_connections and the size, each as psql's table (aligned, expanded or unaligned), or bare values of `psql -At`. */
export const dbCounts: Parser = {
  facts,
  parse(text) {
    if (refusedTooMany(text)) return { facts: { refusedTooMany: true }, whole: endsWhole(text) };
    const tables = [...psqlTables(text), ...bareTables(text)];
    const states = tables.find((table) => table.columns.includes("state") && table.columns.includes("count"));
    const byState = states?.complete ? countsByState(states) : {};
    const total = byState["total"] ?? numberIn(tables, TOTAL_COLUMNS);
    const maxConnections = byState["maxConnections"] ?? numberIn(tables, MAX_COLUMNS);
    const sizeText = valueIn(tables, ["pg_size_pretty", "size", "database_size"]);
    if (states === undefined && total === undefined && maxConnections === undefined && sizeText === undefined) return undefined;
    const told: Record<string, FactValue | undefined> = {
      ...byState,
      total,
      maxConnections,
      usedShare: total === undefined || !maxConnections ? undefined : total / maxConnections,
      sizeText: sizeText?.slice(0, 30),
      refusedTooMany: false,
    };
    return { facts: toldFacts(told), whole: tables.every((table) => table.complete) };
  },
};

/** Rows without a state are the server's own processes and count for nothing; a query may add the limit as a row of its own. */
function countsByState(table: Table): Record<string, number> {
  const sum = (test: (state: string) => boolean): number =>
    table.rows.reduce((total, row) => total + (test(row.get("state") ?? "") ? Number(row.get("count")) : 0), 0);
  const limit = table.rows.some((row) => row.get("state") === LIMIT_ROW) ? sum((state) => state === LIMIT_ROW) : undefined;
  return {
    ...(limit === undefined ? {} : { maxConnections: limit }),
    total: sum((state) => state !== "" && state !== LIMIT_ROW),
    active: sum((state) => state === "active"),
    idle: sum((state) => state === "idle"),
    idleInTransaction: sum((state) => state.startsWith("idle in transaction")),
  };
}

function valueIn(tables: readonly Table[], columns: readonly string[]): string | undefined {
  const values = tables.flatMap((table) => (table.rows.length === 1 ? columns.map((name) => table.rows[0]?.get(name)) : []));
  return values.find((value) => value !== undefined && value !== "");
}

function numberIn(tables: readonly Table[], columns: readonly string[]): number | undefined {
  const digits = /^\d{1,9}$/.exec(valueIn(tables, columns) ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

const BARE_STATE = /^([a-z_]+(?: [a-z]+){0,3}(?: \(aborted\))?|)\|(\d{1,6})$/;
const NOT_BARE = /^\(\d{1,9} rows?\)$|^-\[ RECORD|^[{[]|^[-+]{3,}$/;

/** `psql -At` prints no header: a state with its count, a bare number (max_connections) and a size are known by their form. */
function bareTables(text: string): Table[] {
  const lines = plainLines(text)
    .slice(0, -1)
    .map((line) => line.trim());
  if (lines.some((line) => NOT_BARE.test(line))) return [];
  const complete = text.endsWith("\n");
  const tableOf = (rows: readonly Record<string, string>[]): Table[] =>
    rows.length === 0 ? [] : [{ columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => new Map(Object.entries(row))), complete }];
  const states = lines.flatMap((line) => {
    const [, state, count] = BARE_STATE.exec(line) ?? [];
    return state === undefined || count === undefined ? [] : [{ state, count }];
  });
  const limits = lines.filter((line) => /^\d{1,6}$/.test(line)).map((digits) => ({ max_connections: digits }));
  const sizes = lines.filter((line) => /^\d{1,9} (?:bytes|kB|MB|GB|TB)$/.test(line)).map((size) => ({ pg_size_pretty: size }));
  return [...tableOf(states), ...tableOf(limits.slice(0, 1)), ...tableOf(sizes.slice(0, 1))];
}
