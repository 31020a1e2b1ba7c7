import type { RichTextBlock, RichTextElement } from "@slack/types";
import { isSafeUrl, joined, type Inline, type Passage, type Style } from "./inline.ts";

const STYLES: readonly (readonly [keyof Styled, Style])[] = [
  ["bold", "bold"],
  ["italic", "italic"],
  ["strike", "strike"],
  ["underline", "underline"],
  ["code", "code"],
];
type Styled = { bold?: boolean; italic?: boolean; strike?: boolean; code?: boolean; underline?: boolean };

/** Read a rich_text block: sections, lists, quotes and preformatted text. */
export function readRichText(block: RichTextBlock): Passage[] {
  return block.elements.map((element): Passage => {
    switch (element.type) {
      case "rich_text_list":
        return {
          kind: "list",
          ordered: element.style === "ordered",
          start: 1 + ((element as { offset?: number }).offset ?? 0),
          indent: element.indent ?? 0,
          items: element.elements.map((item) => ({ inside: [linesOf(item.elements)] })),
        };
      case "rich_text_quote":
        return { kind: "quote", inside: [linesOf(element.elements)] };
      case "rich_text_preformatted":
        return { kind: "pre", inside: joined(element.elements.flatMap((each) => readElement(each, "\n"))) };
      case "rich_text_section":
        return linesOf(element.elements);
      default:
        throw new Error(`no part of rich text: ${JSON.stringify(element)}`);
    }
  });
}

function linesOf(elements: readonly RichTextElement[]): Passage {
  return { kind: "lines", inside: joined(elements.flatMap((element) => readElement(element))) };
}

function readElement(element: RichTextElement, newline?: string): Inline[] {
  const plain = readPlain(element, newline);
  const set = (element.style ?? {}) as Styled;
  return STYLES.reduce<Inline[]>((inside, [name, style]) => (set[name] === true ? [{ kind: "styled", style, inside }] : inside), plain);
}

function readPlain(element: RichTextElement, newline: string | undefined): Inline[] {
  switch (element.type) {
    case "text":
      return newline === undefined ? withBreaks(element.text) : [{ kind: "text", text: element.text }];
    case "link": {
      const inside: Inline[] = [{ kind: "text", text: element.text ?? element.url }];
      return isSafeUrl(element.url) ? [{ kind: "link", url: element.url, inside }] : inside;
    }
    case "emoji":
      return [{ kind: "emoji", name: element.name }];
    case "user":
      return [{ kind: "user", id: element.user_id }];
    case "channel":
      return [{ kind: "channel", id: element.channel_id }];
    case "usergroup":
      return [{ kind: "group", id: element.usergroup_id }];
    case "broadcast":
      return [{ kind: "broadcast", range: element.range }];
    case "team":
      return [{ kind: "text", text: element.team_id }];
    case "color":
      return [{ kind: "color", value: element.value }];
    case "date": {
      const link = element.url !== undefined && isSafeUrl(element.url) ? { url: element.url } : {};
      return [{ kind: "date", unix: element.timestamp, format: element.format, fallback: element.fallback ?? "", ...link }];
    }
    default:
      throw new Error(`no element of rich text: ${JSON.stringify(element)}`);
  }
}

function withBreaks(text: string): Inline[] {
  return text
    .split("\n")
    .flatMap((line, at): Inline[] => [
      ...(at > 0 ? [{ kind: "break" } as const] : []),
      ...(line === "" ? [] : [{ kind: "text", text: line } as const]),
    ]);
}
