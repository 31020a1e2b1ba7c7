import { fork, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { SETTINGS } from "../unit.ts";
import { gunicornLines } from "./gunicorn-lines.ts";
import { ownSettings, tell } from "./own-settings.ts";

/** What the arbiter is started with: its port (any when left out), the number of its workers, and `--timeout`. */
export type ArbiterSettings = { port?: number; workers: number; timeoutS: number };

/**
 * What the arbiter tells of itself whenever it changes: its port, its workers' processes, the connections that none has taken yet, and whether
 * all workers have begun to work.
 */
export type ArbiterState = { port: number; workers: number[]; backlog: number; ready: boolean };

/** gunicorn's arbiter looks at its workers once a second. */
const LOOK_MS = 1_000;

/** gunicorn's listen backlog (its setting `backlog`). */
const MOST_WAITING = 2_048;

type Worker = { process: ChildProcess; ready: boolean; idle: boolean; busySince?: number; aborted: boolean; socket?: Socket };

const settings = ownSettings<ArbiterSettings>();
process.title = "gunicorn: master [shop]";
const workers = new Set<Worker>();
// Connections wait here as they would in the kernel for gunicorn's workers to accept them: unread, in their order.
const backlog: Socket[] = [];
const server = createServer({ pauseOnConnect: true }, (socket) => {
  socket.on("error", () => {});
  if (backlog.length >= MOST_WAITING) return socket.destroy();
  backlog.push(socket);
  handOut();
});
server.listen(settings.port ?? 0, "127.0.0.1", () => {
  say(gunicornLines.starting(process.pid, new Date()));
  say(gunicornLines.listening(process.pid, new Date(), `127.0.0.1:${port()}`));
  say(gunicornLines.usingWorker(process.pid, new Date()));
  for (let started = 0; started < settings.workers; started++) boot();
  tellState();
  setInterval(lookAfterWorkers, LOOK_MS);
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function boot(): void {
  const child = fork(new URL("worker.ts", import.meta.url), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // The application's own settings come to its workers as they came here.
    env: { ...process.env, [SETTINGS]: "{}" },
    execArgv: [],
  });
  const worker: Worker = { process: child, ready: false, idle: false, aborted: false };
  workers.add(worker);
  child.on("message", () => {
    worker.ready = worker.idle = true;
    delete worker.busySince;
    handOut();
  });
  child.once("exit", (code, signal) => {
    workers.delete(worker);
    worker.socket?.destroy();
    if (signal === "SIGKILL") say(gunicornLines.killed(process.pid, new Date(), child.pid ?? 0));
    else say(gunicornLines.exited(process.pid, new Date(), child.pid ?? 0, code ?? 1));
    boot();
  });
}

/** The oldest connection goes to a worker that is free; each takes one at a time. */
function handOut(): void {
  for (const worker of workers) {
    if (!worker.idle || backlog.length === 0) continue;
    const socket = backlog.shift();
    if (!socket) break;
    worker.idle = false;
    worker.busySince = performance.now();
    worker.socket = socket;
    worker.process.send("connection", socket, (error) => error && socket.destroy());
  }
  tellState();
}

/** A worker that has not come back for longer than the time-out is asked to abort, which one that waits in C does not hear, then killed. */
function lookAfterWorkers(): void {
  for (const worker of workers) {
    if (worker.busySince === undefined || performance.now() - worker.busySince <= settings.timeoutS * 1000) continue;
    if (worker.aborted) {
      worker.process.kill("SIGKILL");
      continue;
    }
    say(gunicornLines.timeout(process.pid, new Date(), worker.process.pid ?? 0));
    worker.aborted = true;
    worker.process.kill("SIGABRT");
  }
}

function tellState(): void {
  const all = [...workers];
  const pids = all.map((worker) => worker.process.pid ?? 0);
  tell({ port: port(), workers: pids, backlog: backlog.length, ready: all.every(({ ready }) => ready) } satisfies ArbiterState);
}
