import type { Account } from "../../account.ts";
import { put } from "../sqs/queue.ts";
import { queueOf, type Queues } from "../sqs/queues.ts";
import type { Push, Subscription } from "./topics.ts";

/** What is posted: its type and id for the headers, and its body. */
export type Post = { type: string; id: string; body: string; raw: boolean };

/** Where posts go from: `reach` leads an origin that only the internet knows to one of this machine. */
export type Pushing = { account: Account; queues: Queues; reach: Readonly<Record<string, string>>; pushes: Push[] };

/** Retries of SNS's default policy for HTTP, and the time before each. */
const [RETRIES, RETRY_MS] = [3, 20_000];

/** SNS waits this long for an answer. */
const ANSWER_MS = 15_000;

/** Posts that the log keeps. */
const KEPT = 5_000;

/**
 * Posts to an endpoint in SNS's own way: again after a time-out, 429 or 5xx, never after another refusal; what could not be delivered goes to the
 * subscription's dead-letter queue, where it has one.
 */
export async function push({ account, queues, reach, pushes }: Pushing, subscription: Subscription, post: Post): Promise<void> {
  const { clock, closing } = account;
  for (let attempt = 0; attempt <= RETRIES && !closing.aborted; attempt++) {
    if (attempt > 0) await clock.sleep(RETRY_MS, closing);
    const status = await once(subscription, post, { url: led(subscription.endpoint, reach), closing });
    if (pushes.push({ endpoint: subscription.endpoint, type: post.type, messageId: post.id, status, at: clock.now() }) > KEPT)
      pushes.shift();
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 500 && status !== 429) break;
  }
  const { deadLetterTargetArn = "" } = JSON.parse(subscription.settings["RedrivePolicy"] ?? "{}") as { deadLetterTargetArn?: string };
  const dead = queueOf(queues, deadLetterTargetArn);
  if (dead) put(dead, clock, { body: post.body, attributes: {}, senderId: "AIDAISMY7JYY5F7RTT6AO" });
}

function led(endpoint: string, reach: Readonly<Record<string, string>>): string {
  const { origin } = new URL(endpoint);
  return (reach[origin] ?? origin) + endpoint.slice(origin.length);
}

async function once(
  { arn, topic }: Subscription,
  { type, id, body, raw }: Post,
  to: { url: string; closing: AbortSignal },
): Promise<number> {
  const headers = {
    "content-type": "text/plain; charset=UTF-8",
    "user-agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": type,
    "x-amz-sns-message-id": id,
    "x-amz-sns-topic-arn": topic,
    ...(type === "SubscriptionConfirmation" ? {} : { "x-amz-sns-subscription-arn": arn }),
    ...(raw ? { "x-amz-sns-rawdelivery": "true" } : {}),
  };
  try {
    const signal = AbortSignal.any([to.closing, AbortSignal.timeout(ANSWER_MS)]);
    const answer = await fetch(to.url, { method: "POST", headers, body, redirect: "manual", signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
