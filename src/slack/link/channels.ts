import type { WebClient } from "@slack/web-api";
import { isByName } from "../ask/may-ask.ts";
import type { Log } from "../log.ts";
import { codeOf } from "../outbox/answers.ts";

/** What Slack says of channels. */
export type Channels = {
  /** A channel's id, also where it is written as a name; the name itself where Slack shows no such channel. Never rejects. */
  idOf: (channel: string) => Promise<string>;
  /** Why nothing can be posted there, as Slack's code; nothing where it can, or Slack does not tell. Never rejects. */
  shutFor: (channel: string) => Promise<string | undefined>;
};

/** A bot that was in a channel a moment ago still is; a name that was not found is asked for again after as long. */
const KEPT_MS = 5 * 60_000;
const PAGE = 1_000;
/** Slack takes 20 of these calls a minute. */
const PAGES = 15;
const SHUT = new Set(["channel_not_found", "not_in_channel", "is_archived"]);

/** Ask Slack about channels, over a client whose waits hold up nothing else. */
export function channelsOver(client: WebClient, { log, now }: { log: Log; now: () => Date }): Channels {
  const joinedUntil = new Map<string, number>();
  let names: { channels: Promise<NamedChannels>; until: number } | undefined;
  const byName = async (): Promise<NamedChannels> => {
    if (!names || names.until < now().getTime()) names = { channels: namedChannels(client), until: now().getTime() + KEPT_MS };
    return names.channels.catch((error: unknown) => {
      log.warn({ err: error }, "asking Slack for its channels");
      names = undefined;
      return new Map();
    });
  };
  return {
    idOf: async (channel) => (isByName(channel) ? ((await byName()).get(plainName(channel))?.id ?? channel) : channel),
    shutFor: async (channel) => {
      if ((joinedUntil.get(channel) ?? 0) > now().getTime()) return undefined;
      try {
        const told = (await client.conversations.info({ channel })).channel;
        if (told?.is_archived) return "is_archived";
        if (told?.is_member === false) return "not_in_channel";
        joinedUntil.set(channel, now().getTime() + KEPT_MS);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        return SHUT.has(code) ? code : undefined;
      }
    },
  };
}

/** A channel's name without the # before it, as it is compared. */
export function plainName(channel: string): string {
  return channel.replace(/^#/, "").toLowerCase();
}

/** Channels by their plain name: the id, and whether the bot is in it. */
export type NamedChannels = ReadonlyMap<string, { id: string; joined: boolean }>;

/** The channels that Slack shows us. */
export async function namedChannels(client: WebClient): Promise<NamedChannels> {
  const found = new Map<string, { id: string; joined: boolean }>();
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const asked = { types: "public_channel,private_channel", exclude_archived: true, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const { channels = [], response_metadata: more } = await client.conversations.list(asked);
    for (const { name, id, is_member: joined } of channels)
      if (name !== undefined && id !== undefined) found.set(plainName(name), { id, joined: joined === true });
    cursor = more?.next_cursor;
    if (!cursor) break;
  }
  return found;
}
