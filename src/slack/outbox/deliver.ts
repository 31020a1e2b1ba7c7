import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import { answerOf } from "./answers.ts";
import type { Outcome } from "./entry.ts";
import type { Bucket } from "./pace.ts";
import { plainer } from "./plainer.ts";
import type { Sender, Spot } from "./sender.ts";

/** What delivering needs: the calls, the channel's pace, time, and a place to say what went wrong. */
export type Delivering = {
  sender: Sender;
  bucket: Bucket;
  log: Log;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Told before each attempt: from then on the message may stand. */
  sending: () => Promise<void>;
};

/** Waits between attempts that reached nobody or got no answer; the last one repeats. */
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000];

/** After this a message is given up: who asked has gone another way. */
const GIVE_UP_MS = 15 * 60_000;

/** A message that Slack took shows up in the thread's history a moment later: looked for at these waits before it is sent again. */
const LOOKS_MS = [200, 800, 2_000];

type Look = { found: string } | { found: undefined } | { cannot: string };

/** Post one message once: in doubt it is looked for before it is sent again, and where nobody may look it is not. Never throws. */
export async function deliver(spot: Spot, key: string, message: Message, given: Delivering): Promise<Outcome> {
  const { sender, bucket, log, now, sleep } = given;
  const began = now();
  let shown = message;
  for (let failures = 0; now() - began < GIVE_UP_MS;) {
    await sleepUntilFree(bucket, given);
    await given.sending();
    try {
      return { ts: await sender.post(spot, key, shown) };
    } catch (error) {
      const answer = answerOf(error);
      if (answer.kind === "limited") {
        log.warn({ channel: spot.channel, key, retryAfterMs: answer.retryAfterMs }, "posting: Slack limits the rate");
        bucket.pause(now() + answer.retryAfterMs);
        continue;
      }
      if (answer.kind === "refused") return { refused: answer.code };
      if (answer.kind === "unfit") {
        log.error(
          { channel: spot.channel, key, code: answer.code, err: error },
          "posting: Slack refuses the blocks; a plainer message goes",
        );
        const next = plainer(shown);
        if (!next) return { refused: answer.code };
        shown = next;
        continue;
      }
      log.warn({ channel: spot.channel, key, because: answer.because }, "posting: no clear answer from Slack");
      if (answer.kind === "unclear") {
        const look = await lookFor(spot, key, new Date(began), given);
        if ("cannot" in look) return { inDoubt: look.cannot };
        if (look.found !== undefined) return { ts: look.found };
      }
      await sleep(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)] ?? 0);
    }
  }
  return { refused: "no_answer" };
}

/** Look whether a message stands. Goes on until Slack lets us look, or says that we may not. */
async function lookFor(spot: Spot, key: string, since: Date, { sender, log, now, sleep }: Delivering): Promise<Look> {
  const began = now();
  for (let looks = 0, failures = 0; looks < LOOKS_MS.length;) {
    await sleep(LOOKS_MS[looks] ?? 0);
    try {
      const found = await sender.find(spot, key, since);
      if (found !== undefined) return { found };
      looks++;
    } catch (error) {
      const answer = answerOf(error);
      if (answer.kind === "refused" || answer.kind === "unfit") return { cannot: answer.code };
      if (now() - began > GIVE_UP_MS) return { cannot: "no_answer" };
      log.warn({ channel: spot.channel, key, err: error }, "looking for a message that may stand: no answer from Slack");
      await sleep(answer.kind === "limited" ? answer.retryAfterMs : (WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)] ?? 0));
    }
  }
  return { found: undefined };
}

async function sleepUntilFree(bucket: Bucket, { now, sleep }: Pick<Delivering, "now" | "sleep">): Promise<void> {
  for (let waitMs = bucket.waitMs(now()); waitMs > 0; waitMs = bucket.waitMs(now())) await sleep(waitMs);
  bucket.take(now());
}
