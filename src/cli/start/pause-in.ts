import { setTimeout as pause } from "node:timers/promises";

/** Waits, and ends early, without an error, when the signal is aborted. */
export async function pauseIn(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
