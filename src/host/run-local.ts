import { spawn, type ChildProcess } from "node:child_process";

/** What a script did on this host. `exitCode` is 128 + the signal's number where a signal ended it. */
export type LocalRun = { output: string; exitCode: number; ms: number; ended: "by-itself" | "time-out" | "abort" };

/** How a script is run: `timeoutMs` ends it, and so does `signal`; `path` stands in for PATH where given. */
type LocalOptions = { timeoutMs: number; signal?: AbortSignal; path?: string };

/** Kept of the output at most; a host script prints its limit of characters and no more. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Between asking a script to end, which lets it remove its folder, and ending it. */
const GRACE_MS = 2_000;

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/**
 * Run a script with this host's `/bin/sh`, its text on standard input. It gets a process group of its own, so that Ctrl-C reaches only the caller,
 * who aborts `signal`; at the time-out, the abort and the caller's own exit the whole group is ended. Throws where it cannot be started.
 */
export async function runLocal(script: string, { timeoutMs, signal, path }: LocalOptions): Promise<LocalRun> {
  const began = performance.now();
  const env = path === undefined ? undefined : { PATH: path };
  const child = spawn("/bin/sh", [], { detached: true, stdio: ["pipe", "pipe", "ignore"], ...(env ? { env } : {}) });
  let ended: LocalRun["ended"] = "by-itself";
  const stop = (why: LocalRun["ended"]) => {
    if (ended === "by-itself") ended = why;
    endGroup(child, "SIGTERM");
    grace ??= setTimeout(() => endGroup(child, "SIGKILL"), GRACE_MS);
  };
  let grace: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => stop("time-out"), timeoutMs);
  const onAbort = () => stop("abort");
  const onExit = () => endGroup(child, "SIGTERM");
  signal?.addEventListener("abort", onAbort, { once: true });
  process.once("exit", onExit);
  try {
    if (signal?.aborted) onAbort();
    const [output, exitCode] = await Promise.all([outputOf(child), exitOf(child), feed(child, script)]);
    return { output, exitCode, ms: Math.round(performance.now() - began), ended };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal?.removeEventListener("abort", onAbort);
    process.removeListener("exit", onExit);
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

async function outputOf(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of child.stdout ?? []) {
    if (bytes < MOST_BYTES) chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return Buffer.concat(chunks).toString("utf8").slice(0, MOST_BYTES);
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error("starting /bin/sh on this host", { cause: error })));
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? (SIGNAL_NUMBERS[signal] ?? 0) : 0)));
  });
}

function feed(child: ChildProcess, script: string): Promise<void> {
  return new Promise((resolve) => {
    // A script that ends before it was read to its end closes the pipe; its exit code tells the rest.
    child.stdin?.once("error", () => resolve());
    child.stdin?.end(script, resolve);
  });
}
