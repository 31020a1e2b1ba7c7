import type { ModalView, PlainTextElement, PlainTextOption } from "@slack/types";
import type { Words } from "../../words/en.ts";
import { LIMITS } from "../contract/limits.ts";
import { sealed, type Message } from "../messages/message.ts";
import { line, rich } from "../messages/rich.ts";
import { cut, oneLine } from "../messages/texts.ts";

/** The ids by which a submitted dialog is read again. */
export const CHOICE = { callback: "diagnose_this:choose", block: "environment", action: "environment" } as const;

/** The dialog that opens at once: its trigger lives for three seconds, and to find out who may takes longer. */
export function loadingModal(words: Words): ModalView {
  return modal(words, { blocks: [rich(line(words.slack.shortcut.loading))] });
}

/** The dialog that asks for the environment; `about` comes back with the choice. */
export function choiceModal(words: Words, environments: readonly string[], about: string): ModalView {
  const { shortcut } = words.slack;
  const options = environments
    .slice(0, LIMITS.select.options)
    .map((name): PlainTextOption => ({ text: plain(name, LIMITS.option.text), value: name }));
  return modal(words, {
    callback_id: CHOICE.callback,
    private_metadata: about,
    submit: plain(shortcut.submit, LIMITS.view.submit),
    blocks: [
      {
        type: "input",
        block_id: CHOICE.block,
        label: plain(shortcut.environment, LIMITS.input.label),
        hint: plain(shortcut.environmentHint, LIMITS.input.hint),
        element: {
          type: "static_select",
          action_id: CHOICE.action,
          placeholder: plain(shortcut.choose, LIMITS.select.placeholder),
          options,
        },
      },
    ],
  });
}

/** The dialog with what came of it. */
export function answerModal(words: Words, { blocks }: Message): ModalView {
  return modal(words, { blocks: blocks as ModalView["blocks"] });
}

function modal(words: Words, parts: Pick<ModalView, "blocks"> & Partial<ModalView>): ModalView {
  const { shortcut } = words.slack;
  return sealed({
    type: "modal" as const,
    title: plain(shortcut.title, LIMITS.view.title),
    close: plain(shortcut.close, LIMITS.view.close),
    ...parts,
  });
}

function plain(text: string, most: number): PlainTextElement {
  return { type: "plain_text", text: cut(oneLine(text), most), emoji: false };
}
