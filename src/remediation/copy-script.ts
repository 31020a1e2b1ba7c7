import { readFileSync } from "node:fs";

/** The parts of the program that copies a database, in the order of its story. */
const PARTS = ["connect", "secret", "state", "check", "fence", "schema", "data", "compare"];

const textOf = (name: string): string => readFileSync(new URL(`../../runbooks/remediation/${name}.sh`, import.meta.url), "utf8");

/**
 * The program that copies a database for good, as one text: the same each time, since values reach it as environment variables only. It fits
 * into an SSM document (64 KB).
 */
export function copyScript(): string {
  const parts = PARTS.map((part) => textOf(`copy/${part}`)).join("\n");
  return textOf("copy-database").replace(/^#:parts\n/m, () => parts);
}
