import type { Log } from "../../log.ts";
import type { OutboxStore } from "../entry.ts";
import type { Sender } from "../sender.ts";
import { editLanes } from "./edit-lanes.ts";
import { outcomesIn } from "./outcomes.ts";
import { postLanes } from "./post-lanes.ts";

/** Brings to Slack what is owed: only one courier of all copies may run at a time. */
export type Courier = {
  /** Delivers until the signal is aborted, and resolves when nothing is under way any more. Never rejects. */
  run: (signal: AbortSignal) => Promise<void>;
  /** Something new is owed; it is looked for each second anyway. */
  ring: () => void;
};

type Given = {
  store: OutboxStore;
  sender: Sender;
  log: Log;
  now?: () => number;
  /** Ends early, without an error, when its signal is aborted. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
};

const LOOK_MS = 1_000;

/** Posts and edits that are looked at at a time; each incident has a handful. */
const MOST = 500;

/** A courier that stands still. */
export function createCourier({ store, sender, log, now = sinceEpoch, sleep = doze }: Given): Courier {
  let rung = Promise.withResolvers<void>();
  const lanes = (signal: AbortSignal) => {
    const given = { store, sender, log, now, signal, outcomes: outcomesIn(store), sleep: async (ms: number) => sleep(ms, signal) };
    return { posts: postLanes(given), edits: editLanes(given) };
  };
  return {
    ring: () => rung.resolve(),
    run: async (signal) => {
      const { posts, edits } = lanes(signal);
      while (!signal.aborted) {
        rung = Promise.withResolvers<void>();
        try {
          posts.take(await store.owed(MOST));
          edits.take(await store.owedEdits(MOST));
        } catch (error) {
          log.error({ err: error }, "looking for what is to be posted");
        }
        const waiting = new AbortController();
        await Promise.race([rung.promise, sleep(LOOK_MS, AbortSignal.any([signal, waiting.signal]))]);
        waiting.abort();
      }
      await Promise.all([posts.idle(), edits.idle()]);
    },
  };
}

/** Milliseconds that no change of the machine's clock makes jump. */
function sinceEpoch(): number {
  return performance.timeOrigin + performance.now();
}

async function doze(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
