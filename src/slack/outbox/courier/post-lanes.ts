import { deliver, waitOf, type Delivering } from "./deliver.ts";
import { deliverFile } from "./deliver-file.ts";
import type { Outcome, OutboxStore, Owed, Place } from "../entry.ts";
import type { Outcomes } from "./outcomes.ts";
import { bucketOf, type Bucket } from "./pace.ts";
import type { Spot } from "../sender.ts";

/** The posts of all channels: in each of them one after the other. */
export type PostLanes = {
  /** Takes what is owed, in its order: what is in hand or settled already changes nothing. */
  take: (owed: readonly Owed[]) => void;
  idle: () => Promise<void>;
};

/** What the lanes need; each post brings its own pace and its own note that it is being sent. */
export type Posting = Omit<Delivering, "bucket" | "sending" | "since"> & { store: OutboxStore; outcomes: Outcomes };

/** Slack takes a message a second and channel, with bursts that it does not tell. */
const POSTS = { burst: 4, everyMs: 1_100 };

/** A call lives for 8 s at most: one that a process had under way when it ended has come to its end by then. */
const IN_FLIGHT_MS = 10_000;

/** A note that took longer to write may be older than the call that it announces: it is written again. */
const NOTED_MS = 1_000;

type Lane = { bucket: Bucket; waiting: Owed[]; running?: Promise<void> };

/** No post yet. */
export function postLanes(given: Posting): PostLanes {
  const lanes = new Map<string, Lane>();
  const inHand = new Set<string>();
  return {
    take: (owed) => {
      for (const each of owed) {
        const { key, channel } = each.post;
        if (inHand.has(key) || given.outcomes.known(key)) continue;
        inHand.add(key);
        const lane = lanes.get(channel) ?? { bucket: bucketOf(POSTS), waiting: [] };
        lanes.set(channel, lane);
        lane.waiting.push(each);
      }
      for (const lane of lanes.values())
        if (lane.waiting.length > 0) lane.running ??= run(lane, inHand, given).finally(() => delete lane.running);
    },
    idle: async () => void (await Promise.all([...lanes.values()].map(async ({ running }) => running))),
  };
}

/** Sends what can be sent of a channel, in order; what belongs under a message that does not stand yet waits for it. Never throws. */
async function run(lane: Lane, inHand: Set<string>, given: Posting): Promise<void> {
  const { log, signal } = given;
  try {
    while (!signal.aborted) {
      const next = await firstToSend(lane.waiting, given.outcomes);
      if (!next) return;
      const { owed, spot } = next;
      await sendOnce(owed, spot, { ...given, bucket: lane.bucket });
      lane.waiting.splice(lane.waiting.indexOf(owed), 1);
      inHand.delete(owed.post.key);
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, "posting: the outbox's store");
  }
}

type Next = { owed: Owed; spot: Spot | undefined };

async function firstToSend(waiting: readonly Owed[], outcomes: Outcomes): Promise<Next | undefined> {
  const held = new Set<string>();
  for (const owed of waiting) {
    const { thread } = owed.post;
    const root = thread && "key" in thread ? thread.key : undefined;
    if (root !== undefined && held.has(root)) continue;
    const spot = await spotOf(owed.post, outcomes);
    if (spot !== "not-yet") return { owed, spot };
    if (root !== undefined) held.add(root);
  }
  return undefined;
}

/** Where a post goes; nothing where its thread never will stand, "not-yet" where it does not stand yet. */
async function spotOf({ channel, thread }: Place, outcomes: Outcomes): Promise<Spot | undefined | "not-yet"> {
  if (!thread) return { channel };
  if ("ts" in thread) return { channel, threadTs: thread.ts };
  const root = await outcomes.of(thread.key);
  if (!root) return "not-yet";
  return "ts" in root ? { channel, threadTs: root.ts } : undefined;
}

/** Send a post, and keep what became of it. Throws only where the signal ends it: then it is still owed. */
async function sendOnce({ post, sendingSince }: Owed, spot: Spot | undefined, given: Posting & { bucket: Bucket }): Promise<void> {
  const { store, log, now, sleep, outcomes } = given;
  if (sendingSince) {
    log.warn({ channel: post.channel, key: post.key, since: sendingSince }, "posting: it was being sent before; it is looked for first");
    await sleep(Math.min(IN_FLIGHT_MS, Math.max(0, sendingSince.getTime() + IN_FLIGHT_MS - now())));
    given.signal.throwIfAborted();
  }
  const sending = async () => noteSending(post.key, given);
  const delivering = { ...given, sending, ...(sendingSince ? { since: sendingSince } : {}) };
  const outcome = spot ? await send(spot, post, delivering) : { refused: "thread_not_posted" };
  // What Slack took is kept in any case: a store that is away is waited for, and nothing else of the channel is sent meanwhile.
  await insisting(async () => store.settle(post.key, outcome), given);
  outcomes.keep(post.key, outcome);
  if ("inDoubt" in outcome)
    log.error({ channel: post.channel, key: post.key, ...outcome }, "posting: nobody can tell whether it stands, so it is held");
  if ("refused" in outcome) log.error({ channel: post.channel, key: post.key, ...outcome }, "posting: it does not stand");
}

async function send(spot: Spot, post: Owed["post"], delivering: Delivering): Promise<Outcome> {
  return "file" in post ? deliverFile(spot, post.file, delivering) : deliver(spot, post.key, post.message, delivering);
}

/** Writes down that an attempt begins now. */
async function noteSending(key: string, given: Posting): Promise<void> {
  const { store, now, signal } = given;
  for (;;) {
    const at = now();
    await insisting(async () => store.sending(key, new Date(now())), given);
    signal.throwIfAborted();
    if (now() - at < NOTED_MS) return;
  }
}

/** Does something in the store until that works. Throws only where the signal ends it. */
async function insisting(write: () => Promise<void>, { log, sleep, signal }: Posting): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      return await write();
    } catch (error) {
      log.error({ err: error }, "posting: the outbox's store");
      signal.throwIfAborted();
      await sleep(waitOf(failures));
    }
  }
}
