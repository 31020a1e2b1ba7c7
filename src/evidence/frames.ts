import { createHash } from "node:crypto";
import { constants, gunzipSync } from "node:zlib";
import { reason, said, type Because } from "../words/because.ts";

/** One step's result as the host script framed it. */
export type Frame = {
  /** What it printed, without secrets. Where it failed or printed nothing, what it said on standard error follows `STDERR_MARK`. */
  text: string;
  exitCode: number;
  ms: number;
  /** Bytes lost at one end of the text, at least so many; `kept` says which end survived. */
  cutBytes: number;
  kept: "newest" | "oldest" | "all";
  /** Bytes lost behind the 4,000th of a line. */
  clippedBytes: number;
  /** Whether the text is all that the step printed: it ended by itself, nothing was cut off, and the end marker arrived. */
  whole: boolean;
  /** Whether its end marker arrived: nothing was lost on the way. */
  ended: boolean;
  /** Whether its time limit ended it. */
  timedOut: boolean;
};

/** All results of one host; `whole` is false where the output was cut on its way or could not be read, and `because` says why. */
export type Frames = { steps: ReadonlyMap<string, Frame>; whole: boolean; because?: Because };

/** The line of a text after which a failed step's standard error stands; no other line has these words. */
export const STDERR_MARK = "--- standard error ---";

/** More than this is no look at a host: 40 steps keep under 3 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The exit codes by which `timeout` says that it ended its program: by SIGTERM, by SIGKILL. */
const TIMEOUT_EXITS = [124, 137];

/**
 * Read what a host script printed, however much of it arrived: output cut at the end loses its last steps, and whatever stands before or
 * after the result is ignored. Never throws; a step that is not in the result was not answered.
 */
export function readFrames(output: string): Frames {
  const failed = /^gumshoe:1 failed: (.{1,300})$/m.exec(output)?.[1];
  if (failed !== undefined) return unread(ownWords(failed));
  const head = /^gumshoe:1 gz=(\d{1,9}) sha256=([0-9a-f]{64})[ -]*\r?$/m.exec(output);
  if (!head) return unread(reason(output.trim() === "" ? "printedNothing" : "notHostScript"));
  const gz = decoded(output.slice(head.index + head[0].length), Number(head[1]));
  const cut = gz.length < Number(head[1]);
  if (!cut && createHash("sha256").update(gz).digest("hex") !== head[2]) return unread(reason("checksumDiffers"));
  const bytes = inflated(gz);
  if (!bytes) return unread(reason("notDecompressed"));
  const steps = stepsIn(bytes);
  if (!steps) return unread(reason("otherScriptVersion"));
  return cut ? { steps, whole: false, because: reason("cutAt", gz.length, Number(head[1])) } : { steps, whole: true };
}

/** Why the host script itself gave up (`fail` in host-script.sh). */
function ownWords(failed: string): Because {
  const program = /^this host has no (\S+)$/.exec(failed)?.[1];
  if (program !== undefined) return reason("programMissing", program);
  if (failed.startsWith("no folder to write to")) return reason("noFolder");
  return failed.startsWith("the SSM Agent is too old") ? reason("agentTooOld") : said(failed);
}

function unread(because: Because): Frames {
  return { steps: new Map(), whole: false, because };
}

function decoded(text: string, length: number): Buffer {
  const chars = Math.ceil(length / 3) * 4;
  const base64 = /^[A-Za-z0-9+/=\r\n]*/.exec(text.slice(0, chars * 2 + 100))?.[0].replaceAll(/[\r\n]/g, "") ?? "";
  return Buffer.from(base64.slice(0, chars), "base64").subarray(0, length);
}

function inflated(gz: Buffer): Buffer | undefined {
  try {
    return gunzipSync(gz, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}

/** The frames in order. Only lines with the word of this run count, and each frame's length is told, so that no log can write one. */
function stepsIn(bytes: Buffer): Map<string, Frame> | undefined {
  const first = lineAt(bytes, 0);
  const nonce = /^#gumshoe:1 ([0-9A-Za-z-]{8,80})$/.exec(first.line)?.[1];
  if (nonce === undefined) return undefined;
  const steps = new Map<string, Frame>();
  let at = first.next;
  while (at < bytes.length) {
    const { line, next } = lineAt(bytes, at);
    const said = wordsOf(line, nonce);
    if (!said) break;
    const end = next + said.bytes;
    const marker = `\n#end ${nonce} ${said.id}\n`;
    const ended = bytes.toString("latin1", end, end + marker.length) === marker;
    const body = bytes.subarray(next, end);
    steps.set(said.id, { ...frameOf(said, body.length, ended), text: textOf(body, nonce) });
    if (!ended) break;
    at = end + marker.length;
  }
  return steps;
}

function lineAt(bytes: Buffer, at: number): { line: string; next: number } {
  const newline = bytes.indexOf(10, at);
  const end = newline < 0 ? bytes.length : newline;
  return { line: bytes.toString("latin1", at, Math.min(end, at + 1000)), next: end + 1 };
}

type Words = { id: string; exit: number; ms: number; bytes: number; cut: number; clipped: number; keep: Frame["kept"] };

function wordsOf(line: string, nonce: string): Words | undefined {
  const [mark, word, ...pairs] = line.split(" ");
  if (mark !== "#step" || word !== nonce) return undefined;
  const said = new Map(pairs.map((pair) => pair.split("=", 2) as [string, string]));
  const number = (name: string) => (/^\d{1,9}$/.test(said.get(name) ?? "") ? Number(said.get(name)) : NaN);
  const [exit, ms, bytes, cut, clipped] = [number("exit"), number("ms"), number("bytes"), number("cut"), number("clipped")];
  const id = said.get("id") ?? "";
  const keep = (["newest", "oldest", "all"] as const).find((end) => end === said.get("keep"));
  if (id === "" || !keep || [exit, ms, bytes, cut, clipped].some(Number.isNaN)) return undefined;
  return { id, exit, ms, bytes, cut, clipped, keep };
}

function frameOf(said: Words, length: number, ended: boolean): Omit<Frame, "text"> {
  const timedOut = TIMEOUT_EXITS.includes(said.exit);
  const cutBytes = said.cut + (said.bytes - length);
  const whole = ended && cutBytes === 0 && !timedOut;
  return { exitCode: said.exit, ms: said.ms, cutBytes, kept: said.keep, clippedBytes: said.clipped, whole, ended, timedOut };
}

/** The host marks standard error with the word of this run; a program that prints `STDERR_MARK` itself must not hide what comes after it. */
function textOf(body: Buffer, nonce: string): string {
  const [printed = "", ...complaint] = body.toString("utf8").split(STDERR_MARK.replace(/ ---$/, ` ${nonce} ---`));
  const own = printed.replaceAll(STDERR_MARK, STDERR_MARK.slice(0, -1));
  return complaint.length > 0 ? `${own}${STDERR_MARK}${complaint.join("")}` : own;
}
