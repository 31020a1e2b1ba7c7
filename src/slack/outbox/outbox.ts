import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import { editLanes } from "./edit-lanes.ts";
import { memoryStore, type Outcome, type OutboxStore, type Post } from "./entry.ts";
import { postLanes } from "./post-lanes.ts";
import type { Sender } from "./sender.ts";

/** Everything that is posted into channels goes through here: once, and in each channel in the order in which it was given. */
export type Outbox = {
  /** Post once; the same key twice is one message. Resolves when it stands or never will; never rejects. */
  post: (post: Post) => Promise<Outcome>;
  /** Edit a message that was posted, or is still queued. Of several edits in short order the newest is sent. */
  edit: (channel: string, key: string, message: Message) => void;
  /** What is still owed. */
  pending: () => number;
  /** Resolves when nothing is owed any more (true), or after `deadlineMs` (false). */
  flush: (deadlineMs: number) => Promise<boolean>;
};

type Given = { sender: Sender; log: Log; store?: OutboxStore; now?: () => number; sleep?: (ms: number) => Promise<void> };

/** An outbox over Slack's calls. */
export function createOutbox({ sender, log, store = memoryStore(), now = sinceEpoch, sleep = doze }: Given): Outbox {
  const posts = postLanes({ sender, log, store, now, sleep });
  const edits = editLanes({ sender, log, now, sleep, outcomeOf: posts.outcomeOf });
  const pending = () => posts.size() + edits.size();
  return {
    post: posts.post,
    edit: edits.edit,
    pending,
    flush: async (deadlineMs) => {
      for (const until = now() + deadlineMs; pending() > 0 && now() < until;) await sleep(20);
      return pending() === 0;
    },
  };
}

/** Milliseconds that no change of the machine's clock makes jump. */
function sinceEpoch(): number {
  return performance.timeOrigin + performance.now();
}

async function doze(ms: number): Promise<void> {
  await pause(ms);
}
