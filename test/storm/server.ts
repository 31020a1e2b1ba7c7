import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isPostgres } from "../../src/store/embedded/process.ts";
import { startEmbedded } from "../../src/store/embedded/start.ts";

/** What can be done to a PostgreSQL, by its folder: nothing of it is asked. */
export type Server = {
  /** It and all its processes stand still: connections stay, and nobody answers. */
  halt: () => Promise<void>;
  /** It and all its processes end at once, also where they stand still; resolves when none is left. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** What it says in its log. */
  log: () => Promise<string>;
};

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** The server of a store's folder. */
export function serverOf(folder: string): Server {
  const each = async (signal: NodeJS.Signals): Promise<number[]> => {
    const pids = await processesOf(folder);
    for (const pid of pids) send(pid, signal);
    return pids;
  };
  return {
    halt: async () => void (await each("SIGSTOP")),
    kill: async () => {
      const pids = await each("SIGKILL");
      for (const pid of pids) while (await isPostgres(pid)) await pause(20);
    },
    start: async () => void (await startEmbedded(folder, silent)),
    log: async () => readFile(join(folder, "server.log"), "utf8"),
  };
}

/** The postmaster, then its children; none where it does not run. */
async function processesOf(folder: string): Promise<number[]> {
  const [pid = ""] = (await readFile(join(folder, "postgres/postmaster.pid"), "utf8").catch(() => "")).split("\n", 1);
  if (!(await isPostgres(Number(pid)))) return [];
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const children = await Promise.all(all.map(async (name) => ((await parentOf(name)) === pid ? [Number(name)] : [])));
  return [Number(pid), ...children.flat()];
}

async function parentOf(pid: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^PPid:\s+(\d+)$/m.exec(status)?.[1];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
