import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/**
 * A program of its own: `heard` resolves with the next line that it prints which a pattern fits, `all` are its lines so far, and `kill` resolves when it
 * has ended.
 */
export type Child = {
  pid: number;
  all: readonly string[];
  heard: (line: RegExp) => Promise<string>;
  kill: (signal?: NodeJS.Signals) => Promise<void>;
};

/** Runs a script in a Node of its own, which may import from `src/store` as `store("open.ts")`; it ends with the test. */
export function runChild(script: string, ...args: string[]): Child {
  const store = new URL("../../src/store/", import.meta.url).href;
  const text = `const [, from, ...args] = process.argv;
    const store = (file) => import(from + file);
    const silent = { info: () => {}, warn: () => {}, error: () => {} };
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", text, store, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => end(child, "SIGKILL"));
  const lines: string[] = [];
  let read = 0;
  let told = (): void => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    told();
  });
  child.once("exit", () => told());
  const heard = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const nth = lines.findIndex((line, at) => at >= read && pattern.test(line));
      if (nth >= 0) return lines[(read = nth + 1) - 1] ?? "";
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the child has ended without ${pattern}`);
      await new Promise<void>((resolve) => (told = resolve));
    }
  };
  return { pid: child.pid ?? 0, all: lines, heard, kill: async (signal = "SIGKILL") => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
