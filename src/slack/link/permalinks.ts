import type { WebClient } from "@slack/web-api";
import type { Log } from "../log.ts";

/** Addresses remembered: a message's never changes. */
const MOST = 1_000;

/** The address of a message, where Slack tells it. */
export function permalinks(client: WebClient, log: Log): (channel: string, ts: string) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();
  const ask = async (channel: string, ts: string) => {
    try {
      return (await client.chat.getPermalink({ channel, message_ts: ts })).permalink;
    } catch (error) {
      log.warn({ channel, ts, err: error }, "asking for the address of a message");
      known.delete(`${channel} ${ts}`);
      return undefined;
    }
  };
  return async (channel, ts) => {
    const key = `${channel} ${ts}`;
    const before = known.get(key);
    if (before) return before;
    const asked = ask(channel, ts);
    known.set(key, asked);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return asked;
  };
}
