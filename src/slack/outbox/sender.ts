import { WebAPIPlatformError, type ChatPostMessageArguments, type WebClient } from "@slack/web-api";
import type { Message } from "../messages/message.ts";
import type { Attachment } from "./entry.ts";

/** A channel, or a thread in it. */
export type Spot = { channel: string; threadTs?: string };

/** The calls that the outbox makes, each once; they throw what Slack answers. */
export type Sender = {
  /** To be called before a call that must not take long: asks what is still to be asked about a channel. Never rejects. */
  prepare?: (channel: string) => Promise<unknown>;
  post: (spot: Spot, key: string, message: Message) => Promise<string>;
  edit: (channel: string, ts: string, key: string, message: Message) => Promise<void>;
  /** The ts of the message that carries a key, if it stands; posted no earlier than `since`. */
  find: (spot: Spot, key: string, since: Date) => Promise<string | undefined>;
  /** Bring a file to Slack, where nobody sees it yet; returns its id. */
  upload: (file: Attachment) => Promise<string>;
  share: (spot: Spot, fileId: string, title: string) => Promise<void>;
  /** The id of a file of this name, if it is shared there; no earlier than `since`. */
  findFile: (spot: Spot, name: string, since: Date) => Promise<string | undefined>;
};

/** The event type under which every message of ours carries its key. */
const EVENT = "gumshoe_message";

/** Clocks differ, and Slack stamps a message when it takes it. */
const SKEW_S = 120;

/** Messages looked through for a key: a channel has few since a moment ago, and not many more since an hour. */
const PAGE = 200;
const PAGES = 10;

/** Uploads go to another host than the API, through no client of Slack's. */
const UPLOAD_MS = 10_000;

/**
 * The outbox's calls over a client that repeats nothing itself: what may have been taken is looked for first. `idOf` turns a channel's name into the
 * id that edits and looks need.
 */
export function senderOver(client: WebClient, idOf: (channel: string) => Promise<string> = async (channel) => channel): Sender {
  return {
    prepare: idOf,
    post: async ({ channel, threadTs }, key, message) => {
      const to = { channel: await idOf(channel), ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
      const sent = { ...to, ...shown(message), metadata: metadataOf(key), unfurl_links: false, unfurl_media: false };
      return (await client.chat.postMessage(sent as ChatPostMessageArguments)).ts ?? "";
    },
    edit: async (channel, ts, key, message) => {
      const edited = { channel: await idOf(channel), ts, ...shown(message), metadata: metadataOf(key) };
      await client.chat.update(edited as Parameters<typeof client.chat.update>[0]);
    },
    find: async (spot, key, since) => {
      const isIt = ({ metadata }: Found) => (metadata?.event_payload as { key?: unknown } | undefined)?.key === key;
      return (await firstFound(client, { ...spot, channel: await idOf(spot.channel) }, since, isIt))?.ts;
    },
    upload: async (file) => upload(client, file),
    share: async ({ channel, threadTs }, id, title) => {
      const to = { channel_id: await idOf(channel), ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
      await client.files.completeUploadExternal({ files: [{ id, title }], ...to } as Parameters<
        typeof client.files.completeUploadExternal
      >[0]);
    },
    findFile: async (spot, name, since) => {
      const hasIt = ({ files = [] }: Found) => files.some((file) => file.name === name);
      const found = await firstFound(client, { ...spot, channel: await idOf(spot.channel) }, since, hasIt);
      return found?.files?.find((file) => file.name === name)?.id;
    },
  };
}

type Found = { ts?: string; metadata?: { event_payload?: unknown }; files?: { id?: string; name?: string }[] };

/** The first message since a time that is the one. Throws, as Slack does, where there are too many to look through. */
async function firstFound(client: WebClient, { channel, threadTs }: Spot, since: Date, isIt: (found: Found) => boolean) {
  const oldest = String(Math.floor(since.getTime() / 1000) - SKEW_S);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const asked = { channel, oldest, limit: PAGE, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
    const { messages = [], response_metadata: more } =
      threadTs === undefined ? await client.conversations.history(asked) : await client.conversations.replies({ ...asked, ts: threadTs });
    const found = (messages as Found[]).find(isIt);
    cursor = more?.next_cursor;
    if (found || !cursor) return found;
  }
  throw new WebAPIPlatformError({ ok: false, error: "too_many_messages" });
}

function shown({ text, blocks }: Message) {
  // An update keeps the blocks that it does not name.
  return { text, blocks };
}

function metadataOf(key: string) {
  return { event_type: EVENT, event_payload: { key } };
}

async function upload(client: WebClient, file: Attachment): Promise<string> {
  const bytes = "text" in file ? Buffer.from(file.text) : Buffer.from(file.base64, "base64");
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({ filename: file.name, length: bytes.length });
  if (url === undefined || id === undefined) throw new Error("Slack named no place for the upload");
  const form = new FormData();
  form.append("body", new Blob([bytes], { type: "text" in file ? "text/plain" : "application/octet-stream" }), file.name);
  const answer = await fetch(url, { method: "POST", body: form, signal: AbortSignal.timeout(UPLOAD_MS) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the upload ended with HTTP ${answer.status}`);
  return id;
}
