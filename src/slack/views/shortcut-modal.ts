import type { ModalView, PlainTextOption } from "@slack/types";
import type { Words } from "../../words/en.ts";
import { LIMITS } from "../contract/limits.ts";
import { plainText } from "../messages/button.ts";
import type { Message } from "../messages/message.ts";
import { line, rich } from "../messages/rich.ts";
import { modal } from "./modal.ts";

/** The ids by which a submitted dialog is read again. */
export const CHOICE = { callback: "diagnose_this:choose", block: "environment", action: "environment" } as const;

/** The dialog that opens at once: its trigger lives for three seconds, and to find out who may takes longer. */
export function loadingModal(words: Words): ModalView {
  return modal(words.slack.shortcut, { blocks: [rich(line(words.slack.shortcut.loading))] });
}

/** The dialog that asks for the environment; `about` comes back with the choice. */
export function choiceModal(words: Words, environments: readonly string[], about: string): ModalView {
  const { shortcut } = words.slack;
  const options = environments
    .slice(0, LIMITS.select.options)
    .map((name): PlainTextOption => ({ text: plainText(name, LIMITS.option.text), value: name }));
  return modal(words.slack.shortcut, {
    callback_id: CHOICE.callback,
    private_metadata: about,
    submit: plainText(shortcut.submit, LIMITS.view.submit),
    blocks: [
      {
        type: "input",
        block_id: CHOICE.block,
        label: plainText(shortcut.environment, LIMITS.input.label),
        hint: plainText(shortcut.environmentHint, LIMITS.input.hint),
        element: {
          type: "static_select",
          action_id: CHOICE.action,
          placeholder: plainText(shortcut.choose, LIMITS.select.placeholder),
          options,
        },
      },
    ],
  });
}

/** The dialog with what came of it. */
export function answerModal(words: Words, { blocks }: Message): ModalView {
  return modal(words.slack.shortcut, { blocks: blocks as ModalView["blocks"] });
}
