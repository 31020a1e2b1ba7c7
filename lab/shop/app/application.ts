import { createServer } from "node:net";
import { once } from "node:events";
import type { Journal } from "../journal.ts";
import { startUnit } from "../unit.ts";
import type { ArbiterSettings, ArbiterState } from "./arbiter.ts";
import { printedBy } from "./gunicorn-lines.ts";
import type { ProxySettings } from "./proxy.ts";
import { serviceOf, type Service } from "./service.ts";

/** The processes of the shop's application. */
export type Pids = { proxy: number; arbiter: number; workers: readonly number[] };

/** The running application: a proxy in front of an arbiter with three workers, and what it is doing. */
export type Application = {
  ports: { site: number; app: number };
  pids: () => Pids;
  /** gunicorn as a unit, which can be stopped and begun again. */
  gunicorn: Service<ArbiterState>;
  /** Connections that no worker has taken yet. */
  backlog: () => number;
  /** From now on what it prints goes into the journal; what it printed at its start is the past's to tell. */
  keepLines: () => void;
  stop: () => Promise<void>;
};

/** gunicorn's workers in the founding incident, and its default time-out. */
const GUNICORN = { workers: 3, timeoutS: 30 };

/** What the application needs, the file with its `DATABASE_URL` among it, and where it writes. */
export type Needs = { environmentFile: string; accessLog: string; journal: Journal };

/** Starts gunicorn's like and the proxy before it, and waits until its workers work. Where one does not start, both are stopped again. */
export async function startApplication({ environmentFile, accessLog, journal }: Needs): Promise<Application> {
  let kept = false;
  const keep = (unit: string) => (text: string, pid: number) => {
    if (kept) journal.write({ at: new Date(), unit, ident: unit, pid: printedBy(text) ?? pid, text });
  };
  const app = await lastingPort();
  const gunicorn = serviceOf<ArbiterState>({
    name: "gunicorn",
    program: new URL("arbiter.ts", import.meta.url),
    settings: { ...GUNICORN, port: app } satisfies ArbiterSettings,
    environmentFile,
    ready: (told) => told.ready,
    onLine: keep("gunicorn"),
  });
  const stops = [gunicorn.stop];
  try {
    const front: ProxySettings = { upstreamPort: app, accessLog };
    const proxy = startUnit<{ port: number }>({ program: new URL("proxy.ts", import.meta.url), settings: front }, keep("caddy"));
    stops.unshift(proxy.stop);
    const [{ port: site }] = await Promise.all([proxy.until(() => true), gunicorn.start()]);
    return {
      ports: { site, app },
      pids: () => ({ proxy: proxy.pid, arbiter: gunicorn.state().pid, workers: workersOf(gunicorn) }),
      gunicorn,
      backlog: () => gunicorn.told()?.backlog ?? 0,
      keepLines: () => (kept = true),
      stop: async () => stopAll(stops),
    };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

function workersOf({ state, told }: Service<ArbiterState>): readonly number[] {
  return state().pid === 0 ? [] : (told()?.workers ?? []);
}

/** Ports that the kernel gives to connections begin above these (ip(7), ip_local_port_range). */
const LASTING = { from: 20_000, count: 12_000 };

/** A port that stays free while the unit that listens there is stopped. */
async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LASTING.from + Math.floor(Math.random() * LASTING.count);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await Promise.race([once(server, "listening").then(() => true), once(server, "error").then(() => false)]);
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}
