import { setTimeout as pause } from "node:timers/promises";

/** Where waiting and counting take their time from. `sleep` ends early, without an error, when its signal is aborted. */
export type Clock = { now: () => Date; sleep: (ms: number, signal?: AbortSignal) => Promise<void> };

/** The machine's own time. */
export const realClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => pause(Math.max(0, ms), undefined, signal ? { signal } : {}).catch(() => undefined),
};
