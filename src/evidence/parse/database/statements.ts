import { clipped } from "../text/plain-lines.ts";

/** Statements are compared by their first 8,192 characters; the rest of a longer one is as good as always more of the same list. */
const LOOK_AT = 8_192;

/** What is not part of a statement's shape, each to its end, also where the statement was cut in the middle of it. */
const TOKENS =
  /\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*|"(?:[^"]|"")*"?|\$([A-Za-z_]\w{0,62})?\$[\s\S]*?(?:\$\1\$|$)|[eEbBxXnN]?'(?:[^'\\]|''|\\[\s\S])*'?|[$:]\d+\b|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+|\s+/g;

/**
 * A statement with its values taken out, so that two calls of one statement read the same: literals, numbers and parameters become `?`,
 * lists of them one `?`, comments go, words outside double quotes are lower case. Linear; never throws; a cut literal counts as one.
 */
export function shapeOf(sql: string): string {
  const bare = sql.slice(0, LOOK_AT).replace(TOKENS, shapeOfToken);
  return bare
    .replace(/(?<=[(,=<>*/+ ])[-+] ?\?/g, "?")
    .replace(/\? ?(?:, ?\? ?)+/g, "?")
    .replace(/\(\?\)(?: ?, ?\(\?\))+/g, "(?)")
    .replace(/\s+/g, " ")
    .replace(/[;\s]+$/, "")
    .trim();
}

function shapeOfToken(token: string): string {
  const first = token[0] ?? "";
  if (/\s/.test(first) || token.startsWith("/*") || token.startsWith("--")) return " ";
  if (first === '"') return token;
  if (/^(?:[eEbBxXnN]?'|[$:.\d])/.test(token)) return "?";
  return token.toLowerCase();
}

/** A shape for people, at most 120 characters: a long list of columns gives way to what they are read from. */
export function shapeText(shape: string): string {
  const from = /^select (?:distinct )?/.test(shape) ? shape.indexOf(" from ") : -1;
  return clipped(from > 40 ? `select …${shape.slice(from)}` : shape, 120);
}

/** Whether a shape changes data or waits for the log's disk: insert, update, delete, merge, copy into, commit, a `with` that holds one. */
export function isWrite(shape: string): boolean {
  if (/^(?:insert|update|delete|merge|truncate|commit|end|refresh)\b/.test(shape)) return true;
  if (/^copy\b/.test(shape)) return /\bfrom\b/.test(shape);
  return /^with\b/.test(shape) && /\b(?:insert into|update|delete from|merge into)\b/.test(shape);
}

/** Whether a shape is upkeep: vacuum, analyze, reindex, cluster, an index being built, autovacuum's own. */
export function isMaintenance(shape: string): boolean {
  return /^(?:autovacuum\b|vacuum\b|analyze\b|reindex\b|cluster\b|create (?:unique )?index\b|checkpoint\b)/.test(shape);
}
