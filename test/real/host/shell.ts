import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a command is run; a command that is not done after `timeoutS` (default 120) is killed and counts as failed. */
export type RunOptions = { input?: string; timeoutS?: number };

/** What a command left behind; `exitCode` is null where a signal ended it. */
export type Ended = { exitCode: number | null; stdout: string; stderr: string };

/** Runs a command to its end and returns what it printed, whatever its exit code. */
export async function attempt(command: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [program = "true", ...args] = command;
  const child = spawn(program, args, { timeout: (options.timeoutS ?? 120) * 1000, killSignal: "SIGKILL" });
  child.stdin.on("error", () => undefined); // a program may end before it has read all of its input
  child.stdin.end(options.input ?? "");
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [exitCode, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

/** Runs a command that has to succeed and returns its standard output; throws with the end of its messages where it does not. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await attempt(command, options);
  if (exitCode === 0) return stdout;
  throw new Error(`${command.join(" ").slice(0, 200)}: exit ${exitCode}: ${(stderr || stdout).slice(-600)}`);
}

/** Waits until `claim` holds, looking each half second; throws with `what` when it does not within `limitS`. */
export async function waitUntil(what: string, limitS: number, claim: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + limitS * 1000;
  while (!(await claim())) {
    if (Date.now() > limit) throw new Error(`waited ${limitS} s in vain: ${what}`);
    await pause(0.5);
  }
}

/** Does nothing for a number of seconds. */
export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
