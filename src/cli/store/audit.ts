import { createReadStream } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { loadConfig } from "../../config/config.ts";
import { verifyChain, type Head, type Verified } from "../../store/audit/chain.ts";
import { exportAudit, verifyAudit } from "../../store/audit/lines.ts";
import type { Database } from "../../store/database/connect.ts";
import { splitLines } from "../../store/database/split-lines.ts";
import { openForCommand } from "../../store/open.ts";
import type { Words } from "../../words/en.ts";
import { UsageError } from "../usage-error.ts";
import type { SharedOptions, Terminal } from "../verbs.ts";
import { isOfFile } from "./of-file.ts";

/** The options of `gumshoe audit`. */
export type AuditOptions = SharedOptions & { config: string };

/** The longest line that is read, in characters: the plan of an action is far below it. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** So many characters are written at once. */
const CHUNK = 65_536;

type Out = Pick<Terminal, "env" | "print" | "exitWith">;

/**
 * `gumshoe audit verify [FILE]`: whether the store's audit, or one that was exported, is as it was written. Exit code 1 where it is not, with the first
 * wrong line. Throws a UsageError.
 */
export async function verify(file: string | undefined, options: AuditOptions & { head?: string }, terminal: Out): Promise<void> {
  const { audit } = options.words.store;
  const known = options.head === undefined ? undefined : headOf(options.head, options.words);
  const verified =
    file === undefined
      ? await withStore(options, terminal.env, async (db) => verifyAudit(db, known))
      : await verifyFile(file, known, options.words);
  if (!verified.whole) {
    terminal.print(audit.broken[verified.because](verified.nth));
    terminal.exitWith(1);
  } else if (verified.part !== undefined) terminal.print(audit.part(verified.lines, verified.part));
  else terminal.print(audit.whole(verified.lines, textOf(verified.head)));
}

/** `gumshoe audit export`: one line of JSON for each of the audit, printed or into a new file that its owner alone can read. Throws a UsageError. */
export async function exportLines(options: AuditOptions & { incident?: string; out?: string }, terminal: Out): Promise<void> {
  const { words, out } = options;
  const incident = options.incident === undefined ? undefined : incidentOf(options.incident, words);
  const pour = async (write: (text: string) => Promise<void>) =>
    withStore(options, terminal.env, async (db) => {
      let [pending, lines] = ["", 0];
      await exportAudit(db, incident, async (line) => {
        [pending, lines] = [`${pending}${line}\n`, lines + 1];
        if (pending.length < CHUNK) return;
        await write(pending);
        pending = "";
      });
      if (pending !== "") await write(pending);
      return lines;
    });
  if (out === undefined) await pour(async (text) => terminal.print(text));
  else terminal.print(words.store.audit.exported(out, await intoFile(out, words, pour)));
}

async function intoFile(path: string, words: Words, pour: (write: (text: string) => Promise<void>) => Promise<number>): Promise<number> {
  const told = (error: unknown): unknown => {
    if (!isOfFile(error)) return error;
    return new UsageError(error.code === "EEXIST" ? words.store.audit.taken(path) : words.store.backup.notWritten(path, error.code));
  };
  const file: FileHandle = await open(path, "wx", 0o600).catch((error: unknown) => Promise.reject(told(error) as Error));
  try {
    const lines = await pour(async (text) => file.writeFile(text));
    await file.sync();
    return lines;
  } catch (error) {
    await rm(path, { force: true });
    throw told(error);
  } finally {
    await file.close();
  }
}

async function verifyFile(path: string, known: Head | undefined, words: Words): Promise<Verified> {
  const tooLong = () => new UsageError(words.store.audit.noAudit(path));
  const lines = async function* (): AsyncGenerator<string> {
    const chunks = createReadStream(path, "utf8") as AsyncIterable<string>;
    for await (const { line } of splitLines(chunks, { longest: LONGEST_LINE, tooLong })) yield line;
  };
  try {
    return await verifyChain(lines(), { parts: true, ...(known ? { known } : {}) });
  } catch (error) {
    throw isOfFile(error) ? new UsageError(words.store.restore.notRead(path, error.code)) : error;
  }
}

async function withStore<Result>(
  { config: path }: AuditOptions,
  env: Terminal["env"],
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const { store } = await loadConfig(path);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { db, close } = await openForCommand({ url: env["DATABASE_URL"], folder: store.folder, log });
  try {
    return await work(db);
  } finally {
    await close();
  }
}

/** A head as people note it: how many lines, and the last one's hash. */
function textOf({ lines, hash }: Head): string {
  return `${lines}:${hash}`;
}

function headOf(text: string, words: Words): Head {
  const [, lines, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (lines === undefined || hash === undefined) throw new UsageError(words.store.audit.noHead(text));
  return { lines: Number(lines), hash };
}

function incidentOf(text: string, words: Words): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(words.store.audit.noIncident(text));
  return Number(text);
}
