import type { FactSpecs } from "../../../runbook/facts.ts";
import type { Parser } from "../../parser.ts";
import { clipped } from "../text/plain-lines.ts";
import { toldFacts } from "../text/told-facts.ts";
import { psqlTables } from "./psql-tables.ts";

const facts = {
  connectMs: { kind: "number", unit: "ms", doc: "What it took from where Gumshoe runs to connect and log in: name, TCP, TLS and login." },
  serverVersion: { kind: "text", doc: "The server's version." },
  connections: { kind: "number", doc: "Client connections, in whatever state, the look's own among them." },
  maxConnections: { kind: "number", doc: "The server's max_connections." },
} satisfies FactSpecs;

/** The probe of the database from where Gumshoe runs, one row. An error is no answer: it is told as the database or the network said it. */
export const dbProbe: Parser = {
  facts,
  parse(text) {
    const table = psqlTables(text).find(({ columns }) => columns.includes("connect_ms"));
    const row = table?.rows[0];
    if (!table || !row) return undefined;
    const version = row.get("server_version") ?? "";
    const told = {
      connectMs: numberOf(row.get("connect_ms")),
      serverVersion: version === "" ? undefined : clipped(version, 60),
      connections: numberOf(row.get("connections")),
      maxConnections: numberOf(row.get("max_connections")),
    };
    return { facts: toldFacts(told), whole: table.complete };
  },
};

function numberOf(text = ""): number | undefined {
  return /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
