import { emojiOf } from "./emoji.ts";
import { BARE_URL, isSafeUrl, joined, unescape, type Inline, type Passage, type Style } from "./inline.ts";

const STYLES: Record<string, Style> = { "*": "bold", _: "italic", "~": "strike" };
const FENCE = /```([\s\S]+?)```/g;
const QUOTED = /^(?:&gt;|>) ?/;
const ANGLE = /<([^<>\n]*)>/y;
const CODE = /`([^`\n]+)`/y;
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/y;
const LETTER = /[\p{L}\p{N}]/u;

/** Read Slack's mrkdwn as its client does: a star next to a letter stays a star, only what is in angle brackets is a link or a mention. */
export function parseMrkdwn(text: string): Passage[] {
  const passages: Passage[] = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    passages.push(...parseLines(text.slice(from, fence.index)));
    passages.push({ kind: "pre", inside: literal((fence[1] ?? "").replace(/^\n/, "").replace(/\n$/, "")) });
    from = fence.index + fence[0].length;
  }
  return [...passages, ...parseLines(text.slice(from))];
}

function parseLines(text: string): Passage[] {
  const passages: Passage[] = [];
  const lines = text.replace(/^\n|\n$/g, "").split("\n");
  for (let at = 0; at < lines.length;) {
    const quoted = QUOTED.test(lines[at] ?? "");
    const start = at;
    while (at < lines.length && QUOTED.test(lines[at] ?? "") === quoted) at += 1;
    const group = lines.slice(start, at);
    const inside = parseInline((quoted ? group.map((line) => line.replace(QUOTED, "")) : group).join("\n"));
    if (inside.length === 0) continue;
    passages.push(quoted ? { kind: "quote", inside: [{ kind: "lines", inside }] } : { kind: "lines", inside });
  }
  return passages;
}

/** Read words on lines, without fences and quotes. */
export function parseInline(text: string): Inline[] {
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
  if (sign === "\n") return [{ kind: "break" }, 1];
  if (sign === "`") {
    const code = matchAt(CODE, text, at);
    if (code) return [{ kind: "styled", style: "code", inside: literal(code[1] ?? "") }, code[0].length];
  }
  if (sign === "<") {
    const angle = matchAt(ANGLE, text, at);
    if (angle) return [readAngle(angle[1] ?? ""), angle[0].length];
  }
  if (sign === ":") {
    const emoji = matchAt(EMOJI, text, at);
    if (emoji && emojiOf(emoji[1] ?? "") !== undefined) return [{ kind: "emoji", name: emoji[1] ?? "" }, emoji[0].length];
  }
  const style = STYLES[sign];
  const end = style && endOfStyle(text, at, sign);
  if (style && end) return [{ kind: "styled", style, inside: parseInline(text.slice(at + 1, end)) }, end + 1 - at];
  if (sign === "h" && !LETTER.test(text[at - 1] ?? "")) {
    const url = matchAt(BARE_URL, text, at)?.[0];
    if (url) return [{ kind: "link", url: unescape(url), inside: [{ kind: "text", text: unescape(url) }] }, url.length];
  }
  const entity = /^&(?:lt|gt|amp);/.exec(text.slice(at, at + 5))?.[0];
  const written = entity ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
  return [{ kind: "text", text: unescape(written) }, written.length];
}

/** Where a style that opens at `at` closes on the same line, or 0 where the sign is only a sign. */
function endOfStyle(text: string, at: number, sign: string): number {
  const next = text[at + 1] ?? " ";
  if (LETTER.test(text[at - 1] ?? "") || /\s/.test(next) || next === sign) return 0;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end += 1) {
    const skipped = text[end] === "`" ? matchAt(CODE, text, end) : text[end] === "<" ? matchAt(ANGLE, text, end) : undefined;
    if (skipped) end += skipped[0].length - 1;
    else if (text[end] === sign && !/\s/.test(text[end - 1] ?? "") && !LETTER.test(text[end + 1] ?? "") && text[end + 1] !== sign)
      return end;
  }
  return 0;
}

function readAngle(content: string): Inline {
  const [target = "", ...rest] = content.split("|");
  const label = rest.length > 0 ? unescape(rest.join("|")) : undefined;
  const named = label === undefined || label === "" ? {} : { label };
  const mention = /^([@#])([A-Z][A-Z0-9]+)$/.exec(target);
  if (mention) return { kind: mention[1] === "@" ? "user" : "channel", id: mention[2] ?? "", ...named };
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target);
  if (group) return { kind: "group", id: group[1] ?? "", ...named };
  const date = /^!date\^(\d+)\^([^^]*)(?:\^(.+))?$/.exec(target);
  if (date) {
    const [, unix, format = "", url] = date;
    const link = url !== undefined && isSafeUrl(unescape(url)) ? { url: unescape(url) } : {};
    return { kind: "date", unix: Number(unix), format: unescape(format), fallback: label ?? "", ...link };
  }
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: "broadcast", range: target.slice(1) };
  if (isSafeUrl(target)) {
    const url = unescape(target);
    return { kind: "link", url, inside: [{ kind: "text", text: label ?? url.replace(/^(mailto|tel):/, "") }] };
  }
  return { kind: "text", text: target.startsWith("!") && label !== undefined ? label : `<${unescape(content)}>` };
}

/** Words that are shown letter by letter; only addresses in angle brackets are still links. */
function literal(text: string): Inline[] {
  const parts = text.split(/(<https?:[^<>\n]*>)/);
  return joined(parts.flatMap((part, at) => (at % 2 === 1 ? [readAngle(part.slice(1, -1))] : textOf(unescape(part)))));
}

function textOf(text: string): Inline[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
