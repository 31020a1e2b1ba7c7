import type { Journal } from "../journal.ts";
import { startUnit } from "../unit.ts";
import type { ArbiterSettings, ArbiterState } from "./arbiter.ts";
import { printedBy } from "./gunicorn-lines.ts";
import type { DatabaseAddress } from "./pages.ts";
import type { ProxySettings } from "./proxy.ts";

/** The processes of the shop's application. */
export type Pids = { proxy: number; arbiter: number; workers: readonly number[] };

/** The running application: a proxy in front of an arbiter with three workers, and what it is doing. */
export type Application = {
  ports: { site: number; app: number };
  pids: () => Pids;
  /** Connections that no worker has taken yet. */
  backlog: () => number;
  /** From now on what it prints goes into the journal; what it printed at its start is the past's to tell. */
  keepLines: () => void;
  stop: () => Promise<void>;
};

/** gunicorn's workers in the founding incident, and its default time-out. */
const GUNICORN = { workers: 3, timeoutS: 30 };

/** What the application needs, and where it writes. */
export type Needs = { database: DatabaseAddress; accessLog: string; journal: Journal };

/** Starts gunicorn's like and the proxy before it, and waits until its workers work. Where one does not start, both are stopped again. */
export async function startApplication({ database, accessLog, journal }: Needs): Promise<Application> {
  let kept = false;
  const keep = (unit: string) => (text: string, pid: number) => {
    if (kept) journal.write({ at: new Date(), unit, ident: unit, pid: printedBy(text) ?? pid, text });
  };
  const settings: ArbiterSettings = { ...GUNICORN, worker: database };
  const gunicorn = startUnit<ArbiterState>(new URL("arbiter.ts", import.meta.url), settings, keep("gunicorn"));
  const stops = [gunicorn.stop];
  try {
    const ready = gunicorn.until((told) => told.ready);
    ready.catch(() => {});
    const { port: app } = await gunicorn.until(() => true);
    const front: ProxySettings = { upstreamPort: app, accessLog };
    const proxy = startUnit<{ port: number }>(new URL("proxy.ts", import.meta.url), front, keep("caddy"));
    stops.unshift(proxy.stop);
    const { port: site } = await proxy.until(() => true);
    let state = await ready;
    gunicorn.hear((told) => (state = told));
    return {
      ports: { site, app },
      pids: () => ({ proxy: proxy.pid, arbiter: gunicorn.pid, workers: state.workers }),
      backlog: () => state.backlog,
      keepLines: () => (kept = true),
      stop: async () => stopAll(stops),
    };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}
