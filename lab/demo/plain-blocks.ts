import type { Message } from "../slack/workspace.ts";

type Node = { [field: string]: unknown };

/** What a message says, as plain lines: the text of its blocks from top to bottom, else its own text. For terminals and logs. */
export function plainLines(message: Pick<Message, "text" | "blocks">): string[] {
  const lines = (message.blocks ?? []).flatMap((block) => linesOf(block));
  return (lines.length > 0 ? lines : message.text.split("\n")).map(unescaped).filter((line) => line.trim() !== "");
}

function linesOf(node: Node): string[] {
  switch (node["type"]) {
    case "plan":
      return [textOf(node["title"]), ...nodes(node["tasks"]).flatMap(linesOf)];
    case "task_card":
      return [`  ${MARKS[String(node["status"])] ?? "·"} ${textOf(node["title"])}${appended(flat(node["output"] ?? node["details"]))}`];
    case "data_visualization":
      return [textOf(node["title"])];
    case "container":
      return [textOf(node["title"]), ...nodes(node["child_blocks"]).flatMap(linesOf)];
    case "rich_text":
      return nodes(node["elements"]).flatMap(richLines);
    default:
      return [textOf(node["text"]), ...nodes(node["fields"]).map(textOf), ...nodes(node["elements"]).map(textOf)].flatMap((text) =>
        text.split("\n"),
      );
  }
}

const MARKS: Readonly<Record<string, string>> = { pending: "·", in_progress: "…", complete: "✓", error: "!" };

function richLines(part: Node): string[] {
  if (part["type"] === "rich_text_list") return nodes(part["elements"]).map((item) => `  • ${flat(item)}`);
  return flat(part).split("\n");
}

/** All text below a node, one after the other: times by their fallback, people and groups by their ids. */
function flat(node: unknown): string {
  if (typeof node !== "object" || node === null) return "";
  const { type, text, fallback, url, usergroup_id: group, user_id: user, elements } = node as Node;
  if (typeof text === "string") return text;
  const told = { date: fallback, link: url, usergroup: `@${String(group)}`, user: `@${String(user)}` }[String(type)];
  if (typeof told === "string") return told;
  return nodes(elements).map(flat).join("");
}

function textOf(node: unknown): string {
  if (typeof node === "string") return node;
  return typeof node === "object" && node !== null ? textOf((node as Node)["text"] ?? "") : "";
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? (value as Node[]) : [];
}

function appended(text: string): string {
  return text === "" ? "" : `: ${text}`;
}

/** Slack's three escapes, and its marks for bold and links, as a terminal shows them. */
function unescaped(line: string): string {
  return line
    .replace(/<(?:https?:[^|>]+)\|([^>]+)>/g, "$1")
    .replace(/<!date\^\d+\^[^|>]*\|([^>]+)>/g, "$1")
    .replace(/\*([^*\n]+)\*/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
