import type { Reading } from "../../parser.ts";
import { csvFields } from "./csv-fields.ts";
import { plainLines } from "../text/plain-lines.ts";
import { stampOf } from "../text/stamps.ts";

/** One message of PostgreSQL's log with what belongs to it. `level` is LOG, ERROR, FATAL, PANIC, WARNING …; `ms` its time where it has one. */
export type LogEntry = { level: string; message: string; detail: string; pid?: number; ms?: number };

/** A level with its colon and two blanks, which stands in every message whatever `log_line_prefix` is. */
const LEVEL = /^(.{0,300}?)\b(DEBUG\d?|INFO|NOTICE|WARNING|LOG|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {1,2}/;

/** Lines that tell more of the message before them. */
const FOLLOW_UP = new Set(["DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION"]);

/** A message's text is kept to this length, statements of several lines included. */
const KEEP = 16_384;

/**
 * The messages of a PostgreSQL log in the order printed: stderr format with any `log_line_prefix` (RDS, Debian, syslog and journal prefixes too),
 * csvlog or jsonlog. Lines without a level belong to the message above; those before the first are dropped. None: not such a log.
 */
export function logEntries(text: string, reading: Pick<Reading, "at" | "timezone">): LogEntry[] {
  const entries: LogEntry[] = [];
  const open = new Map<number | undefined, LogEntry>();
  let last: { entry: LogEntry; part: "message" | "detail" } | undefined;
  for (const line of plainLines(text)) {
    const structured = line.startsWith("{") && line.endsWith("}") ? jsonEntry(line, reading) : csvEntry(line, reading);
    const worded = structured ? undefined : LEVEL.exec(line);
    if (!structured && !worded) {
      if (last && line !== "") append(last.entry, last.part, line.replace(/^\s+|^#011/, ""));
      continue;
    }
    const level = worded?.[2] ?? "";
    const prefix = worded?.[1] ?? "";
    const pid = pidIn(prefix);
    const rest = line.slice(worded?.[0].length ?? 0);
    const above = FOLLOW_UP.has(level) ? open.get(pid) : undefined;
    if (above) append(above, "detail", rest);
    const entry = structured ?? above ?? entryOf(prefix, level, rest, pid, reading);
    last = { entry, part: above ? "detail" : "message" };
    if (above) continue;
    open.set(pid, entry);
    entries.push(entry);
  }
  return entries.filter(({ level }) => !FOLLOW_UP.has(level));
}

function entryOf(
  prefix: string,
  level: string,
  message: string,
  pid: number | undefined,
  reading: Pick<Reading, "at" | "timezone">,
): LogEntry {
  const outer = stampOf(prefix, reading.at, reading.timezone);
  const own = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.{0,40}/.exec(outer?.rest ?? "")?.[0];
  const ms = (own === undefined ? undefined : stampOf(own, reading.at, reading.timezone)?.ms) ?? outer?.ms ?? laterStamp(prefix, reading);
  return { level, message, detail: "", ...(pid === undefined ? {} : { pid }), ...(ms === undefined ? {} : { ms }) };
}

/** The time in a prefix that begins with something else (`%u@%d %m`, `%p %t`, `[%p] %n`). */
function laterStamp(prefix: string, reading: Pick<Reading, "at" | "timezone">): number | undefined {
  const from = /\d{4}-\d\d-\d\d[ T]\d\d:|\b\d{10}\.\d{3}\b/.exec(prefix);
  return from ? stampOf(`${prefix.slice(from.index)} `, reading.at, reading.timezone)?.ms : undefined;
}

/** The process id in a prefix: syslog's own, else the last bracketed number (`[%p]`, `[%p-%l]`), else what follows `pid=`. */
function pidIn(prefix: string): number | undefined {
  const found =
    /postgres(?:ql)?\[(\d{1,10})\]/.exec(prefix) ??
    /\[(\d{1,10})(?:-\d{1,9})?\][^[]{0,80}$/.exec(prefix) ??
    /\bp(?:id)?=(\d{1,10})/.exec(prefix);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/** csvlog: 26 columns in 14 and later; the time, the pid, the level, the message and its detail stand in the 1st, 4th, 12th, 14th and 15th. */
function csvEntry(line: string, reading: Pick<Reading, "at" | "timezone">): LogEntry | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,]{1,40},/.test(line)) return undefined;
  const fields = csvFields(line, ",");
  const [time = "", pid = "", level = "", message = "", detail = ""] = [0, 3, 11, 13, 14].map((at) => fields[at]);
  if (!/^[A-Z]{3,8}\d?$/.test(level)) return undefined;
  const ms = stampOf(time, reading.at, reading.timezone)?.ms;
  return { level, message, detail, ...(/^\d{1,10}$/.test(pid) ? { pid: Number(pid) } : {}), ...(ms === undefined ? {} : { ms }) };
}

/** jsonlog (PostgreSQL 15 and later). */
function jsonEntry(line: string, reading: Pick<Reading, "at" | "timezone">): LogEntry | undefined {
  try {
    const said = JSON.parse(line) as Record<string, unknown> | null;
    const [time, level, message, detail, pid] = ["timestamp", "error_severity", "message", "detail", "pid"].map((key) => said?.[key]);
    if (typeof level !== "string" || typeof message !== "string") return undefined;
    const ms = typeof time === "string" ? stampOf(time, reading.at, reading.timezone)?.ms : undefined;
    const more = typeof detail === "string" ? detail : "";
    return { level, message, detail: more, ...(typeof pid === "number" ? { pid } : {}), ...(ms === undefined ? {} : { ms }) };
  } catch {
    return undefined;
  }
}

function append(entry: LogEntry, part: "message" | "detail", text: string): void {
  if (entry[part].length < KEEP) entry[part] = entry[part] === "" ? text : `${entry[part]} ${text}`;
}
