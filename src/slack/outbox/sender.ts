import type { ChatPostMessageArguments, WebClient } from "@slack/web-api";
import type { Message } from "../messages/message.ts";
import type { Attachment } from "./entry.ts";

/** A channel, or a thread in it. */
export type Spot = { channel: string; threadTs?: string };

/** The calls that the outbox makes, each once; they throw what Slack answers. */
export type Sender = {
  post: (spot: Spot, key: string, message: Message) => Promise<string>;
  edit: (channel: string, ts: string, key: string, message: Message) => Promise<void>;
  /** The ts of the message that carries a key, if it stands; posted no earlier than `since`. */
  find: (spot: Spot, key: string, since: Date) => Promise<string | undefined>;
  /** Bring a file to Slack, where nobody sees it yet; returns its id. */
  upload: (file: Attachment) => Promise<string>;
  share: (spot: Spot, fileId: string, title: string) => Promise<void>;
  isShared: (spot: Spot, fileId: string, since: Date) => Promise<boolean>;
};

/** The event type under which every message of ours carries its key. */
const EVENT = "gumshoe_message";

/** Clocks differ, and Slack stamps a message when it takes it. */
const SKEW_S = 120;

/** Messages looked through for a key; a channel has few since a moment ago. */
const PAGE = 200;

/** Uploads go to another host than the API, through no client of Slack's. */
const UPLOAD_MS = 10_000;

/** The outbox's calls over a client that repeats nothing itself: what may have been taken is looked for first. */
export function senderOver(client: WebClient): Sender {
  return {
    post: async ({ channel, threadTs }, key, message) => {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const sent = { channel, ...thread, ...shown(message), metadata: metadataOf(key), unfurl_links: false, unfurl_media: false };
      return (await client.chat.postMessage(sent as ChatPostMessageArguments)).ts ?? "";
    },
    edit: async (channel, ts, key, message) => {
      await client.chat.update({ channel, ts, ...shown(message), metadata: metadataOf(key) } as Parameters<typeof client.chat.update>[0]);
    },
    find: async (spot, key, since) =>
      (await newest(client, spot, since)).find(({ metadata }) => (metadata?.event_payload as { key?: unknown } | undefined)?.key === key)
        ?.ts,
    upload: async (file) => upload(client, file),
    share: async ({ channel, threadTs }, id, title) => {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      await client.files.completeUploadExternal({ files: [{ id, title }], channel_id: channel, ...thread } as Parameters<
        typeof client.files.completeUploadExternal
      >[0]);
    },
    isShared: async (spot, fileId, since) =>
      (await newest(client, spot, since)).some(({ files = [] }) => files.some(({ id }) => id === fileId)),
  };
}

type Found = { ts?: string; metadata?: { event_payload?: unknown }; files?: { id?: string }[] };

async function newest(client: WebClient, { channel, threadTs }: Spot, since: Date): Promise<Found[]> {
  const oldest = String(Math.floor(since.getTime() / 1000) - SKEW_S);
  const asked = { channel, oldest, limit: PAGE, include_all_metadata: true };
  if (threadTs === undefined) return (await client.conversations.history(asked)).messages ?? [];
  return (await client.conversations.replies({ ...asked, ts: threadTs })).messages ?? [];
}

function shown({ text, blocks }: Message) {
  // An update keeps the blocks that it does not name.
  return { text, blocks };
}

function metadataOf(key: string) {
  return { event_type: EVENT, event_payload: { key } };
}

async function upload(client: WebClient, { name, text }: Attachment): Promise<string> {
  const bytes = Buffer.from(text);
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({ filename: name, length: bytes.length });
  if (url === undefined || id === undefined) throw new Error("Slack named no place for the upload");
  const form = new FormData();
  form.append("body", new Blob([bytes], { type: "text/plain" }), name);
  const answer = await fetch(url, { method: "POST", body: form, signal: AbortSignal.timeout(UPLOAD_MS) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the upload ended with HTTP ${answer.status}`);
  return id;
}
