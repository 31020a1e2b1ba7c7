import type { JournalLine } from "../text/journal.ts";

/**
 * One failure as Python printed it: the line that announced it, its exceptions in the order printed (a chain ends with the one that was
 * raised in the end; each is `Class: message`, at most 1,000 characters) and its frames as `file:function`, the innermost last.
 */
export type Traceback = {
  ms?: number;
  guessed?: true;
  pid?: number;
  heading?: string;
  path?: string;
  /** Nothing of its process stands before it in the text: its beginning may be missing. */
  headless?: true;
  exceptions: readonly string[];
  frames: readonly string[];
};

type Open = {
  lastMs?: number;
  inFrames: boolean;
  traceback: { exceptions: string[]; frames: string[] } & Omit<Traceback, "exceptions" | "frames">;
};

const HEADING =
  /Internal Server Error: (\S+)|Error handling request (?:[A-Z]{3,8} )?(\S+)|Exception on (\/\S*)|Exception in (?:worker process|ASGI application)/;

/** An access line may quote anything in a URI or a User-Agent, so nothing is read from one. */
export const ACCESS_LINE = /"[A-Z]{3,10} [^"]{1,4000} HTTP\/\d/;

const FRAME = /^\s{1,40}(?:\| )?File "([^"]{1,500})", line \d{1,7}(?:, in (.{1,100}))?/;
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const ANY_CLASS = /^[A-Za-z_][\w.]{0,200}(?:: |:?$)/;
const SURE_CLASS = /^(?:[a-z_]\w{0,60}\.){1,6}[A-Z]\w{1,80}(?:: |$)|^[A-Z]\w{0,80}(?:Error|Exception|Exit|Timeout)(?:: |$)/;
const INSIDE = /(?:^| )\(?((?:django\.db\.utils|psycopg2?(?:\.\w{1,40})?|psycopg_pool|sqlalchemy\.exc)\.[A-Z]\w{1,60}(?:: |\) ).*)$/;
const LIBPQ = /^(?:connection to server (?:at|on) |could not (?:connect to server|translate host name)|FATAL: {1,2}\w)/;
const MORE = /^(?:HINT|DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d{1,5}): |^\(Background on this error|^\[SQL: |^many clients already/;

const MESSAGE_LIMIT = 1_000;
const FRAME_LIMIT = 400;

/** Two tracebacks of one process this close together, with nothing announced between them, are one chain whose link line is missing. */
const CHAIN_MS = 1_000;

/** What is open, by process, and what is done. */
type Reader = { open: Map<number, Open>; done: Traceback[]; seen: Set<number> };

/**
 * The failures that lines of a Python program tell of, each once: chained tracebacks (psycopg2's, then Django's) are one failure. Lines of
 * other processes may stand in between, and lines may be missing: a loss merges failures or drops one, it never adds one.
 * What is still open at the end of a text that was `cut` is left out, since the rest could make another failure of it.
 */
export function tracebacksOf(lines: readonly JournalLine[], cut: boolean): Traceback[] {
  const reader: Reader = { open: new Map(), done: [], seen: new Set() };
  for (const line of lines) {
    for (const part of partsOf(line)) readLine(part, reader);
    if (ordinary(line, reader)) reader.seen.add(keyOf(line));
  }
  if (!cut) for (const key of reader.open.keys()) close(key, reader);
  return reader.done;
}

/** Whether a line belongs to no failure: what begins after it is complete. */
function ordinary(line: JournalLine, { open }: Reader): boolean {
  return !open.has(keyOf(line)) && !/^\s/.test(line.message) && !CHAINED.test(line.message);
}

function keyOf({ pid }: JournalLine): number {
  return pid ?? -1;
}

/** Loggers that write JSON put a whole traceback on one line; it is read as the lines that it was. docker compose's `name | ` column goes. */
function partsOf(line: JournalLine): JournalLine[] {
  const column = /^[\w.-]{1,63} {1,40}\| /.exec(line.message);
  if (column) return [{ ...line, message: line.message.slice(column[0].length) }];
  if (!/Traceback \(most recent call last\):\\n/.test(line.message)) return [line];
  return line.message.split(String.raw`\n`).map((message) => ({ ...line, message: message.replaceAll(String.raw`\"`, '"') }));
}

function readLine(line: JournalLine, reader: Reader): void {
  const { message } = line;
  const heading = /^\s/.test(message) ? null : HEADING.exec(message);
  if (heading && !ACCESS_LINE.test(message.slice(0, 4_000))) {
    close(keyOf(line), reader);
    start(line, reader, { heading: heading[0], path: heading[1] ?? heading[2] ?? heading[3] });
    return;
  }
  const current = near(line, reader);
  const frame = FRAME.exec(message);
  if (frame || message.includes("Traceback (most recent call last):")) {
    const trace = current ?? start(line, reader, {});
    trace.inFrames = true;
    if (frame && trace.traceback.frames.length < FRAME_LIMIT) trace.traceback.frames.push(`${frame[1]}:${frame[2] ?? ""}`);
    return;
  }
  if (CHAINED.test(message) || (current?.inFrames && /^\s|^$/.test(message))) return;
  readMessage(line, current, reader);
}

/** What is neither a heading nor part of a stack: an exception, more of its message, or a line that ends the failure. */
function readMessage(line: JournalLine, current: Open | undefined, reader: Reader): void {
  const message = line.message.replace(/^ {2,8}\| /, "");
  const exceptions = current?.traceback.exceptions;
  if (current && exceptions && (current.inFrames ? ANY_CLASS : SURE_CLASS).test(message) && !MORE.test(message)) {
    exceptions.push(message.slice(0, MESSAGE_LIMIT));
    current.inFrames = false;
    return;
  }
  const last = exceptions?.at(-1);
  if (exceptions && last !== undefined && (/^\s|^$/.test(message) || MORE.test(message) || LIBPQ.test(message))) {
    if (last.length < MESSAGE_LIMIT) exceptions[exceptions.length - 1] = `${last}\n${message}`.slice(0, MESSAGE_LIMIT);
    return;
  }
  close(keyOf(line), reader);
  const lone = loneException(message);
  if (lone !== undefined) start(line, reader, {}).traceback.exceptions.push(lone.slice(0, MESSAGE_LIMIT));
}

/** An exception that stands alone, since its stack was not printed or is missing. */
function loneException(message: string): string | undefined {
  if (SURE_CLASS.test(message)) return message;
  return INSIDE.exec(message)?.[1] ?? (LIBPQ.test(message) ? `OperationalError: ${message}` : undefined);
}

/** The open failure of a process, unless the line is too late to belong to it. */
function near(line: JournalLine, reader: Reader): Open | undefined {
  const current = reader.open.get(keyOf(line));
  if (!current) return undefined;
  if (line.ms !== undefined && current.lastMs !== undefined && line.ms - current.lastMs > CHAIN_MS) {
    close(keyOf(line), reader);
    return undefined;
  }
  if (line.ms !== undefined) current.lastMs = line.ms;
  return current;
}

function start(line: JournalLine, reader: Reader, { heading, path }: { heading?: string; path?: string | undefined }): Open {
  const { ms, guessed, pid } = line;
  const headless = heading === undefined && !reader.seen.has(keyOf(line));
  const current: Open = {
    ...(ms !== undefined && { lastMs: ms }),
    inFrames: false,
    traceback: {
      ...(ms !== undefined && { ms }),
      ...(guessed && { guessed }),
      ...(pid !== undefined && { pid }),
      ...(heading !== undefined && { heading }),
      ...(path !== undefined && { path: path.replace(/[?"'\\].*$/, "") }),
      ...(headless && { headless }),
      exceptions: [],
      frames: [],
    },
  };
  reader.open.set(keyOf(line), current);
  return current;
}

function close(key: number, { open, done }: Reader): void {
  const current = open.get(key);
  if (!current) return;
  open.delete(key);
  done.push(current.traceback);
}
