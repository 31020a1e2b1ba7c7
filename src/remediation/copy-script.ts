import { readFileSync } from "node:fs";

/** The parts of the program that copies a database, in the order of its story. */
const PARTS = ["connect", "secret", "state", "check", "fence", "aside", "schema", "data", "compare"];

const textOf = (name: string): string => readFileSync(new URL(`../../runbooks/remediation/${name}.sh`, import.meta.url), "utf8");

/**
 * The program that copies a database for good, as one text: the same each time, since values reach it as environment variables only. It is
 * the reviewed text without its comments and indentation, so that it fits into an SSM document (64 KB).
 */
export function copyScript(): string {
  const parts = PARTS.map((part) => textOf(`copy/${part}`)).join("\n");
  const whole = textOf("copy-database").replace(/^#:parts\n/m, () => parts);
  return whole.replaceAll(/^ +/gm, "").replaceAll(/^(#(?!!).*)?\n/gm, "");
}
