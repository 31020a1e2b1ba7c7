import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import { answerOf } from "./answers.ts";
import type { Outcome } from "./entry.ts";
import { bucketOf, type Bucket } from "./pace.ts";
import { plainer } from "./plainer.ts";
import type { Sender } from "./sender.ts";

/** The edits that messages are owed: of each message only the newest. */
export type EditLanes = { edit: (channel: string, key: string, message: Message) => void; size: () => number };

/** What editing needs; `outcomeOf` waits until a post is settled. */
export type Editing = {
  sender: Sender;
  outcomeOf: (key: string) => Promise<Outcome | undefined>;
  log: Log;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Edits of one message are at least this far apart: one a second and a half is a live picture. */
const APART_MS = 1_500;
/** Slack takes about 50 edits a minute in all (Tier 3). */
const EDITS = { burst: 10, everyMs: 1_300 };
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000];
const ATTEMPTS = 20;
/** Messages whose last edit is remembered. */
const MOST = 1_000;

type Lane = { channel: string; key: string; newest?: Message; running: boolean; editedAt: number };

/** No edit yet. */
export function editLanes(given: Editing): EditLanes {
  const lanes = new Map<string, Lane>();
  const bucket = bucketOf(EDITS);
  return {
    size: () => [...lanes.values()].filter(({ running }) => running).length,
    edit: (channel, key, message) => {
      const lane = lanes.get(key) ?? { channel, key, running: false, editedAt: -Infinity };
      lanes.set(key, lane);
      lane.newest = message;
      if (!lane.running) void run(lane, bucket, given);
      if (lanes.size > MOST) for (const [old, { running }] of lanes) if (!running && lanes.size > MOST / 2) lanes.delete(old);
    },
  };
}

/** Edit a message until it is as it should be; while one edit is under way or not yet due, newer ones take its place. Never throws. */
async function run(lane: Lane, bucket: Bucket, given: Editing): Promise<void> {
  lane.running = true;
  const outcome = await given.outcomeOf(lane.key).catch(() => undefined);
  while (lane.newest !== undefined) {
    await given.sleep(Math.max(0, lane.editedAt + APART_MS - given.now()));
    const message = lane.newest;
    if (outcome && "ts" in outcome) await editOnce({ lane, ts: outcome.ts, message }, bucket, given);
    lane.editedAt = given.now();
    if (lane.newest === message) delete lane.newest;
  }
  lane.running = false;
}

type Edit = { lane: Lane; ts: string; message: Message };

/** Send one edit until it is taken, will never be, or is no longer the newest. Repeating it does no harm. Never throws. */
async function editOnce({ lane, ts, message }: Edit, bucket: Bucket, { sender, log, now, sleep }: Editing): Promise<void> {
  const { channel, key } = lane;
  let shown = message;
  for (let failures = 0; failures < ATTEMPTS && (failures === 0 || lane.newest === message); failures++) {
    for (let waitMs = bucket.waitMs(now()); waitMs > 0; waitMs = bucket.waitMs(now())) await sleep(waitMs);
    bucket.take(now());
    try {
      return await sender.edit(channel, ts, key, shown);
    } catch (error) {
      const answer = answerOf(error);
      log.warn({ channel, key, err: error, kind: answer.kind }, "editing a message");
      const next = answer.kind === "unfit" ? plainer(shown) : undefined;
      if (answer.kind === "refused" || (answer.kind === "unfit" && !next)) return;
      if (next) shown = next;
      else await sleep(answer.kind === "limited" ? answer.retryAfterMs : (WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0));
    }
  }
}
