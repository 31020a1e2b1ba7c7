import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import type { Edit, Outcome, OutboxStore, Post } from "./entry.ts";
import { settledKeys } from "./settled-keys.ts";

/** Everything that is posted into channels is written down here, in the order in which it was given; the courier of the copy on duty sends it. */
export type Outbox = {
  /** Write a post down: from then on it is posted once, whatever happens. Returns what became of it where that is known. Rejects where the store does not take it. */
  owe: (post: Post) => Promise<Outcome | undefined>;
  /** Write an edit down, of which only the newest of a message is sent. Rejects where the store does not take it. */
  oweEdit: (edit: Edit) => Promise<void>;
  /** Post once; the same key twice is one message. Waits for a store that is down; resolves when it stands or never will; never rejects. */
  post: (post: Post) => Promise<Outcome>;
  /** Edit a message that was posted, or is still queued; waits for a store that is down. */
  edit: (channel: string, key: string, message: Message) => void;
  /** What became of a post, whoever gives it: resolves once that is known, or with nothing after `deadlineMs`. Never rejects. */
  outcomeOf: (key: string, deadlineMs: number) => Promise<Outcome | undefined>;
  /** Resolves once all that was given so far is written down, or after `deadlineMs`. */
  written: (deadlineMs?: number) => Promise<void>;
  /** What is still owed, by all copies. Rejects where the store does not tell. */
  pending: () => Promise<number>;
  /** Resolves when nothing is owed any more (true), or after `deadlineMs` (false). */
  flush: (deadlineMs: number) => Promise<boolean>;
};

type Sleep = (ms: number) => Promise<void>;
type Given = {
  store: OutboxStore;
  log: Log;
  /** Hears that some post was settled; it is looked for each second anyway. */
  onSettled?: (listener: () => void) => void;
  now?: () => number;
  sleep?: Sleep;
};

/** Waits while the store takes nothing; the last one repeats. */
const WAITS_MS = [200, 500, 1_000, 2_000, 5_000];

/** An outbox over a store. */
export function createOutbox({ store, log, onSettled, now = sinceEpoch, sleep = doze }: Given): Outbox {
  const settled = settledKeys({ store, log, sleep, ...(onSettled ? { onSettled } : {}) });
  const newest = new Map<string, Edit>();
  let tail: Promise<unknown> = Promise.resolve();
  let unwritten = 0;
  // One write after the other: the store numbers posts as they come.
  const inTurn = async <Value>(write: () => Promise<Value>): Promise<Value> => {
    unwritten++;
    const written = tail.then(write).finally(() => unwritten--);
    tail = written.catch(() => undefined);
    return written;
  };
  const surely = async <Value>(what: string, write: () => Promise<Value>) => inTurn(async () => untilWritten(write, { what, log, sleep }));
  const pending = async () => unwritten + (await store.pending());
  return {
    owe: async (post) => inTurn(async () => store.owe(post)),
    oweEdit: async (edit) => inTurn(async () => store.oweEdit(edit)),
    post: async (post) => (await surely(post.key, async () => store.owe(post))) ?? settled.wait(post.key),
    edit: (channel, key, message) => {
      const waits = newest.has(key);
      newest.set(key, { channel, key, message });
      if (waits) return;
      void surely(key, async () => {
        const edit = newest.get(key);
        newest.delete(key);
        try {
          if (edit) await store.oweEdit(edit);
        } catch (error) {
          if (edit && !newest.has(key)) newest.set(key, edit);
          throw error;
        }
      });
    },
    outcomeOf: async (key, deadlineMs) => settled.within(key, deadlineMs),
    written: async (deadlineMs) => void (await (deadlineMs === undefined ? tail : Promise.race([tail, sleep(deadlineMs)]))),
    pending,
    flush: async (deadlineMs) => {
      for (const until = now() + deadlineMs; now() < until; await sleep(50)) if ((await pending().catch(() => 1)) === 0) return true;
      return false;
    },
  };
}

/** Write something until the store takes it. */
async function untilWritten<Value>(write: () => Promise<Value>, { what, log, sleep }: { what: string; log: Log; sleep: Sleep }) {
  for (let failures = 0; ; failures++) {
    try {
      return await write();
    } catch (error) {
      log.error({ key: what, err: error }, "writing down what is to be posted");
      await sleep(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0);
    }
  }
}

/** Milliseconds that no change of the machine's clock makes jump. */
function sinceEpoch(): number {
  return performance.timeOrigin + performance.now();
}

async function doze(ms: number): Promise<void> {
  await pause(ms);
}
