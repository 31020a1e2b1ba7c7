import type { TextObject } from "@slack/types";
import { h } from "../draw/dom.ts";
import { unescape } from "../text/inline.ts";
import { parseInline, parseMrkdwn } from "../text/mrkdwn.ts";
import { drawInline, drawPassages, languageOf, type Reader } from "../text/nodes.ts";
import { emojiOf } from "../text/emoji.ts";

/** The words of a text object as one line of plain text, for labels. */
export function plain(text: TextObject): string {
  return unescape(text.text).replace(/:([a-z0-9_+'-]+):/g, (whole, name: string) => emojiOf(name) ?? whole);
}

/** A text object where lines, quotes and code may stand. */
export function drawText(text: TextObject, reader: Reader): HTMLElement {
  if (text.type === "mrkdwn") return drawPassages(parseMrkdwn(text.text), reader);
  const words = plain(text);
  return h("div", { class: "text plain", lang: languageOf(words) }, words);
}

/** A text object on one line. */
export function drawLine(text: TextObject, reader: Reader): HTMLElement {
  const language = languageOf(text.text);
  if (text.type === "mrkdwn") return h("span", { lang: language }, drawInline(parseInline(text.text), reader));
  return h("span", { lang: language }, plain(text));
}
