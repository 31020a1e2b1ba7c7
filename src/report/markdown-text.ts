import { stripVTControlCharacters } from "node:util";
import { redact } from "../evidence/redact.ts";

/** What is not seen itself and changes how other text is read: controls, zero width, direction, tags. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/** The longest text of one sentence or one cell; a runbook's own sentences are shorter. */
const MOST = 600;

/**
 * Any text as one line of Markdown that shows it literally: no secret, nothing unseen, cut with a note, and nothing in it marks up, links, or
 * leaves its cell of a table. `note` says how many characters were left out.
 */
export function literal(text: string, note: (characters: number) => string): string {
  const clean = redact(stripVTControlCharacters(text).toWellFormed()).replace(/\s+/g, " ").replace(UNSEEN, "").trim();
  return escaped(cut(clean, note));
}

function cut(text: string, note: (characters: number) => string): string {
  if (text.length <= MOST) return text;
  const kept = text.slice(0, MOST).replace(/[\ud800-\udbff]$/, "");
  return `${kept} ${note(text.length - kept.length)}`;
}

/** Escapes what Markdown (with GitHub's tables and links) takes for markup; an underscore within a word is none, and stays readable. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*~|[\]{}]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/&(?=#?[A-Za-z0-9]{1,32};)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/!(?=\\\[)/g, "\\!")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}\\.`)
    .replace(/^(?:[-+](?=\s|$|-)|#|=)/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}
