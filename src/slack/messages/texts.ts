import { stripVTControlCharacters } from "node:util";
import { redact } from "../../evidence/redact.ts";

/** Characters that are not seen themselves and change how others are read: controls, zero width, direction, tags. Newline and tab stay. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/** The longest sentence that is shown of a host's output or a person's words. */
const SENTENCE = 600;

/** Any text on its way to Slack: whole characters, none that is unseen, no secret. It is not yet escaped for mrkdwn. */
export function cleanText(text: string): string {
  return redact(stripVTControlCharacters(text).replace(UNSEEN, "").toWellFormed());
}

/** A clean text on one line, cut with how many characters were left out. */
export function oneLine(text: string, most = SENTENCE): string {
  return cut(cleanText(text).replace(/\s+/g, " "), most);
}

/** Cut a text to `most` characters, ending in how many were left out; no character is cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - ` … [+${text.length}]`.length;
  const kept = text.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, "");
  return `${kept} … [+${text.length - kept.length}]`;
}

/** A clean text as mrkdwn shows it literally: nothing in it mentions, links or formats. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("`", "'");
}
