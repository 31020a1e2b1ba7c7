import { refusalsOf } from "../../../../src/slack/contract/check-message.ts";
import { faultLine } from "../../../../src/slack/contract/fault.ts";
import { LIMITS } from "../../../../src/slack/contract/limits.ts";
import { objectsIn } from "../../../../src/slack/contract/walk.ts";
import type { Backstage } from "../../backstage.ts";
import type { Block, Channel, Message } from "../../workspace.ts";
import { ApiError, flagOf, required, textOf, type Args } from "../arguments.ts";
import { withIds } from "../block-ids.ts";
import { channelOf, messageOf, targetOf } from "../lookups.ts";
import { messageJson } from "../message-json.ts";
import type { RunMethod } from "./methods.ts";

type Content = Pick<Message, "text" | "blocks" | "metadata">;

const post: RunMethod = (args, backstage) => {
  const channel = targetOf(args, backstage);
  const draft = {
    channel: channel.id,
    user: backstage.workspace.botUserId,
    ...contentOf(args, backstage),
    ...threadOf(args, channel, backstage),
  };
  const message = backstage.workspace.post(draft);
  return { channel: channel.id, ts: message.ts, message: messageJson(message, backstage.workspace, true) };
};

const postEphemeral: RunMethod = (args, backstage) => {
  const channel = targetOf(args, backstage);
  const user = required(args, "user");
  if (!channel.members.includes(user)) throw new ApiError("user_not_in_channel");
  const content = contentOf(args, backstage);
  const draft = {
    channel: channel.id,
    user: backstage.workspace.botUserId,
    ephemeralFor: user,
    ...content,
    ...threadOf(args, channel, backstage),
  };
  return { message_ts: backstage.workspace.post(draft).ts };
};

/** What is not given stays as it was; an empty list of blocks takes them away. */
const update: RunMethod = (args, backstage) => {
  const message = ownMessage(args, backstage, "cant_update_message");
  const kept = { text: message.text, ...(message.blocks ? { blocks: message.blocks } : {}) };
  const content = contentOf({ ...kept, ...given(args, "text", "blocks", "metadata") }, backstage);
  if (content.text.length > LIMITS.message.updatedText) throw new ApiError("msg_too_long");
  if (Array.isArray(args["blocks"]) && args["blocks"].length === 0) delete message.blocks;
  Object.assign(message, content, { edited: { ts: backstage.workspace.nextTs() } });
  backstage.workspace.changed(message);
  return { channel: message.channel, ts: message.ts, text: message.text, message: messageJson(message, backstage.workspace, true) };
};

const remove: RunMethod = (args, backstage) => {
  const message = ownMessage(args, backstage, "cant_delete_message");
  backstage.workspace.remove(message);
  return { channel: message.channel, ts: message.ts };
};

const getPermalink: RunMethod = (args, backstage) => {
  const channel = channelOf(args, backstage);
  const { ts, threadTs } = messageOf(channel, required(args, "message_ts"), backstage);
  const thread = threadTs === undefined ? "" : `?thread_ts=${threadTs}&cid=${channel.id}`;
  return {
    channel: channel.id,
    permalink: `https://${backstage.workspace.team.domain}.slack.com/archives/${channel.id}/p${ts.replace(".", "")}${thread}`,
  };
};

/** Messages: posted, changed, taken back. */
export const chat = {
  "chat.postMessage": post,
  "chat.postEphemeral": postEphemeral,
  "chat.update": update,
  "chat.delete": remove,
  "chat.getPermalink": getPermalink,
};

function given(args: Args, ...names: string[]): Args {
  return Object.fromEntries(names.filter((name) => args[name] !== undefined).map((name) => [name, args[name]]));
}

function ownMessage(args: Args, backstage: Backstage, notMine: string): Message {
  const channel = channelOf(args, backstage);
  const message = backstage.workspace.find(channel.id, required(args, "ts"));
  if (!message) throw new ApiError("message_not_found");
  if (message.ephemeralFor !== undefined || message.user !== backstage.workspace.botUserId) throw new ApiError(notMine);
  return message;
}

/** The text, blocks and metadata of a call, when Slack takes them. */
export function contentOf(args: Args, backstage: Backstage): Content {
  const { blocks, metadata } = args;
  const text = textOf(args, "text") ?? "";
  const faults = refusalsOf({ text, ...(blocks === undefined || blocks === "" ? {} : { blocks }) });
  const refusal = faults[0];
  if (refusal) throw new ApiError(refusal.code, { response_metadata: { messages: faults.map(faultLine) } });
  checkFiles(blocks, backstage);
  checkMetadata(metadata);
  const stored = Array.isArray(blocks) && blocks.length > 0 ? { blocks: withIds(blocks as Block[], backstage.workspace) } : {};
  return { text, ...stored, ...(metadata === undefined ? {} : { metadata }) };
}

/** An image of a file shows only when that file is ready and shared somewhere. */
function checkFiles(blocks: unknown, { workspace }: Backstage): void {
  for (const { pointer, value } of objectsIn(blocks, "/blocks")) {
    const named = value["slack_file"] as { id?: string; url?: string } | undefined;
    if (named === undefined) continue;
    const file = workspace.files.find(({ id }) => id === named.id || named.url?.includes(`-${id}/`) === true);
    if (file?.ready && file.shares.length > 0) continue;
    const messages = [`[ERROR] invalid slack file [json-pointer:${pointer}/slack_file]`];
    throw new ApiError("invalid_blocks", { errors: ["invalid slack file"], response_metadata: { messages } });
  }
}

function checkMetadata(metadata: unknown): void {
  if (metadata === undefined || metadata === "") return;
  if (metadata === null || typeof metadata !== "object") throw new ApiError("invalid_metadata_format");
  const { event_type: type, event_payload: payload } = metadata as Record<string, unknown>;
  const empty = Object.keys(metadata).length === 0;
  if (!empty && (typeof type !== "string" || payload === null || typeof payload !== "object"))
    throw new ApiError("invalid_metadata_schema");
  if (JSON.stringify(metadata).length > LIMITS.metadataJson) throw new ApiError("metadata_too_large");
}

/** The thread that a call posts into. A reply to a reply goes into the same thread. */
function threadOf(args: Args, channel: Channel, { workspace }: Backstage): Pick<Message, "threadTs" | "broadcast"> {
  const ts = textOf(args, "thread_ts");
  if (ts === undefined) return {};
  const parent = workspace.find(channel.id, ts);
  if (!parent || parent.ephemeralFor !== undefined) throw new ApiError("thread_not_found");
  return { threadTs: parent.threadTs ?? parent.ts, ...(flagOf(args, "reply_broadcast") ? { broadcast: true } : {}) };
}
