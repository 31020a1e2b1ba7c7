import type { Button, ConfirmationDialog, PlainTextElement } from "@slack/types";
import { LIMITS } from "../contract/limits.ts";
import { cut, oneLine } from "./texts.ts";

/** What a button of ours is made of; all texts may be longer than Slack takes. */
export type Pressed = { action: string; value: string; text: string; label: string; primary?: boolean; confirm?: Asked };

/** What is asked before a press counts. */
type Asked = { title: string; text: string; yes: string; no: string };

/** A button that a screen reader can name, within Slack's limits. */
export function button({ action, value, text, label, primary, confirm }: Pressed): Button {
  return {
    type: "button",
    action_id: action,
    value,
    text: plainText(text, LIMITS.button.text),
    accessibility_label: cut(oneLine(label), LIMITS.button.label),
    ...(primary ? { style: "primary" as const } : {}),
    ...(confirm ? { confirm: dialog(confirm) } : {}),
  };
}

/** A plain text of at most so many characters. */
export function plainText(text: string, most: number): PlainTextElement {
  return { type: "plain_text", text: cut(oneLine(text, Number.POSITIVE_INFINITY), most), emoji: false };
}

function dialog({ title, text, yes, no }: Asked): ConfirmationDialog {
  const { confirm } = LIMITS;
  return {
    title: plainText(title, confirm.title),
    text: plainText(text, confirm.text),
    confirm: plainText(yes, confirm.button),
    deny: plainText(no, confirm.button),
  };
}
