import { parseMarkdownInline } from "./markdown-inline.ts";
import type { Inline, Passage } from "./inline.ts";

type Align = "left" | "center" | "right";

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+/;
const DIVIDING = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Read the Markdown that a `markdown` block takes: headings, lists, tasks, fences, quotes, tables, rules and styled lines. No HTML. */
export function parseMarkdown(text: string): Passage[] {
  return parseBlocks(text.replaceAll("\r\n", "\n").split("\n"));
}

function parseBlocks(lines: readonly string[]): Passage[] {
  const passages: Passage[] = [];
  for (let at = 0; at < lines.length;) {
    const read = readBlock(lines, at);
    if (read.passage) passages.push(read.passage);
    at = read.next;
  }
  return passages;
}

type Read = { passage?: Passage; next: number };

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { next: at + 1 };
  const heading = HEADING.exec(line);
  if (heading)
    return { passage: { kind: "heading", level: (heading[1] ?? "").length, inside: parseMarkdownInline(heading[2] ?? "") }, next: at + 1 };
  if (RULE.test(line)) return { passage: { kind: "rule" }, next: at + 1 };
  if (FENCE.test(line)) return readFence(lines, at);
  if (QUOTE.test(line)) {
    const next = endOf(lines, at, (each) => QUOTE.test(each));
    return { passage: { kind: "quote", inside: parseBlocks(lines.slice(at, next).map((each) => each.replace(QUOTE, ""))) }, next };
  }
  if (ITEM.test(line)) return readList(lines, at);
  if (line.includes("|") && DIVIDING.test(lines[at + 1] ?? "")) return readTable(lines, at);
  const next = endOf(lines, at, (each, index) => index === at || !startsBlock(each));
  return { passage: { kind: "lines", inside: parseMarkdownInline(lines.slice(at, next).join("\n").trim()) }, next };
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || [HEADING, RULE, FENCE, QUOTE, ITEM].some((pattern) => pattern.test(line));
}

function endOf(lines: readonly string[], at: number, goesOn: (line: string, index: number) => boolean): number {
  let next = at;
  while (next < lines.length && goesOn(lines[next] ?? "", next)) next += 1;
  return next;
}

function readFence(lines: readonly string[], at: number): Read {
  const fence = FENCE.exec(lines[at] ?? "")?.[1] ?? "```";
  const end = endOf(lines, at + 1, (line) => !line.trim().startsWith(fence));
  return { passage: { kind: "pre", inside: [{ kind: "text", text: lines.slice(at + 1, end).join("\n") }] }, next: end + 1 };
}

/** Items of one indentation; what stands deeper belongs to the item above it. */
function readList(lines: readonly string[], at: number): Read {
  const first = ITEM.exec(lines[at] ?? "");
  const indent = (first?.[1] ?? "").length;
  const ordered = /\d/.test(first?.[2] ?? "");
  const items: { inside: Passage[]; done?: boolean }[] = [];
  let next = at;
  while (next < lines.length) {
    const item = ITEM.exec(lines[next] ?? "");
    if (!item || (item[1] ?? "").length !== indent || /\d/.test(item[2] ?? "") !== ordered) break;
    const end = endOf(lines, next + 1, (line) => line.trim() !== "" && (/^\s*/.exec(line)?.[0] ?? "").length > indent);
    const task = TASK.exec(item[3] ?? "");
    const own = (item[3] ?? "").replace(TASK, "");
    const inside = parseBlocks([own, ...lines.slice(next + 1, end).map((line) => line.slice(indent + 2))]);
    items.push({ inside, ...(task ? { done: task[1] !== " " } : {}) });
    next = end;
  }
  return { passage: { kind: "list", ordered, start: ordered ? Number.parseInt(first?.[2] ?? "1", 10) : 1, indent: 0, items }, next };
}

function readTable(lines: readonly string[], at: number): Read {
  const next = endOf(lines, at + 2, (line) => line.includes("|"));
  const align = cellsOf(lines[at + 1] ?? "").map((cell): Align => (/^:-*:$/.test(cell) ? "center" : cell.endsWith(":") ? "right" : "left"));
  const row = (line: string): Inline[][] => cellsOf(line).map(parseMarkdownInline);
  return { passage: { kind: "table", head: row(lines[at] ?? ""), rows: lines.slice(at + 2, next).map(row), align }, next };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
