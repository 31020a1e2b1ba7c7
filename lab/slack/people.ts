import type { Acting } from "./acts/actor.ts";
import { press } from "./acts/click.ts";
import { typeCommand } from "./acts/command.ts";
import { close, submit } from "./acts/modal.ts";
import { invite, mention, openHome, regroup, say, useShortcut } from "./acts/speak.ts";
import type { Message } from "./workspace.ts";

/** Why the app did not hear, or did not answer: no answer in 3 s, nowhere to deliver to or an answer that is none, nothing to deliver for. */
type DeliveryError = "operation_timeout" | "dispatch_failed" | "invalid_command" | "not_subscribed";

/**
 * What came of telling the app, as Slack's client would show it: `shown` is the sentence that the person sees (none where all went well),
 * `payload` what the app's acknowledgement carried, such as the errors of a modal's inputs.
 */
export type Delivery = { acked: boolean; ms: number; error?: DeliveryError; payload?: unknown; shown?: string };

/** A button or another element that stands in a message, or in a modal or Home tab that the person has open; `value` chooses an option. */
export type Click = { user: string; actionId: string; blockId?: string; value?: string } & (
  | { channel: string; ts: string }
  | { viewId: string }
);

/** What is filled in, by block_id and action_id; each value in Slack's form, such as `{ type: "plain_text_input", value: "…" }`, or a bare string. */
export type ViewValues = Record<string, Record<string, unknown>>;

/**
 * What a person does. Each resolves with what Slack's client would show of the delivery; what a person cannot do (press a button that is not
 * there, write where they are no member) rejects with a sentence. Texts are as typed: `@gumshoe` and `#prod` become mentions, the rest is
 * escaped.
 */
export type Actions = {
  command: (did: { user: string; channel: string; command: string; text: string }) => Promise<Delivery>;
  click: (did: Click) => Promise<Delivery>;
  /** Posts the message as that person, and delivers `app_mention` where it names the bot and the bot is a member. */
  mention: (did: { user: string; channel: string; text: string; threadTs?: string }) => Promise<Delivery>;
  shortcut: (did: { user: string; channel: string; ts: string; callbackId: string }) => Promise<Delivery>;
  openHome: (user: string) => Promise<Delivery>;
  submitView: (did: { user: string; viewId: string; values: ViewValues }) => Promise<Delivery>;
  closeView: (did: { user: string; viewId: string }) => Promise<Delivery>;
  say: (did: { user: string; channel: string; text: string; threadTs?: string }) => Message;
  invite: (did: { user: string; channel: string; invited: string }) => void;
  /** From now on a user group has these members, as an administrator of the workspace decides. */
  regroup: (did: { group: string; users: readonly string[] }) => void;
};

/** The acts of everyone in the workspace. */
export function createPeople(acting: Acting): Actions {
  return {
    command: (did) => typeCommand(did, acting),
    click: async (did) => press(did, acting),
    mention: (did) => mention(did, acting),
    shortcut: (did) => useShortcut(did, acting),
    openHome: async (user) => openHome(user, acting),
    submitView: (did) => submit(did, acting),
    closeView: (did) => close(did, acting),
    say: (did) => say(did, acting),
    invite: (did) => invite(did, acting),
    regroup: (did) => regroup(did, acting),
  };
}
