import type { Log } from "../../log.ts";
import type { Message } from "../../messages/message.ts";
import { answerOf } from "../answers.ts";
import type { OutboxStore, OwedEdit } from "../entry.ts";
import type { Sender } from "../sender.ts";
import { untilFree, waitOf } from "./deliver.ts";
import type { Outcomes } from "./outcomes.ts";
import { bucketOf, type Bucket } from "./pace.ts";
import { plainer } from "./plainer.ts";

/** The edits that messages are owed: of each message only the newest. */
export type EditLanes = {
  /** Takes what is owed: what is in hand or sent already changes nothing. */
  take: (edits: readonly OwedEdit[]) => void;
  idle: () => Promise<void>;
};

/** What editing needs. */
export type Editing = {
  sender: Sender;
  store: Pick<OutboxStore, "edited">;
  outcomes: Outcomes;
  log: Log;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  signal: AbortSignal;
};

/** Edits of one message are at least this far apart: one a second and a half is a live picture. */
const APART_MS = 1_500;
/** Slack takes about 50 edits a minute in all (Tier 3). */
const EDITS = { burst: 10, everyMs: 1_300 };
/** Messages whose last edit is remembered. */
const MOST = 1_000;

type Lane = { newest: OwedEdit; done: number; editedAt: number; running?: Promise<void> };

/** No edit yet. */
export function editLanes(given: Editing): EditLanes {
  const lanes = new Map<string, Lane>();
  const bucket = bucketOf(EDITS);
  return {
    take: (edits) => {
      for (const edit of edits) {
        const lane = lanes.get(edit.key) ?? { newest: edit, done: 0, editedAt: -Infinity };
        lanes.set(edit.key, lane);
        // Not what is in hand already, read once more: whoever sends it goes on for as long as it is the newest.
        if (edit.version > lane.newest.version) lane.newest = edit;
        if (lane.newest.version > lane.done) lane.running ??= run(lane, bucket, given).finally(() => delete lane.running);
      }
      if (lanes.size > MOST) for (const [old, { running }] of lanes) if (!running && lanes.size > MOST / 2) lanes.delete(old);
    },
    idle: async () => void (await Promise.all([...lanes.values()].map(async ({ running }) => running))),
  };
}

/** Edit a message until it is as it should be; while one edit is under way or not yet due, newer ones take its place. Never throws. */
async function run(lane: Lane, bucket: Bucket, given: Editing): Promise<void> {
  const { log, signal, store, now, sleep } = given;
  try {
    const outcome = await given.outcomes.of(lane.newest.key);
    // It does not stand yet: the edit is still owed then, and comes again.
    if (!outcome) return;
    while (lane.newest.version > lane.done && !signal.aborted) {
      await sleep(Math.max(0, lane.editedAt + APART_MS - now()));
      const edit = lane.newest;
      if ("ts" in outcome) await editOnce({ lane, ts: outcome.ts, edit }, bucket, given);
      lane.editedAt = now();
      await store.edited(edit.key, edit.version);
      lane.done = edit.version;
    }
  } catch (error) {
    if (!signal.aborted) log.error({ key: lane.newest.key, err: error }, "editing a message: the outbox's store");
  }
}

type Editable = { lane: Lane; ts: string; edit: OwedEdit };

/** Send one edit until it is taken, will never be, or is no longer the newest. Repeating it does no harm. Throws only where the signal ends it. */
async function editOnce({ lane, ts, edit }: Editable, bucket: Bucket, given: Editing): Promise<void> {
  const { sender, log, sleep } = given;
  const { channel, key, message } = edit;
  let shown: Message = message;
  for (let failures = 0; failures === 0 || lane.newest === edit; failures++) {
    await untilFree({ ...given, bucket });
    try {
      return await sender.edit(channel, ts, key, shown);
    } catch (error) {
      const answer = answerOf(error);
      log.warn({ channel, key, err: error, kind: answer.kind }, "editing a message");
      const next = answer.kind === "unfit" ? plainer(shown) : undefined;
      if (answer.kind === "refused" || (answer.kind === "unfit" && !next)) return;
      if (next) shown = next;
      else await sleep(answer.kind === "limited" ? answer.retryAfterMs : waitOf(failures));
    }
  }
}
