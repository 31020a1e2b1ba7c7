import { wordsOf } from "../intake.ts";
import type { Envelope } from "./envelope.ts";
import { Refusal } from "./refusal.ts";
import { addressAt, placeOf } from "./sns-place.ts";

const LIMIT_MS = 10_000;

/**
 * Confirms a subscription by its own address, which must be SNS's, in the topic's region, and confirm this very topic. Throws a Refusal; where SNS
 * does not answer well, its status lets SNS ask again.
 */
export async function confirm(
  { SubscribeURL, TopicArn, Token }: Exclude<Envelope, { Type: "Notification" }>,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const because = "its confirmation would go elsewhere";
  const url = addressAt(placeOf(TopicArn), SubscribeURL, because);
  const { Action, TopicArn: topic, Token: token } = Object.fromEntries(url.searchParams);
  if (url.pathname !== "/" || Action !== "ConfirmSubscription" || topic !== TopicArn || token !== Token)
    throw new Refusal(because, { detail: { action: Action?.slice(0, 100) } });
  const detail = { topic: TopicArn };
  try {
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(LIMIT_MS) });
    await answer.body?.cancel();
    if (answer.status !== 200) throw new Error(`it was answered with HTTP ${answer.status}`);
  } catch (error) {
    throw new Refusal("its subscription could not be confirmed", { status: 503, detail: { ...detail, why: wordsOf(error) }, cause: error });
  }
}
