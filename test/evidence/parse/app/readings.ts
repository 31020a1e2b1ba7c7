import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Parsed, Parser, Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

/** A look at `at` (ISO) at an incident that began at `began`, or with the default window of 15 minutes. */
export function readingAt(at: string, began?: string): Reading {
  const now = new Date(at);
  const window = windowOf(now, began === undefined ? undefined : { at: new Date(began), basis: "access-log" });
  return { at: now, timezone: "UTC", window, names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 } };
}

/** A file below test/fixtures. */
export function fixture(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url)), "utf8");
}

/** What a parser reads, where it must be able to read the text. */
export function parsed(parser: Parser, text: string, reading: Reading): Parsed {
  const result = parser.parse(text, reading);
  if (!result) throw new Error("the parser does not know this text");
  return result;
}
