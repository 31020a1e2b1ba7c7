import { refusalsOf } from "../../../../src/slack/contract/check-message.ts";
import { viewRefusalsOf } from "../../../../src/slack/contract/check-view.ts";
import type { Fault } from "../../../../src/slack/contract/fault.ts";
import { ApiError } from "../arguments.ts";
import { botId } from "../message-json.ts";
import type { RunMethod } from "./methods.ts";

const test: RunMethod = (_args, { workspace }) => ({
  url: `https://${workspace.team.domain}.slack.com/`,
  team: workspace.team.name,
  team_id: workspace.team.id,
  user: workspace.users.find(({ id }) => id === workspace.botUserId)?.name,
  user_id: workspace.botUserId,
  bot_id: botId(workspace),
  is_enterprise_install: false,
});

const openConnection: RunMethod = (_args, { mode, socketUrl }) => {
  if (mode !== "socket") throw new ApiError("socket_mode_not_enabled");
  return { url: socketUrl() };
};

/** Exactly one of blocks, message and view; every fault comes back with where it is. */
const validate: RunMethod = ({ blocks, message, view }) => {
  const given = [blocks, message, view].filter((part) => part !== undefined);
  if (given.length !== 1) throw new ApiError("invalid_arguments");
  const faults =
    view === undefined ? refusalsOf(blocks === undefined ? (message as Record<string, unknown>) : { blocks }) : viewRefusalsOf(view);
  if (faults.length === 0) return {};
  const what = blocks !== undefined ? "blocks" : message !== undefined ? "message" : "view";
  throw new ApiError(`invalid_${what}`, { errors: faults.map((fault: Fault) => ({ ...fault })) });
};

/** The app itself: who it is, its sockets, and Slack's own check of blocks. */
export const app = { "auth.test": test, "apps.connections.open": openConnection, "blocks.validate": validate };
