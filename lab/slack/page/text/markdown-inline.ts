import { emojiOf } from "./emoji.ts";
import { BARE_URL, isSafeUrl, joined, unescape, type Inline, type Style } from "./inline.ts";
import { parseInline } from "./mrkdwn.ts";

const CODE = /(`+)([\s\S]*?[^`])\1(?!`)/y;
const LINK = /!?\[([^\]\n]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)/y;
const ANGLE = /<([^<>\n]+)>/y;
const EMOJI = /:([a-z0-9_+'-]+):/y;
const STRONG: readonly [RegExp, Style][] = [
  [/\*\*(?=\S)([\s\S]*?\S)\*\*/y, "bold"],
  [/__(?=\S)([\s\S]*?\S)__(?![\p{L}\p{N}])/uy, "bold"],
  [/~~(?=\S)([\s\S]*?\S)~~/y, "strike"],
  [/\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/y, "italic"],
  [/_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}_])/uy, "italic"],
];

/** Read the styled words of Markdown; Slack's mentions and dates in angle brackets are read as in mrkdwn, HTML stays words. */
export function parseMarkdownInline(text: string): Inline[] {
  const parts: Inline[] = [];
  for (let at = 0; at < text.length;) {
    const [part, length] = readOne(text, at);
    parts.push(part);
    at += length;
  }
  return joined(parts);
}

function readOne(text: string, at: number): [Inline, length: number] {
  const sign = text[at] ?? "";
  if (sign === "\\" && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "")) return [{ kind: "text", text: text[at + 1] ?? "" }, 2];
  if (sign === "\n") return [{ kind: "break" }, 1];
  return readCode(text, at) ?? readLink(text, at) ?? readStyled(text, at) ?? readText(text, at);
}

function readCode(text: string, at: number): [Inline, number] | undefined {
  const code = text[at] === "`" ? matchAt(CODE, text, at) : undefined;
  return code && [{ kind: "styled", style: "code", inside: [{ kind: "text", text: code[2] ?? "" }] }, code[0].length];
}

function readLink(text: string, at: number): [Inline, number] | undefined {
  const link = matchAt(LINK, text, at);
  if (link) {
    const [whole, label = "", url = ""] = link;
    if (!isSafeUrl(url)) return [{ kind: "text", text: label }, whole.length];
    return [{ kind: "link", url, inside: label === "" ? [{ kind: "text", text: url }] : parseMarkdownInline(label) }, whole.length];
  }
  const angle = text[at] === "<" ? matchAt(ANGLE, text, at) : undefined;
  if (angle && /^([@#!]|https?:|mailto:)/.test(angle[1] ?? "")) {
    const [inside] = parseInline(angle[0]);
    if (inside) return [inside, angle[0].length];
  }
  const url = text[at] === "h" && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "") ? matchAt(BARE_URL, text, at)?.[0] : undefined;
  return url === undefined ? undefined : [{ kind: "link", url, inside: [{ kind: "text", text: url }] }, url.length];
}

function readStyled(text: string, at: number): [Inline, number] | undefined {
  if (text[at] === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return undefined;
  for (const [pattern, style] of STRONG) {
    const styled = matchAt(pattern, text, at);
    if (styled) return [{ kind: "styled", style, inside: parseMarkdownInline(styled[1] ?? "") }, styled[0].length];
  }
  return undefined;
}

function readText(text: string, at: number): [Inline, number] {
  const emoji = text[at] === ":" ? matchAt(EMOJI, text, at) : undefined;
  if (emoji && emojiOf(emoji[1] ?? "") !== undefined) return [{ kind: "emoji", name: emoji[1] ?? "" }, emoji[0].length];
  const entity = /^&(?:lt|gt|amp);/.exec(text.slice(at, at + 5))?.[0];
  const written = entity ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
  return [{ kind: "text", text: unescape(written) }, written.length];
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
