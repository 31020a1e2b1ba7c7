import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../slack/log.ts";

/** Waits after each failure; the last one repeats. */
const WAITS_MS = [200, 500, 1_000, 2_000, 5_000];

type Insisting = { what: string; signal: AbortSignal; log: Log; facts: Record<string, unknown> };

/** Does something in the store until that works. Throws only where the signal ends it. */
export async function untilDone<Result>(work: () => Promise<Result>, { what, signal, log, facts }: Insisting): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      log.error({ ...facts, err: error }, what);
      await pause(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)], undefined, { signal });
    }
  }
}
