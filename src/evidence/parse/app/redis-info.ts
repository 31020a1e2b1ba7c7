import type { FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser } from "../../parser.ts";
import { textLines } from "../text/journal.ts";

const FACTS = {
  up: { kind: "flag", doc: "Redis answered" },
  refused: { kind: "flag", doc: "redis-cli could not connect" },
  loading: { kind: "flag", doc: "it is loading its data and serves nothing yet" },
  connectedClients: { kind: "number", doc: "connected_clients" },
  blockedClients: { kind: "number", doc: "clients waiting in a blocking call; a Celery worker that waits for tasks is one" },
  usedMemoryBytes: { kind: "number", unit: "bytes", doc: "used_memory" },
  maxMemoryBytes: { kind: "number", unit: "bytes", doc: "maxmemory; 0 means no limit" },
  evictedKeys: { kind: "count", doc: "evicted_keys since Redis started" },
  rejectedConnections: { kind: "count", doc: "rejected_connections since Redis started" },
  opsPerS: { kind: "number", unit: "per-second", doc: "instantaneous_ops_per_sec" },
  dbKeys: { kind: "number", doc: "keys in all databases" },
} as const satisfies FactSpecs;

const NUMBERS = {
  connected_clients: "connectedClients",
  blocked_clients: "blockedClients",
  used_memory: "usedMemoryBytes",
  maxmemory: "maxMemoryBytes",
  evicted_keys: "evictedKeys",
  rejected_connections: "rejectedConnections",
  instantaneous_ops_per_sec: "opsPerS",
} as const;

/** `redis-cli info`. An answer that is an error (a password is wanted, data is loading) still shows that Redis is up. */
export const redisInfo: Parser = { facts: FACTS, parse };

function parse(text: string): Parsed | undefined {
  const lines = textLines(text).slice(0, 5_000);
  const any = (words: RegExp): boolean => lines.some((line) => words.test(line));
  if (any(/^Could not connect to Redis at /)) return { facts: { up: false, refused: true }, whole: endsWhole(text) };
  if (any(/^(?:\(error\) |Error: )?-?LOADING /)) return { facts: { up: true, loading: true }, whole: endsWhole(text) };
  if (any(/^(?:\(error\) )?-?(?:NOAUTH|NOPERM|WRONGPASS|MASTERDOWN|BUSY) /)) return { facts: { up: true }, whole: endsWhole(text) };
  const read = endsWhole(text) ? lines : lines.slice(0, -1);
  const values = new Map(read.flatMap((line) => pairOf(line)));
  if (!values.has("redis_version") && !values.has("connected_clients") && !values.has("used_memory")) return undefined;
  const numbers = Object.entries(NUMBERS).flatMap(([name, fact]) => {
    const value = values.get(name);
    return value !== undefined && /^\d{1,18}$/.test(value) ? [[fact, Number(value)] as const] : [];
  });
  const loading = values.get("loading");
  const keyspace = read.includes("# Keyspace");
  const facts = {
    up: true,
    refused: false,
    ...Object.fromEntries(numbers),
    ...(loading !== undefined && { loading: loading === "1" }),
    ...(keyspace && endsWhole(text) && { dbKeys: keysOf(values) }),
  };
  return { facts, whole: endsWhole(text) && keyspace };
}

function pairOf(line: string): (readonly [string, string])[] {
  const colon = line.indexOf(":");
  return colon > 0 && colon < 60 ? [[line.slice(0, colon), line.slice(colon + 1).trim()]] : [];
}

function keysOf(values: ReadonlyMap<string, string>): number {
  const keys = [...values].map(([name, value]) => (/^db\d{1,3}$/.test(name) ? Number(/^keys=(\d{1,15})/.exec(value)?.[1] ?? 0) : 0));
  return keys.reduce((a, b) => a + b, 0);
}
