import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { splitLines } from "../database/split-lines.ts";

/**
 * A backup is gzipped text, one JSON value a line: a head, the rows of each table (a table's rows stand together, after those of the tables that they
 * point to), how far each identity has counted, and a foot with the SHA-256 of all lines before it.
 */
export type Head = { gumshoe: "backup"; format: 1; schema: string; at: string };
type Foot = { lines: number; sha256: string };

/** A file that is no backup, or not the whole of one. */
export class BackupUnreadable extends Error {
  /** "not-a-backup": it is something else. "cut": its end is missing. "changed": its checksum does not match. "format": of a later program. */
  readonly because: "not-a-backup" | "cut" | "changed" | "format";

  constructor(because: BackupUnreadable["because"], options?: { cause?: unknown }) {
    super(`reading the backup: ${because}`, options);
    this.because = because;
  }
}

/** The longest line that is read, in characters: evidence of one diagnosis is far below it. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Reads a backup's head, without the rest. */
export async function readHead(path: string): Promise<Head> {
  for await (const line of linesOf(path)) return headOf(line);
  throw new BackupUnreadable("not-a-backup");
}

/** Reads a backup's lines between its head and its foot; throws a BackupUnreadable at its end where its checksum does not match what was read. */
export async function* readBody(path: string): AsyncGenerator<string> {
  const sum = createHash("sha256");
  let [lines, last] = [0, ""];
  for await (const line of linesOf(path)) {
    if (lines === 0) headOf(line);
    // The last line is the foot, which is only known when nothing follows.
    if (lines > 0) addLine(sum, last);
    if (lines > 1) yield last;
    [last, lines] = [line, lines + 1];
  }
  const foot = footOf(last);
  if (foot.lines !== lines - 1 || foot.sha256 !== sum.digest("hex")) throw new BackupUnreadable("changed");
}

/** Adds a line to a checksum as it stands in the file. */
export function addLine(sum: Hash, line: string): void {
  sum.update(line).update("\n");
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const gunzip = createGunzip();
  const file = createReadStream(path).on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip).setEncoding("utf8");
  const tooLong = () => new BackupUnreadable("not-a-backup");
  try {
    for await (const { line, ended } of splitLines(gunzip, { longest: LONGEST_LINE, tooLong })) {
      if (!ended) throw new BackupUnreadable("cut");
      yield line;
    }
  } catch (error) {
    throw readError(error);
  } finally {
    file.destroy();
  }
}

/** zlib's errors tell of the file, those of the file system of something else. */
function readError(error: unknown): unknown {
  const code = String((error as { code?: unknown }).code);
  if (code === "Z_BUF_ERROR") return new BackupUnreadable("cut", { cause: error });
  return code.startsWith("Z_") ? new BackupUnreadable("not-a-backup", { cause: error }) : error;
}

function headOf(line: string): Head {
  const head = parsed(line) as Partial<Head>;
  if (head.gumshoe !== "backup" || typeof head.schema !== "string") throw new BackupUnreadable("not-a-backup");
  if (head.format !== 1) throw new BackupUnreadable("format");
  return head as Head;
}

function footOf(line: string): Foot {
  const foot = parsed(line) as Partial<Foot>;
  if (typeof foot.sha256 !== "string" || typeof foot.lines !== "number") throw new BackupUnreadable("cut");
  return foot as Foot;
}

function parsed(line: string): object {
  try {
    return Object(JSON.parse(line)) as object;
  } catch (error) {
    throw new BackupUnreadable("not-a-backup", { cause: error });
  }
}
