import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { NodeCommand, NodeResult } from "../../aws/world.ts";

/** Where scripts run: a folder for them and their temporary files, and the folders in which they find programs. */
export type Ground = { dir: string; path: string };

/** Between asking a script to end, which lets it remove its folder, and ending it. */
const GRACE_MS = 2_000;

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** Runs the script, and ends its whole group when this process's end of the third pipe closes, however this process ended. */
const KEEPER = `{ read -r _; kill -TERM 0; } <&3 >/dev/null 2>&1 &
exec /bin/sh "$0" 3<&-`;

/**
 * Runs a script on the shop's host with /bin/sh, in a process group of its own, which is ended at the time-out and when `signal` is aborted. It
 * gets `env`, the host's PATH and a folder for temporary files, and nothing of this process's environment. `exitCode` is 128 + the signal's
 * number where a signal ended it.
 */
export async function runOnHost({ dir, path }: Ground, { script, env, timeoutMs, signal }: NodeCommand): Promise<NodeResult> {
  const own = await mkdtemp(join(dir, "command-"));
  const file = join(own, "script.sh");
  await writeFile(file, script, { mode: 0o700 });
  const child = spawn("/bin/sh", ["-c", KEEPER, file], {
    cwd: own,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { LANG: "C.UTF-8", ...env, PATH: path, HOME: own, TMPDIR: own },
  });
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    endGroup(child, "SIGTERM");
    grace ??= setTimeout(() => endGroup(child, "SIGKILL"), GRACE_MS);
  };
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    const [stdout, stderr, exitCode] = await Promise.all([textOf(child.stdout), textOf(child.stderr), exitOf(child)]);
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal.removeEventListener("abort", stop);
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Signals the group that `detached` made; one that has ended is no error. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

async function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error("starting /bin/sh on the shop's host", { cause: error })));
    child.once("exit", (code, signal) => {
      // What the script left running in its group ends with it.
      child.stdio[3]?.destroy();
      resolve(code ?? 128 + (signal ? (SIGNAL_NUMBERS[signal] ?? 0) : 0));
    });
  });
}

async function textOf(stream: Readable | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
