/** Words on a line, whichever of Slack's three notations they were written in (mrkdwn, Markdown, rich text). */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "styled"; style: Style; inside: Inline[] }
  | { kind: "link"; url: string; inside: Inline[] }
  | { kind: "user" | "channel" | "group"; id: string; label?: string }
  | { kind: "broadcast"; range: string }
  | { kind: "emoji"; name: string }
  | { kind: "color"; value: string }
  | { kind: "date"; unix: number; format: string; fallback: string; url?: string };

/** How words can be set. */
export type Style = "bold" | "italic" | "strike" | "code" | "underline";

/** What stands below each other: lines, and what holds lines. */
export type Passage =
  | { kind: "lines"; inside: Inline[] }
  | { kind: "quote"; inside: Passage[] }
  | { kind: "pre"; inside: Inline[] }
  | { kind: "heading"; level: number; inside: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; indent: number; items: { inside: Passage[]; done?: boolean }[] }
  | { kind: "rule" }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][]; align: ("left" | "center" | "right")[] };

/** Addresses that may be followed; all others stay words. */
export function isSafeUrl(url: string): boolean {
  return /^(https?:\/\/|mailto:|tel:)[^\s]+$/i.test(url);
}

/** An address in running text, without the punctuation that ends its sentence; sticky, for a parser that stands at the place. */
export const BARE_URL = /https?:\/\/[^\s<>|`*]*[^\s<>|`*.,:;!?)\]'"]/y;

/** What Slack asks to be escaped, as it is read. */
export function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Join neighbouring words, so that a sentence is one run of text. */
export function joined(parts: readonly Inline[]): Inline[] {
  const whole: Inline[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (part.kind === "text" && last?.kind === "text") whole[whole.length - 1] = { kind: "text", text: last.text + part.text };
    else whole.push(part);
  }
  return whole;
}
