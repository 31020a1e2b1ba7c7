import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** The running product: its log so far (its last lines, for when something goes wrong), and its end. */
export type Gumshoe = { pid: number; log: () => string; ended: Promise<number | null>; stop: () => Promise<void> };

/** `kept`: what is kept of its log, in characters. */
type Start = { command: string; args: readonly string[]; env: Readonly<Record<string, string>>; health: string; kept?: number };

/** Until it must answer that it is well; its database is created meanwhile. */
const READY_MS = 60_000;
const KEPT = 20_000;
/** Until one that does not stop by itself is ended. */
const STOP_MS = 30_000;

/** Starts `gumshoe` with these settings and no others, and waits until its health endpoint says that it is well. Throws with its log otherwise. */
export async function startGumshoe({ command, args, env, health, kept = KEPT }: Start): Promise<Gumshoe> {
  const { PATH = "", HOME = "/" } = process.env;
  const child = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "ignore", "pipe"], env: { PATH, HOME, ...env } });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (log = (log + part).slice(-kept)));
  const ended = once(child, "exit").then(([code]) => {
    process.off("exit", killed);
    return code as number | null;
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const timer = setTimeout(killed, STOP_MS);
    await ended;
    clearTimeout(timer);
  };
  const until = Date.now() + READY_MS;
  while (!(await healthy(health))) {
    if (child.exitCode === null && Date.now() < until) await pause(50);
    else {
      await stop();
      throw new Error(`starting gumshoe ${args.join(" ")}:\n${log}`);
    }
  }
  return { pid: child.pid ?? 0, log: () => log, ended, stop };
}

async function healthy(address: string): Promise<boolean> {
  const answer = await fetch(`http://${address}/healthz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}
