import type { Reading } from "../../parser.ts";
import { stampOf } from "./stamps.ts";

/** One journal entry, or one line of it: `ms` is its time, `guessed` says that the time is that of the line above it. */
export type JournalLine = { message: string; ms?: number; guessed?: true; ident?: string; pid?: number; host?: string };

/** Longer lines are cut here before anything looks at them; no program read here says anything of use beyond. */
const LINE_LIMIT = 16_384;

/** json-pretty prints a field a line; an entry has about 30. */
const PRETTY_LIMIT = 200;

const ANSI = new RegExp(String.raw`\u001b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\u0007\u001b]{0,200}\u0007?)`, "g");
const PREFIX = /^(?:([^\s:[\]]{1,255}) )?([^\s:[\]]{1,128}|\([^)\n]{1,64}\))(?:\[(\d{1,10})\])?: ?(.*)$/s;
const UPTIME = /^\[ {0,8}\d{1,12}\.\d{1,9}\] (.*)$/s;
const NOTE =
  /^-- .* --$|^-- (?:No entries|Logs begin|Journal begins|Boot|Reboot)\b|^No journal files were|^Hint: |^ {6}(?:Users in|Pass -q)/;

/**
 * The entries of a journal in the order printed, whatever journalctl's output mode (short and its kin, with-unit, json, json-pretty, export, cat)
 * or, where nothing has a journal prefix, the lines of a plain log with the stamps that they carry themselves. Colours and journalctl's own notes
 * (`-- No entries --`, `-- Boot … --`, `Hint:`) are left out. An entry of several lines is returned line by line, each with the entry's time and pid.
 */
export function journalLines(text: string, reading: Pick<Reading, "at" | "timezone">): JournalLine[] {
  const lines = textLines(text);
  const first = lines.find((line) => line.trim() !== "")?.trimStart() ?? "";
  if (first.startsWith("{") && /"MESSAGE"|"__/.test(text)) return jsonLines(lines);
  if (/^__(?:CURSOR|REALTIME_TIMESTAMP|MONOTONIC_TIMESTAMP)=/m.test(text)) return exportLines(lines);
  return printedLines(lines, reading);
}

/** The lines of any text, without colours, carriage returns and NULs, each at most 16,384 characters. */
export function textLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => plain(line));
}

/** Whether journalctl itself said why there is nothing to see: it may not read the journal, or there is none. */
export function journalClosed(text: string): boolean {
  return /No journal files were (?:opened|found)|Failed to (?:open|search|get|iterate|determine)|not seeing messages from other users/.test(
    text.slice(0, 4_000),
  );
}

function plain(line: string): string {
  const short = line.length > LINE_LIMIT ? line.slice(0, LINE_LIMIT) : line;
  const dark = short.includes("\u001b") ? short.replace(ANSI, "") : short;
  return dark.endsWith("\r") || dark.includes("\0") ? dark.replaceAll("\0", "").replace(/\r{1,8}$/, "") : dark;
}

function printedLines(lines: readonly string[], reading: Pick<Reading, "at" | "timezone">): JournalLine[] {
  const found: JournalLine[] = [];
  let above: JournalLine | undefined;
  let indent = 0;
  for (const line of lines) {
    if (NOTE.test(line)) continue;
    const own = printedLine(line, reading);
    if (own) [above, indent] = [own, line.length - own.message.length];
    found.push(own ?? below(line, above, indent));
  }
  return found;
}

/** A line with a prefix or a stamp of its own; `undefined` for one that has neither. */
function printedLine(line: string, reading: Pick<Reading, "at" | "timezone">): JournalLine | undefined {
  const stamp = /^[[\dA-Za-zÀ-ÿ]/.test(line) ? stampOf(line, reading.at, reading.timezone) : undefined;
  const rest = stamp?.rest ?? UPTIME.exec(line)?.[1];
  if (rest === undefined) return undefined;
  const time = stamp && { ms: stamp.ms };
  const m = line.startsWith("[") && stamp ? null : PREFIX.exec(rest);
  if (!m) return stamp && { message: line, ...time };
  const [, host, ident, pid, message] = m;
  return { message: message ?? "", ...time, ...(host && { host }), ...(ident && { ident }), ...(pid && { pid: Number(pid) }) };
}

/** A line below one with a prefix belongs to the same entry (journalctl indents it); in a plain log its time is a guess. */
function below(line: string, above: JournalLine | undefined, indent: number): JournalLine {
  if (!above) return { message: line };
  const { message: _, ...same } = above;
  if (above.ident === undefined) return { ...same, message: line, ...(same.ms !== undefined && { guessed: true as const }) };
  return { ...same, message: line.slice(Math.min(indent, line.length - line.trimStart().length)) };
}

function jsonLines(lines: readonly string[]): JournalLine[] {
  const found: JournalLine[] = [];
  let object: string[] = [];
  for (const line of lines) {
    const opens = /^\u001e?\{/.test(line);
    object = opens ? [line.replace("\u001e", "")] : object.length < PRETTY_LIMIT ? [...object, line] : [];
    const entry = line.endsWith("}") && (opens || line === "}") ? parsedObject(object.join("\n")) : undefined;
    if (entry) pushEntry(found, entry);
  }
  return found;
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function exportLines(lines: readonly string[]): JournalLine[] {
  const found: JournalLine[] = [];
  let entry: Record<string, unknown> = {};
  for (const line of [...lines, ""]) {
    const equals = line.indexOf("=");
    if (equals > 0) entry[line.slice(0, equals)] ??= line.slice(equals + 1);
    if (line !== "") continue;
    pushEntry(found, entry);
    entry = {};
  }
  return found;
}

function pushEntry(found: JournalLine[], entry: Record<string, unknown>): void {
  const message = messageOf(entry["MESSAGE"]);
  if (message === undefined) return;
  const micros = Number(entry["__REALTIME_TIMESTAMP"] ?? entry["_SOURCE_REALTIME_TIMESTAMP"] ?? Number.NaN);
  const pid = Number(entry["_PID"] ?? entry["SYSLOG_PID"] ?? Number.NaN);
  const ident = entry["SYSLOG_IDENTIFIER"] ?? entry["_COMM"];
  const host = entry["_HOSTNAME"];
  const common = {
    ...(Number.isFinite(micros) && { ms: Math.floor(micros / 1000) }),
    ...(Number.isFinite(pid) && { pid }),
    ...(typeof ident === "string" && { ident }),
    ...(typeof host === "string" && { host }),
  };
  for (const line of textLines(message)) found.push({ ...common, message: line });
}

/** journalctl prints a message that is not plain UTF-8 as an array of bytes, and one that is too long as null. */
function messageOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const bytes = value.slice(0, LINE_LIMIT).filter((byte): byte is number => typeof byte === "number");
  return Buffer.from(bytes).toString("utf8");
}
