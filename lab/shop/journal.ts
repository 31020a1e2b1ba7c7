import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";

/** One line of the journal: when, which unit's, and by which program of it (`systemd` is process 1; the kernel has no number). */
type JournalEntry = { at: Date; unit: string; ident: string; pid?: number; text: string };

/** The host's journal: one file for each unit, in the form of `journalctl -o short-iso`. */
export type Journal = {
  dir: string;
  write: (entry: JournalEntry) => void;
  /** The newest lines of a unit as `systemctl status` shows them. */
  newest: (unit: string, lines: number) => string[];
  stop: () => Promise<void>;
};

/** The host's name in every line. */
export const HOST_NAME = "ip-172-26-8-250";

/** As many as `systemctl status -n` is asked for at most. */
const KEPT = 20;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Opens a journal in a new folder. */
export function openJournal(dir: string): Journal {
  mkdirSync(dir, { recursive: true });
  const files = new Map<string, WriteStream>();
  const kept = new Map<string, string[]>();
  let stopped = false;
  const fileOf = (unit: string): WriteStream => {
    const file = files.get(unit) ?? createWriteStream(join(dir, `${unit}.log`), { flags: "a" });
    // What a full disk does not take is lost, as with any journal.
    if (!files.has(unit)) file.on("error", () => {});
    files.set(unit, file);
    return file;
  };
  return {
    dir,
    write: (entry) => {
      const { unit, at, ident, pid, text } = entry;
      if (stopped) return;
      const who = `${HOST_NAME} ${ident}${pid === undefined ? "" : `[${pid}]`}: ${text}`;
      fileOf(unit).write(`${at.toISOString().slice(0, 19)}+0000 ${who}\n`);
      kept.set(unit, [...(kept.get(unit) ?? []), `${syslogTime(at)} ${who}`].slice(-KEPT));
    },
    newest: (unit, lines) => kept.get(unit)?.slice(-lines) ?? [],
    stop: async () => {
      stopped = true;
      await Promise.all([...files.values()].map(async (file) => new Promise<void>((resolve) => file.end(() => resolve()))));
    },
  };
}

/** `Nov 26 05:19:01`, the day padded with a blank. */
function syslogTime(at: Date): string {
  return `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`;
}
