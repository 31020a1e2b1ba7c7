import type { Method } from "../../../../src/slack/contract/scopes.ts";
import type { Backstage } from "../../backstage.ts";
import type { Args } from "../arguments.ts";
import { app } from "./app.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import { reactions } from "./reactions.ts";
import { users } from "./users.ts";
import { views } from "./views.ts";

/** Runs one method: its answer without `ok`; a refusal is thrown as an ApiError. */
export type RunMethod = (args: Args, backstage: Backstage) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Every method that the local Slack knows. */
export const methods: Record<Method, RunMethod> = { ...app, ...chat, ...conversations, ...files, ...reactions, ...users, ...views };
