import { faultLine } from "../../../src/slack/contract/fault.ts";
import { LIMITS } from "../../../src/slack/contract/limits.ts";
import { refusalsOf } from "../../../src/slack/contract/check-message.ts";
import type { Clock } from "../../clock.ts";
import type { Block, Message, WritableWorkspace } from "../workspace.ts";
import { withIds } from "../web-api/block-ids.ts";

/** Where a response_url leads: to whom, in which channel, and for a click to which message. */
type Target = { user: string; channel: string; message?: Message };

/** What an app may send to a response_url, or carry in its acknowledgement of a command. */
export type Response = {
  text?: string;
  blocks?: Block[];
  response_type?: "ephemeral" | "in_channel";
  replace_original?: boolean;
  delete_original?: boolean;
};

/** The addresses that answer one interaction: five times, for half an hour, also where the bot is no member. */
export type ResponseUrls = {
  issue: (target: Target) => string;
  /** What a POST to an address is answered with. */
  use: (id: string, body: string) => { status: number; body: string };
  /** Do what a response says; returns Slack's error code when it refuses. */
  apply: (target: Target, response: Response) => string | undefined;
};

type Parts = { clock: Clock; workspace: WritableWorkspace; url: () => string };

/** Response addresses on a clock. */
export function createResponseUrls({ clock, workspace, url }: Parts): ResponseUrls {
  const issued = new Map<string, Target & { at: number; uses: number }>();
  const apply = (target: Target, response: Response) => applyTo(workspace, target, response);
  return {
    apply,
    issue: (target) => {
      const id = crypto.randomUUID();
      issued.set(id, { ...target, at: clock.now().getTime(), uses: 0 });
      return `${url()}/response/${id}`;
    },
    use: (id, body) => {
      const target = issued.get(id);
      if (!target) return refused(404, "no_such_url");
      if (clock.now().getTime() - target.at > LIMITS.delivery.responseUrlMs) return refused(404, "expired_url");
      if ((target.uses += 1) > LIMITS.delivery.responseUrlUses) return refused(404, "used_url");
      const response = parsed(body);
      if (!response) return refused(400, "invalid_payload");
      const error = apply(target, response);
      return error === undefined ? { status: 200, body: "ok" } : refused(400, error);
    },
  };
}

function refused(status: number, error: string) {
  return { status, body: JSON.stringify({ ok: false, error }) };
}

function parsed(body: string): Response | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function applyTo(workspace: WritableWorkspace, { user, channel, message }: Target, response: Response): string | undefined {
  const original = message && workspace.messages.includes(message) ? message : undefined;
  if (response.delete_original) {
    if (original) workspace.remove(original);
    return undefined;
  }
  const refusal = refusalsOf(response)[0];
  if (refusal) return refusal.code === "invalid_blocks" ? `invalid_blocks: ${faultLine(refusal)}` : refusal.code;
  const text = response.text ?? "";
  const blocks = response.blocks && response.blocks.length > 0 ? { blocks: withIds(response.blocks, workspace) } : {};
  if (response.replace_original && original) {
    original.text = text;
    if (blocks.blocks) original.blocks = blocks.blocks;
    else delete original.blocks;
    workspace.changed(original);
    return undefined;
  }
  const whom = response.response_type === "in_channel" ? {} : { ephemeralFor: user };
  const thread = message?.threadTs === undefined ? {} : { threadTs: message.threadTs };
  workspace.post({ channel, user: workspace.botUserId, text, ...blocks, ...whom, ...thread });
  return undefined;
}
