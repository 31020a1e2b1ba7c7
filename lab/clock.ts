import { setTimeout as pause } from "node:timers/promises";

/** Where a part of the lab takes its time from. `sleep` ends early, without an error, when its signal is aborted. */
export type Clock = { now(): Date; sleep(ms: number, signal?: AbortSignal): Promise<void> };

/** A clock that stands still until `advance` moves it; whoever sleeps wakes in the order of the times they sleep until. */
export type VirtualClock = Clock & { advance(ms: number): Promise<void> };

/** The machine's own time. */
export const realClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => pause(Math.max(0, ms), undefined, signal ? { signal } : {}).catch(() => undefined),
};

type Sleeper = { until: number; wake: () => void };

/** Rounds of the event loop given to those who woke, so that what they start before their next sleep is under way. */
const ROUNDS = 4;

/** Time for tests: it begins at `start`, and an hour passes as fast as the work that falls into it. */
export function virtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  const sleepers = new Set<Sleeper>();
  const next = (limit: number) => [...sleepers].filter(({ until }) => until <= limit).sort((a, b) => a.until - b.until)[0];
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = { until: now + Math.max(0, ms), wake: done };
        function done() {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", done);
          resolve();
        }
        signal?.addEventListener("abort", done, { once: true });
        sleepers.add(sleeper);
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let due = next(end); due; due = next(end)) {
        now = Math.max(now, due.until);
        due.wake();
        await settle();
      }
      now = end;
    },
  };
}

async function settle(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await new Promise((resolve) => setImmediate(resolve));
}
