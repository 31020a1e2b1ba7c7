import { deliver, type Delivering } from "./deliver.ts";
import { deliverFile } from "./deliver-file.ts";
import type { Outcome, OutboxStore, Place, Post } from "./entry.ts";
import { bucketOf, type Bucket } from "./pace.ts";
import type { Spot } from "./sender.ts";

/** The posts of all channels: in each of them one after the other. */
export type PostLanes = {
  post: (post: Post) => Promise<Outcome>;
  /** What became of a post, as soon as that is known; nothing of one that nobody gave. */
  outcomeOf: (key: string) => Promise<Outcome | undefined>;
  size: () => number;
};

/** What the lanes need; each post brings its own pace and its own note that it is being sent. */
export type Posting = Omit<Delivering, "bucket" | "sending"> & { store: OutboxStore };

/** Slack takes a message a second and channel, with bursts that it does not tell. */
const POSTS = { burst: 4, everyMs: 1_100 };

/** No post yet. */
export function postLanes(given: Posting): PostLanes {
  const lanes = new Map<string, { bucket: Bucket; tail: Promise<unknown> }>();
  const open = new Map<string, Promise<Outcome>>();
  const outcomeOf = async (key: string) => open.get(key) ?? given.store.outcomeOf(key);
  return {
    outcomeOf,
    size: () => open.size,
    post: (post) => {
      const before = open.get(post.key);
      if (before) return before;
      const lane = lanes.get(post.channel) ?? { bucket: bucketOf(POSTS), tail: Promise.resolve() };
      lanes.set(post.channel, lane);
      const sent = lane.tail.then(async () => sendOnce(post, lane.bucket, outcomeOf, given));
      lane.tail = sent;
      open.set(post.key, sent);
      return sent.finally(() => open.delete(post.key));
    },
  };
}

/** Send a post unless it was sent, and keep what became of it. Never throws: without its store nothing is sent, since nobody would know. */
async function sendOnce(post: Post, bucket: Bucket, outcomeOf: PostLanes["outcomeOf"], given: Posting): Promise<Outcome> {
  const { store, log } = given;
  try {
    const known = await store.owe(post);
    if (known !== undefined && known !== "owed") return known;
    const spot = await spotOf(post, outcomeOf);
    const delivering = { ...given, bucket, sending: () => store.sending(post.key) };
    const outcome = spot ? await send(spot, post, delivering) : { refused: "thread_not_posted" };
    await store.settle(post.key, outcome);
    if (!("ts" in outcome)) log.error({ channel: post.channel, key: post.key, ...outcome }, "posting: it does not stand");
    return outcome;
  } catch (error) {
    log.error({ channel: post.channel, key: post.key, err: error }, "posting: the outbox's store");
    return { inDoubt: "store" };
  }
}

async function send(spot: Spot, post: Post, delivering: Delivering): Promise<Outcome> {
  return "file" in post ? deliverFile(spot, post.file, delivering) : deliver(spot, post.key, post.message, delivering);
}

/** Where a post goes once the thread that it belongs to stands; nothing where that never will. */
async function spotOf({ channel, thread }: Place, outcomeOf: PostLanes["outcomeOf"]): Promise<Spot | undefined> {
  if (!thread) return { channel };
  if ("ts" in thread) return { channel, threadTs: thread.ts };
  const root = await outcomeOf(thread.key);
  return root && "ts" in root ? { channel, threadTs: root.ts } : undefined;
}
