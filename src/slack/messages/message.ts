import type { Block, KnownBlock, RichTextElement } from "@slack/types";
import { redact } from "../../evidence/redact.ts";
import { LIMITS } from "../contract/limits.ts";
import { cleanText, escaped } from "./texts.ts";

/** A line chart that Slack draws; @slack/types does not know the block yet. */
export type DataVisualization = Block & { type: "data_visualization"; title: string; chart: LineChart };

type LineChart = {
  type: "line";
  series: { name: string; data: { label: string; value: number }[] }[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
};

/** Every block that we send. */
export type OurBlock = KnownBlock | DataVisualization;

/** A message as it leaves: blocks for the eye, `text` for screen readers, notifications and clients that show no blocks. */
export type Message = { text: string; blocks: OurBlock[] };

/** The longest text; what is taken out of it at the end may leave a longer word in its place. */
const TEXT = LIMITS.message.updatedText - 200;
/** The same of the blocks as JSON, brackets counted. */
const BLOCKS = LIMITS.message.blocksJsonBudget - 200;

/** A message of these blocks; its text says what they say, or is told in `lines`. Secrets are taken out once more. */
export function message(blocks: readonly OurBlock[], lines?: readonly string[]): Message {
  return sealed({ text: fitting(lines ? lines.map(said) : said(blocks).split("\n")), blocks: [...blocks] });
}

/** Blocks as several messages, split between blocks, in their order: each within the budget, and none whose text says less than its blocks. */
export function messages(blocks: readonly OurBlock[]): Message[] {
  const parts: OurBlock[][] = [];
  let [size, length] = [0, 0];
  for (const block of blocks) {
    const [more, longer] = [JSON.stringify(block).length + 1, said(block).length + 1];
    const last = parts.at(-1);
    if (!last || size + more > BLOCKS || length + longer > TEXT || last.length >= LIMITS.message.blocks) {
      parts.push([block]);
      [size, length] = [more, longer];
    } else {
      last.push(block);
      [size, length] = [size + more, length + longer];
    }
  }
  return parts.map((part) => message(part));
}

/** The first of several forms, the fullest first, that is within the budget and whose text says all that its blocks say; else the last. */
export function fullest<Size>(sizes: readonly Size[], made: (size: Size) => Message): Message {
  const fits = ({ text, blocks }: Message) => JSON.stringify(blocks).length <= BLOCKS && !text.endsWith("\n…");
  const [size, ...smaller] = sizes;
  if (size === undefined) throw new Error("a message has no form");
  const form = made(size);
  return fits(form) || smaller.length === 0 ? form : fullest(smaller, made);
}

/** Take secrets out of every string of a message or a view: the last thing that is done before it leaves. */
export function sealed<T>(content: T): T {
  if (typeof content === "string") return redact(content) as T;
  if (Array.isArray(content)) return content.map((each: unknown) => sealed(each)) as T;
  if (content === null || typeof content !== "object") return content;
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, sealed(value)])) as T;
}

/** As many whole lines as the room takes. */
function fitting(lines: readonly string[]): string {
  let length = 0;
  const kept = lines.filter((each) => (length += each.length + 1) <= TEXT);
  return kept.length === lines.length ? lines.join("\n") : `${kept.join("\n")}\n…`;
}

/** Fields whose text is shown, in the order that they are read. */
const SHOWN = ["title", "text", "fallback", "details", "output", "label", "elements", "tasks"] as const;

/** What blocks say, as mrkdwn in which nothing foreign is read as such. */
function said(part: unknown): string {
  if (typeof part === "string") return escaped(cleanText(part).trim());
  if (Array.isArray(part))
    return part
      .map(said)
      .filter((text) => text !== "")
      .join("\n");
  if (part === null || typeof part !== "object") return "";
  const fields = part as Record<string, unknown>;
  switch (fields["type"]) {
    case "rich_text_section":
      return (fields["elements"] as RichTextElement[]).map(inline).join("").trim();
    case "table":
      return (fields["rows"] as unknown[][]).map((row) => row.map(said).join(" | ")).join("\n");
    case "mrkdwn":
      return String(fields["text"]);
    default:
      return SHOWN.map((field) => said(fields[field]))
        .filter((text) => text !== "")
        .join("\n");
  }
}

function inline(element: RichTextElement): string {
  switch (element.type) {
    case "user":
      return `<@${element.user_id}>`;
    case "channel":
      return `<#${element.channel_id}>`;
    case "usergroup":
      return `<!subteam^${element.usergroup_id}>`;
    case "date":
      return `<!date^${element.timestamp}^${element.format}|${escaped(element.fallback ?? "")}>`;
    case "text":
      return escaped(cleanText(element.text));
    case "link":
      return `<${element.url}|${escaped(element.text ?? "")}>`;
    case "broadcast":
    case "color":
    case "emoji":
    case "team":
      return "";
  }
}
