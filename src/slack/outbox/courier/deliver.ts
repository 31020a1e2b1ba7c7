import type { Log } from "../../log.ts";
import type { Message } from "../../messages/message.ts";
import { answerOf } from "../answers.ts";
import type { Outcome } from "../entry.ts";
import type { Sender, Spot } from "../sender.ts";
import type { Bucket } from "./pace.ts";
import { plainer } from "./plainer.ts";

/** What delivering needs: the calls, the channel's pace, time, and a place to say what went wrong. */
export type Delivering = {
  sender: Sender;
  bucket: Bucket;
  log: Log;
  now: () => number;
  /** Ends early where `signal` is aborted. */
  sleep: (ms: number) => Promise<void>;
  /** Aborted when somebody else delivers from now on: no call is begun after it. */
  signal: AbortSignal;
  /** Told before each attempt: from then on the message may stand. Throws where the signal is aborted. */
  sending: () => Promise<void>;
  /** An attempt of a process that is gone: the message may stand since then. */
  since?: Date;
};

/** Waits between attempts that reached nobody or got no answer; the last one repeats, for days if need be. */
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** Until somebody lets us into a channel there is no hurry. */
export const CLOSED_MS = 15_000;

/** A message that Slack took shows up in the thread's history a moment later: looked for at these waits before it is sent again. */
const LOOKS_MS = [200, 800, 2_000];

type Look = { found: string } | { found: undefined } | { cannot: string };

/**
 * Post one message once: in doubt it is looked for before it is sent again, and where nobody may look it is not. Goes on until Slack has answered;
 * throws only where the signal ends it, and then the message may stand.
 */
export async function deliver(spot: Spot, key: string, message: Message, given: Delivering): Promise<Outcome> {
  const { sender, bucket, log, now, sleep } = given;
  let shown = message;
  let since = given.since;
  for (let failures = 0; ; failures++) {
    if (since !== undefined) {
      const look = await lookFor(spot, key, since, given);
      if ("cannot" in look) return { inDoubt: look.cannot };
      if (look.found !== undefined) return { ts: look.found };
      since = undefined;
      if (failures > 0) await sleep(waitOf(failures - 1));
    }
    await sender.prepare?.(spot.channel);
    await untilFree(given);
    await given.sending();
    const began = new Date(now());
    try {
      return { ts: await sender.post(spot, key, shown) };
    } catch (error) {
      const answer = answerOf(error);
      if (answer.kind === "refused") return { refused: answer.code };
      if (answer.kind === "limited") {
        log.warn({ channel: spot.channel, key, retryAfterMs: answer.retryAfterMs }, "posting: Slack limits the rate");
        bucket.pause(now() + answer.retryAfterMs);
      } else if (answer.kind === "unfit") {
        log.error(
          { channel: spot.channel, key, code: answer.code, err: error },
          "posting: Slack refuses the blocks; a plainer message goes",
        );
        const next = plainer(shown);
        if (!next) return { refused: answer.code };
        shown = next;
      } else {
        log.warn({ channel: spot.channel, key, because: answer.because, failures }, "posting: no clear answer from Slack");
        if (answer.kind === "unclear") since = began;
        if (answer.kind === "unsent") await sleep(waitOf(failures));
        if (answer.kind === "closed") await sleep(CLOSED_MS);
      }
    }
  }
}

/** How long is waited after so many attempts that failed. */
export function waitOf(failures: number): number {
  return WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0;
}

/** Look whether a message stands. Goes on until Slack lets us look, or says that we may not. */
async function lookFor(spot: Spot, key: string, since: Date, { sender, log, sleep, signal }: Delivering): Promise<Look> {
  for (let looks = 0, failures = 0; looks < LOOKS_MS.length;) {
    await sleep(LOOKS_MS[looks] ?? 0);
    signal.throwIfAborted();
    try {
      const found = await sender.find(spot, key, since);
      if (found !== undefined) return { found };
      looks++;
    } catch (error) {
      const answer = answerOf(error);
      if (answer.kind === "refused" || answer.kind === "unfit") return { cannot: answer.code };
      log.warn({ channel: spot.channel, key, err: error }, "looking for a message that may stand: no answer from Slack");
      await sleep(answer.kind === "limited" ? answer.retryAfterMs : waitOf(failures++));
    }
  }
  return { found: undefined };
}

/** Waits for a bucket's next token, and takes it. Throws where the signal is aborted. */
export async function untilFree({ bucket, now, sleep, signal }: Pick<Delivering, "bucket" | "now" | "sleep" | "signal">): Promise<void> {
  for (let waitMs = bucket.waitMs(now()); waitMs > 0 && !signal.aborted; waitMs = bucket.waitMs(now())) await sleep(waitMs);
  signal.throwIfAborted();
  bucket.take(now());
}
