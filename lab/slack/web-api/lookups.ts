import type { Backstage } from "../backstage.ts";
import type { Channel, Message, User } from "../workspace.ts";
import { grantedScopes } from "./access.ts";
import { ApiError, required, type Args } from "./arguments.ts";

/** The conversation that a call names by its id, as far as the bot may know of it. */
export function channelOf(args: Args, { workspace }: Backstage, field = "channel"): Channel {
  const id = required(args, field);
  const channel = workspace.channels.find((each) => each.id === id);
  if (!channel || (hidden(channel) && !channel.members.includes(workspace.botUserId))) throw new ApiError("channel_not_found");
  return channel;
}

/** The conversation that a message goes to: an id, a channel's name, or a person, with whom a direct one is opened. */
export function targetOf(args: Args, backstage: Backstage, field = "channel"): Channel {
  const { workspace } = backstage;
  const named = required(args, field);
  if (workspace.users.some(({ id }) => id === named)) return workspace.direct(named);
  const byName = workspace.channels.find(({ name, isIm }) => !isIm && name === named.replace(/^#/, ""));
  const channel = channelOf({ ...args, [field]: byName?.id ?? named }, backstage, field);
  if (channel.isArchived) throw new ApiError("is_archived");
  const invited = channel.members.includes(workspace.botUserId);
  if (!invited && !grantedScopes(backstage).includes("chat:write.public")) throw new ApiError("not_in_channel");
  return channel;
}

/** A conversation that the bot reads in. */
export function joinedChannelOf(args: Args, backstage: Backstage): Channel {
  const channel = channelOf(args, backstage);
  if (!channel.members.includes(backstage.workspace.botUserId)) throw new ApiError("not_in_channel");
  return channel;
}

function hidden(channel: Channel): boolean {
  return channel.isPrivate === true || channel.isIm === true;
}

/** A person whom a call names by id. */
export function userOf(args: Args, { workspace }: Backstage, field = "user"): User {
  const id = required(args, field);
  const user = workspace.users.find((each) => each.id === id);
  if (!user) throw new ApiError("user_not_found");
  return user;
}

/** A message that everyone in its channel sees. */
export function messageOf(channel: Channel, ts: string, { workspace }: Backstage): Message {
  const message = workspace.find(channel.id, ts);
  if (!message || message.ephemeralFor !== undefined) throw new ApiError("message_not_found");
  return message;
}
