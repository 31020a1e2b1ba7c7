import { stampOf } from "../text/stamps.ts";

/** How a Caddy log is written: JSON objects, zap's console form (tabs, a JSON tail), or Common Log Format. */
export type LogKind = "json" | "console" | "common";

/** One line of Caddy's log: its fields, and the text before them (a journal's prefix, or the console form's time and level). */
export type CaddyLine = { kind: LogKind; record: Readonly<Record<string, unknown>>; head: string };

/** Longer lines are not read; Caddy's own are below 10 KB unless headers are huge. */
const LINE_LIMIT = 262_144;

const ANSI = new RegExp(String.raw`\u001b\[[0-9;]{0,20}[A-Za-z]`, "g");
const COMMON =
  /\[(\d\d\/[A-Za-z]{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "([A-Z]{1,20}) ([^" ]{1,8000})[^"]{0,20}" (\d{1,3})(?: (?:\d{1,15}|-))?(?: "[^"]{0,2000}" "([^"]{0,2000})")?/;
const TIME_KEYS = ["ts", "time", "timestamp", "@timestamp", "t", "date", "datetime"] as const;

/**
 * Reads one line of a Caddy log: JSON (also behind a journal's or a container's prefix, inside journalctl's `-o json`, or glued to a line that a
 * full disk cut), console form or Common Log Format. `undefined` where it is none of them, or was cut.
 */
export function caddyLine(line: string): CaddyLine | undefined {
  if (line.length > LINE_LIMIT) return undefined;
  const dark = line.includes("\u001b") ? line.replace(ANSI, "") : line;
  const brace = dark.indexOf("{");
  if (brace === -1) return commonLine(dark);
  const record = objectIn(dark.slice(brace)) ?? objectIn(dark.slice(dark.lastIndexOf('{"level"')));
  if (!record) return commonLine(dark);
  const message = record["MESSAGE"];
  if (typeof message === "string") return message.startsWith('{"MESSAGE"') ? undefined : caddyLine(message);
  const head = dark.slice(0, brace);
  return { kind: head.includes("\t") ? "console" : "json", record, head };
}

/** When a line was written, in milliseconds since the epoch: whatever key and form the time has; else the time that stands before the fields. */
export function lineTimeMs(line: CaddyLine, at: Date, timezone: string): number | undefined {
  for (const key of TIME_KEYS) {
    const ms = timeMs(line.record[key], at, timezone);
    if (ms !== undefined) return ms;
  }
  const head = line.head.trimStart();
  return head === "" ? renamedTimeMs(line.record, at, timezone) : stampOf(head, at, timezone)?.ms;
}

/** The object under a key, or an empty one. */
export function objectAt(record: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = record[key];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The text under a key, or nothing where it is no text. */
export function textAt(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}

function objectIn(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{") || !text.trimEnd().endsWith("}")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function commonLine(line: string): CaddyLine | undefined {
  const m = COMMON.exec(line);
  if (!m) return undefined;
  const [, time, method, uri, status, agent] = m;
  const remote = line.slice(0, m.index).trimEnd().split(" ").at(-3) ?? "";
  const headers = agent === undefined ? {} : { "User-Agent": [agent] };
  return { kind: "common", record: { ts: time, status: Number(status), request: { method, uri, remote_ip: remote, headers } }, head: "" };
}

/** A time as number (seconds, milli-, micro- or nanoseconds by its size) or text. Times before 2001 are no times. */
function timeMs(value: unknown, at: Date, timezone: string): number | undefined {
  if (typeof value === "string") {
    if (/^\d{10,19}(?:\.\d{1,9})?$/.test(value)) return timeMs(Number(value), at, timezone);
    return value.length > 64 ? undefined : stampOf(value, at, timezone)?.ms;
  }
  if (typeof value !== "number" || value < 1e9 || value > 1e20) return undefined;
  if (value < 1e11) return value * 1000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}

/** The first top-level field that looks like a time, for logs that renamed the key to something unusual. */
function renamedTimeMs(record: Readonly<Record<string, unknown>>, at: Date, timezone: string): number | undefined {
  for (const [key, value] of Object.entries(record).slice(0, 20)) {
    if (["duration", "size", "bytes_read", "status"].includes(key)) continue;
    const ms = timeMs(value, at, timezone);
    if (ms !== undefined) return ms;
  }
  return undefined;
}
