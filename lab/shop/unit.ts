import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of the shop in a process of its own. It ends when its channel to this process closes, however this process ended. */
export type Unit<Told> = {
  pid: number;
  /** Resolves with the first thing that it tells, from now on, of which `wanted` holds. Throws where it ends before or takes too long. */
  until: (wanted: (told: Told) => boolean) => Promise<Told>;
  hear: (listener: (told: Told) => void) => void;
  /** Kept when it has ended, however it did. */
  ended: Promise<void>;
  stop: () => Promise<void>;
};

/** How long a program may take to begin, and to end when it is asked to. */
const LIMIT_MS = { start: 30_000, stop: 2_000 };

/** Lines that a program printed last, told where it does not begin. */
const KEPT = 20;

/** The name of the variable that carries a program's settings: unlike its arguments, only its own user can read it. */
export const SETTINGS = "SHOP_UNIT";

/** A program of the shop, what it is started with, and variables of its environment. */
export type Started = { program: URL; settings: unknown; env?: Readonly<Record<string, string>> };

/** Starts a program of the shop; `onLine` gets what it prints, and its process. */
export function startUnit<Told>({ program, settings, env: own = {} }: Started, onLine: (line: string, pid: number) => void): Unit<Told> {
  const env = { ...own, [SETTINGS]: JSON.stringify(settings) };
  const child = fork(program, { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"], env, execArgv: [] });
  const said: string[] = [];
  const print = (line: string) => {
    said.push(line);
    if (said.length > KEPT) said.shift();
    onLine(line, child.pid ?? 0);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on("line", print);
  child.on("error", () => {});
  const name = program.pathname.replace(/^.*\//, "");
  return {
    pid: child.pid ?? 0,
    until: async (wanted) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => settle(() => reject(new Error([`starting ${name} of the shop: ${why}`, ...said].join("\n"))));
        const onExit = (code: number | null, signal: string | null) => fail(`it ended with ${code ?? signal}`);
        const onTold = (told: unknown) => wanted(told as Told) && settle(() => resolve(told as Told));
        const timer = setTimeout(() => fail("it is not there in time"), LIMIT_MS.start);
        const settle = (end: () => void) => {
          clearTimeout(timer);
          child.off("exit", onExit).off("message", onTold);
          end();
        };
        child.once("exit", onExit).on("message", onTold);
      }),
    ended: new Promise((resolve) => void child.once("close", () => resolve())),
    hear: (listener) => void child.on("message", (told) => listener(told as Told)),
    stop: async () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS.stop);
  await ended;
  clearTimeout(timer);
}
