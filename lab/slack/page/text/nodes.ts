import { h } from "../draw/dom.ts";
import { grid, rowsOf } from "../draw/grid.ts";
import { formatDate } from "./dates.ts";
import { emojiOf } from "./emoji.ts";
import { isSafeUrl, type Inline, type Passage } from "./inline.ts";

/** What ids mean to the reader, and how the reader reads. */
export type Reader = {
  me: string;
  locale: string;
  now: () => Date;
  user: (id: string) => string | undefined;
  channel: (id: string) => string | undefined;
  group: (id: string) => string | undefined;
};

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" } as const;

/** The language of a text for whoever reads it out; nothing where it is the page's own. */
export function languageOf(text: string): string | undefined {
  return /[\uac00-\ud7a3]/.test(text) ? "ko" : undefined;
}

/** Passages below each other. */
export function drawPassages(passages: readonly Passage[], reader: Reader): HTMLElement {
  return h(
    "div",
    { class: "text" },
    passages.map((passage) => drawPassage(passage, reader)),
  );
}

function drawPassage(passage: Passage, reader: Reader): HTMLElement {
  switch (passage.kind) {
    case "lines":
      return spoken(h("p", {}, drawInline(passage.inside, reader)));
    case "quote":
      return h(
        "blockquote",
        {},
        passage.inside.map((each) => drawPassage(each, reader)),
      );
    case "pre":
      return h("pre", { tabindex: 0 }, drawInline(passage.inside, reader));
    case "heading":
      return spoken(
        h(`h${Math.min(6, passage.level + 2) as 3}`, { class: `heading-${passage.level}` }, drawInline(passage.inside, reader)),
      );
    case "rule":
      return h("hr");
    case "list":
      return drawList(passage, reader);
    case "table":
      return drawTable(passage, reader);
  }
}

/** Lines that begin with a sign that is no letter still have a language. */
function spoken<E extends HTMLElement>(element: E): E {
  const language = languageOf(element.textContent ?? "");
  if (language !== undefined) element.lang = language;
  return element;
}

function drawList({ ordered, start, indent, items }: Passage & { kind: "list" }, reader: Reader): HTMLElement {
  const attributes = { class: `list indent-${Math.min(8, indent)}`, start: ordered && start !== 1 && start };
  return h(
    ordered ? "ol" : "ul",
    attributes,
    items.map(({ inside, done }) => {
      const tick =
        done === undefined
          ? undefined
          : h("input", { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "done" : "to do" });
      return h("li", { class: done === undefined ? undefined : "task" }, [tick, ...inside.map((each) => drawPassage(each, reader))]);
    }),
  );
}

function drawTable({ head, rows, align }: Passage & { kind: "table" }, reader: Reader): HTMLElement {
  const cells = (tag: "th" | "td", line: readonly Inline[][]) =>
    line.map((cell, at) => h(tag, { scope: tag === "th" && "col", class: `align-${align[at] ?? "left"}` }, drawInline(cell, reader)));
  return grid({ label: "table", heads: cells("th", head), body: rowsOf(rows.map((line) => cells("td", line))) });
}

/** Words on a line. */
export function drawInline(parts: readonly Inline[], reader: Reader): Node[] {
  return parts.map((part) => drawPart(part, reader));
}

function drawPart(part: Inline, reader: Reader): Node {
  switch (part.kind) {
    case "text":
      return document.createTextNode(part.text);
    case "break":
      return h("br");
    case "styled":
      return h(STYLE_TAGS[part.style], {}, drawInline(part.inside, reader));
    case "link":
      return drawLink(part.url, drawInline(part.inside, reader));
    case "user":
      return h(
        "span",
        { class: part.id === reader.me ? "mention mention-me" : "mention" },
        `@${reader.user(part.id) ?? part.label ?? part.id}`,
      );
    case "channel":
      return h("span", { class: "mention" }, `#${reader.channel(part.id) ?? part.label ?? part.id}`);
    case "group":
      return h("span", { class: "mention" }, `@${reader.group(part.id) ?? part.label?.replace(/^@/, "") ?? part.id}`);
    case "broadcast":
      return h("span", { class: "mention mention-me" }, `@${part.range}`);
    case "emoji":
      return drawEmoji(part.name);
    case "color":
      return h("code", {}, part.value);
    case "date":
      return drawDate(part, reader);
  }
}

/** A link that opens elsewhere, or its words where the address may not be followed. */
export function drawLink(url: string, inside: readonly Node[] | string): HTMLElement {
  if (!isSafeUrl(url)) return h("span", {}, inside);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inside);
}

/** An emoji by its name, or the name between colons. */
export function drawEmoji(name: string): Node {
  const known = emojiOf(name);
  if (known === undefined) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, known);
}

function drawDate({ unix, format, fallback, url }: Inline & { kind: "date" }, reader: Reader): HTMLElement {
  const at = new Date(unix * 1000);
  if (Number.isNaN(at.getTime())) return h("span", {}, fallback);
  const text = formatDate(format, { unix, locale: reader.locale, now: reader.now() });
  const full = new Intl.DateTimeFormat(reader.locale, { dateStyle: "full", timeStyle: "long" }).format(at);
  const time = h("time", { datetime: at.toISOString(), title: full, lang: languageOf(text) }, text);
  return url === undefined ? time : drawLink(url, [time]);
}
