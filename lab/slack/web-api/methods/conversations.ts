import type { Backstage } from "../../backstage.ts";
import type { Message } from "../../workspace.ts";
import { ApiError, flagOf, pageOf, required, textOf, type Args } from "../arguments.ts";
import { channelOf, joinedChannelOf } from "../lookups.ts";
import { channelJson, messageJson, repliesTo } from "../message-json.ts";
import type { RunMethod } from "./methods.ts";

const info: RunMethod = (args, backstage) => ({ channel: channelJson(channelOf(args, backstage), backstage.workspace) });

const list: RunMethod = (args, { workspace }) => {
  const types = (textOf(args, "types") ?? "public_channel").split(",");
  const seen = workspace.channels.filter((channel) => {
    if (flagOf(args, "exclude_archived") && channel.isArchived) return false;
    if (!types.includes(channel.isIm ? "im" : channel.isPrivate ? "private_channel" : "public_channel")) return false;
    return !(channel.isPrivate || channel.isIm) || channel.members.includes(workspace.botUserId);
  });
  const { items, response_metadata } = pageOf(seen, args);
  return { channels: items.map((channel) => channelJson(channel, workspace)), response_metadata };
};

const members: RunMethod = (args, backstage) => {
  const { items, response_metadata } = pageOf(channelOf(args, backstage).members, args);
  return { members: items, response_metadata };
};

/** The newest first; replies stand in their threads only, unless they were broadcast. */
const history: RunMethod = (args, backstage) => {
  const channel = joinedChannelOf(args, backstage);
  const shown = backstage.workspace.messages.filter(
    (each) => each.channel === channel.id && each.ephemeralFor === undefined && (each.threadTs === undefined || each.broadcast),
  );
  return messagePage(between(shown, args).toReversed(), args, backstage);
};

/** The message that a thread hangs on, then its replies, oldest first; for a reply, that reply alone. */
const replies: RunMethod = (args, backstage) => {
  const channel = joinedChannelOf(args, backstage);
  const first = backstage.workspace.find(channel.id, required(args, "ts"));
  if (!first || first.ephemeralFor !== undefined) throw new ApiError("thread_not_found");
  return messagePage([first, ...between(repliesTo(first, backstage.workspace), args)], args, backstage);
};

const open: RunMethod = (args, { workspace }) => {
  const named = textOf(args, "channel");
  const user = textOf(args, "users")?.split(",")[0];
  const known =
    named === undefined ? workspace.users.some(({ id }) => id === user) : workspace.channels.some(({ id, isIm }) => id === named && isIm);
  if (!known) throw new ApiError(named === undefined ? "user_not_found" : "channel_not_found");
  const channel = workspace.channels.find(({ id }) => id === named) ?? workspace.direct(user as string);
  return { channel: flagOf(args, "return_im") ? channelJson(channel, workspace) : { id: channel.id } };
};

const join: RunMethod = (args, backstage) => {
  const { workspace } = backstage;
  const channel = channelOf(args, backstage);
  if (channel.isArchived) throw new ApiError("is_archived");
  if (channel.isPrivate || channel.isIm) throw new ApiError("method_not_supported_for_channel_type");
  const already = channel.members.includes(workspace.botUserId);
  if (!already) workspace.join(channel, workspace.botUserId);
  return { channel: channelJson(channel, workspace), ...(already ? { warning: "already_in_channel" } : {}) };
};

/** Channels, who is in them, and what was said there. */
export const conversations = {
  "conversations.info": info,
  "conversations.list": list,
  "conversations.members": members,
  "conversations.history": history,
  "conversations.replies": replies,
  "conversations.open": open,
  "conversations.join": join,
};

function between(messages: readonly Message[], args: Args): Message[] {
  const inclusive = flagOf(args, "inclusive");
  const oldest = Number(textOf(args, "oldest") ?? 0);
  const latest = Number(textOf(args, "latest") ?? Number.POSITIVE_INFINITY);
  return messages.filter(({ ts }) =>
    inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest,
  );
}

/** Metadata is shown only to who asks with `include_all_metadata`. */
function messagePage(messages: readonly Message[], args: Args, { workspace }: Backstage): Record<string, unknown> {
  const { items, response_metadata } = pageOf(messages, args);
  const withMetadata = flagOf(args, "include_all_metadata");
  return {
    messages: items.map((message) => messageJson(message, workspace, withMetadata)),
    has_more: response_metadata.next_cursor !== "",
    response_metadata,
  };
}
