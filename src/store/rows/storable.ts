import { createHash } from "node:crypto";

/** Stands for what PostgreSQL keeps in no text: the character NUL, and halves of characters (lone surrogates). */
const REPLACEMENT = "\ufffd";

/** Letters of a key that are kept as they are; three bytes each at most, and an index of PostgreSQL takes 2,704 bytes a row. */
const LONGEST_KEY = 500;

/** A text as PostgreSQL can keep it: what it cannot is replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll("\0", REPLACEMENT).toWellFormed();
}

/** A value as JSON that a jsonb column can keep; the same replacements are made in all its texts. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // JSON.stringify writes a half of a character as \ud…, and nothing else so.
  return json.includes("\\u")
    ? json.replace(/\\(?:u(0000|d[89a-f][0-9a-f]{2})|.)/g, (escape, bad?: string) => (bad === undefined ? escape : REPLACEMENT))
    : json;
}

/** A text that rows are found by: the same text gives the same key, however long it is (at most 500 letters are kept). */
export function storableKey(text: string): string {
  const key = storableText(text);
  if (key.length <= LONGEST_KEY) return key;
  return `${key.slice(0, LONGEST_KEY - 100).toWellFormed()} ${createHash("sha256").update(key).digest("hex")}`;
}

/** What columns hold without those that hold nothing, for properties that may be left out. */
export function withoutNulls<Columns extends object>(columns: Columns): { [Name in keyof Columns]?: NonNullable<Columns[Name]> } {
  return Object.fromEntries(Object.entries(columns).filter(([, held]) => held !== null)) as {
    [Name in keyof Columns]?: NonNullable<Columns[Name]>;
  };
}

/** The day of a moment in UTC, such as 2026-11-26: what is counted by days is counted by these. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
