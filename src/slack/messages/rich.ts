import type { RichTextBlock, RichTextBlockElement, RichTextElement, RichTextList, RichTextSection } from "@slack/types";
import { oneLine } from "./texts.ts";

/** A part of a line: text is made safe, an element is taken as it is. In rich text nothing of a text is read as formatting. */
export type Piece = string | RichTextElement;

/** JSON characters of one block from which a list goes on in the next, so that messages can be split between them. */
const BLOCK_JSON = 3_000;

/** Text in bold. */
export function bold(text: string): RichTextElement {
  return { type: "text", text: oneLine(text) || "?", style: { bold: true } };
}

/** Text as a program writes it. */
export function code(text: string): RichTextElement {
  return { type: "text", text: oneLine(text) || "?", style: { code: true } };
}

/** A mention of a person (U…) or of a user group (S…): who is named is called, where the message is posted and not edited. */
export function mention(id: string): RichTextElement {
  return id.startsWith("S") ? { type: "usergroup", usergroup_id: id } : { type: "user", user_id: id };
}

/** A channel, by id. */
export function channel(channelId: string): RichTextElement {
  return { type: "channel", channel_id: channelId };
}

/** A link of ours. */
export function link(url: string, text: string): RichTextElement {
  return { type: "link", url, text: oneLine(text) };
}

/** A point in time that Slack shows in the reader's own zone. */
export function moment(at: Date): RichTextElement {
  const timestamp = Math.floor(at.getTime() / 1000);
  return { type: "date", timestamp, format: "{date_short_pretty} {time}", fallback: at.toISOString() };
}

/** One line. */
export function line(...pieces: readonly Piece[]): RichTextSection {
  const elements = pieces.flatMap((piece): RichTextElement[] => {
    if (typeof piece !== "string") return [piece];
    const text = keepEnds(piece);
    return text === "" ? [] : [{ type: "text", text }];
  });
  return { type: "rich_text_section", elements };
}

/** One line in bold, times and all. */
export function boldLine(...pieces: readonly Piece[]): RichTextSection {
  const { elements } = line(...pieces);
  return {
    type: "rich_text_section",
    elements: elements.map((element) =>
      element.type === "text" || element.type === "date" ? { ...element, style: { bold: true } } : element,
    ),
  };
}

/** A blank between pieces survives; everything else about white space does not. */
function keepEnds(piece: string): string {
  const text = oneLine(piece);
  return text.trim() === "" ? (piece === "" ? "" : " ") : text;
}

/** A sentence of the catalogue as pieces, with elements in place of its `{names}`. */
export function filled(sentence: string, elements: Readonly<Record<string, Piece>>): Piece[] {
  return sentence.split(/(\{[a-z]+\})/).map((part) => {
    const name = /^\{([a-z]+)\}$/.exec(part)?.[1];
    return (name === undefined ? undefined : elements[name]) ?? part;
  });
}

/** A bulleted list. */
function bullets(lines: readonly RichTextSection[]): RichTextList {
  return { type: "rich_text_list", style: "bullet", elements: [...lines] };
}

/** A titled, numbered list in one block, with a line below it. */
export function numbered(title: string, items: readonly (readonly Piece[])[], below: string): RichTextBlock[] {
  const list: RichTextList = { type: "rich_text_list", style: "ordered", elements: items.map((item) => line(...item)) };
  return [rich(line(bold(title)), list, line(below))];
}

/** One block of rich text. */
export function rich(...elements: readonly RichTextBlockElement[]): RichTextBlock {
  return { type: "rich_text", elements: [...elements] };
}

/** A titled list, in as many blocks as it needs; none where there is nothing to list. */
export function titledList(title: string, items: readonly (readonly Piece[])[]): RichTextBlock[] {
  const blocks: RichTextBlock[] = [];
  let lines: RichTextSection[] = [];
  let size = 0;
  const close = () => {
    if (lines.length > 0) blocks.push(blocks.length === 0 ? rich(line(bold(title)), bullets(lines)) : rich(bullets(lines)));
    lines = [];
    size = 0;
  };
  for (const item of items) {
    const made = line(...item);
    const length = JSON.stringify(made).length;
    if (size > 0 && size + length > BLOCK_JSON) close();
    lines.push(made);
    size += length;
  }
  close();
  return blocks;
}
