import type { WebClient } from "@slack/web-api";
import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";

/** Where and to whom an answer goes that nobody else sees. */
export type Whom = { channel: string; user: string; threadTs?: string };

const ATTEMPTS = 2;
const TIMEOUT_MS = 5_000;

/**
 * Answer over a response_url, the one way that also reaches channels without the bot. What was not clearly taken is sent once more: a private
 * answer that is seen twice does no harm. Never throws.
 */
export async function answerAt(url: string, { text, blocks }: Message, log: Log): Promise<void> {
  const body = JSON.stringify({ text, blocks, response_type: "ephemeral", replace_original: false });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const taken = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body, signal });
      const said = await taken.text();
      if (taken.ok) return;
      log.warn({ status: taken.status, said: said.slice(0, 200), attempt }, "answering privately");
      if (taken.status < 500) return;
    } catch (error) {
      log.warn({ err: error, attempt }, "answering privately");
    }
  }
}

/** Answer in a channel that the bot is in, so that only one person sees it. Never throws. */
export async function answerIn(client: WebClient, { channel, user, threadTs }: Whom, { text, blocks }: Message, log: Log): Promise<void> {
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  try {
    await client.chat.postEphemeral({ channel, user, text, blocks: blocks as never[], ...thread });
  } catch (error) {
    log.warn({ err: error, channel }, "answering privately");
  }
}

/** Whether a conversation is between people, not a channel. */
export function isDirect(channelId: string, name: string | undefined): boolean {
  return channelId.startsWith("D") || name === "directmessage" || name?.startsWith("mpdm-") === true;
}
