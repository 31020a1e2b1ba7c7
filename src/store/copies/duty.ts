import { setTimeout as pause } from "node:timers/promises";
import type { StoreLog } from "../database/log.ts";

type Work = (signal: AbortSignal) => Promise<void>;

/** The work of whoever is on duty: none of it is done twice at once, and it is over before the duty is given away. */
export type Duty = {
  add: (work: Work) => { stop: () => Promise<void> };
  /** Whether there is nothing to do on duty. */
  isIdle: () => boolean;
  /** This copy is on duty until `signal` aborts: begins what has not begun yet. */
  begin: (signal: AbortSignal) => void;
  /** Resolves when all work has ended; its signal must have aborted. */
  end: () => Promise<void>;
  /** Resolves when work came or went, after so many milliseconds, or when `signal` aborts. */
  change: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Work that rejects is begun again after so long. */
const AGAIN_MS = 1_000;

type Entry = { work: Work; stopped: AbortController; running?: Promise<void> };

/** Nobody is on duty yet, and there is nothing to do. */
export function openDuty(log: StoreLog): Duty {
  const entries = new Set<Entry>();
  let changed = (): void => {};
  const run = async ({ work }: Entry, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        return await work(signal);
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, "being on duty");
        await pause(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
  return {
    add: (work) => {
      const entry: Entry = { work, stopped: new AbortController() };
      entries.add(entry);
      changed();
      return {
        stop: async () => {
          entry.stopped.abort();
          await entry.running;
          entries.delete(entry);
          changed();
        },
      };
    },
    isIdle: () => entries.size === 0,
    begin: (signal) => {
      for (const entry of entries)
        if (!entry.stopped.signal.aborted) entry.running ??= run(entry, AbortSignal.any([signal, entry.stopped.signal]));
    },
    end: async () => {
      for (const entry of entries) {
        await entry.running;
        delete entry.running;
      }
    },
    change: async (ms, signal) => {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      changed = () => resolve();
      const [timer, aborted] = [setTimeout(changed, ms), changed];
      signal.addEventListener("abort", aborted, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
    },
  };
}
