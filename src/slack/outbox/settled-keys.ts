import type { Log } from "../log.ts";
import type { Outcome, OutboxStore } from "./entry.ts";

/** Waits for what becomes of posts that are written down, whichever copy sends them. */
export type SettledKeys = {
  wait: (key: string) => Promise<Outcome>;
  within: (key: string, deadlineMs: number) => Promise<Outcome | undefined>;
};

type Given = {
  store: Pick<OutboxStore, "outcomeOf">;
  log: Log;
  sleep: (ms: number) => Promise<void>;
  onSettled?: (listener: () => void) => void;
};

/** Looked for this often, should nobody say that something was settled. */
const LOOK_MS = 1_000;

type Waiting = { outcome: Promise<Outcome>; resolve: (outcome: Outcome) => void; waiters: number };

/** Nothing is waited for yet. */
export function settledKeys({ store, log, sleep, onSettled }: Given): SettledKeys {
  const waiting = new Map<string, Waiting>();
  let looping = false;
  const look = async () => {
    for (const [key, { resolve }] of waiting) {
      const outcome = await store.outcomeOf(key);
      if (!outcome) continue;
      waiting.delete(key);
      resolve(outcome);
    }
  };
  const quietly = async () => look().catch((error: unknown) => log.warn({ err: error }, "looking for what became of posts"));
  const loop = async () => {
    looping = true;
    for (; waiting.size > 0; await sleep(LOOK_MS)) await quietly();
    looping = false;
  };
  onSettled?.(() => void (waiting.size > 0 && quietly()));
  const join = (key: string): Waiting => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const joined = waiting.get(key) ?? { outcome: promise, resolve, waiters: 0 };
    joined.waiters++;
    waiting.set(key, joined);
    if (looping) void quietly();
    else void loop();
    return joined;
  };
  return {
    wait: async (key) => join(key).outcome,
    within: async (key, deadlineMs) => {
      const joined = join(key);
      const outcome = await Promise.race([joined.outcome, sleep(deadlineMs).then(() => undefined)]);
      if (--joined.waiters === 0 && outcome === undefined && waiting.get(key) === joined) waiting.delete(key);
      return outcome;
    },
  };
}
