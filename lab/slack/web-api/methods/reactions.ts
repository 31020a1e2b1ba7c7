import type { Backstage } from "../../backstage.ts";
import { emojiOf } from "../../page/text/emoji.ts";
import type { Message } from "../../workspace.ts";
import { ApiError, required, type Args } from "../arguments.ts";
import { joinedChannelOf, messageOf } from "../lookups.ts";
import type { RunMethod } from "./methods.ts";

const add: RunMethod = (args, backstage) => {
  const { message, name, mine } = asked(args, backstage);
  if (mine) throw new ApiError("already_reacted");
  backstage.workspace.react(message, name, backstage.workspace.botUserId, true);
  return {};
};

const remove: RunMethod = (args, backstage) => {
  const { message, name, mine } = asked(args, backstage);
  if (!mine) throw new ApiError("no_reaction");
  backstage.workspace.react(message, name, backstage.workspace.botUserId, false);
  return {};
};

/** Emoji on messages. */
export const reactions = { "reactions.add": add, "reactions.remove": remove };

function asked(args: Args, backstage: Backstage): { message: Message; name: string; mine: boolean } {
  const name = required(args, "name");
  if (emojiOf(name) === undefined) throw new ApiError("invalid_name");
  const message = messageOf(joinedChannelOf(args, backstage), required(args, "timestamp"), backstage);
  const mine = message.reactions.some((each) => each.name === name && each.users.includes(backstage.workspace.botUserId));
  return { message, name, mine };
}
