import { readFileSync } from "node:fs";

/** The parts of the program that works on a database from a host; reading an environment file is the copy's own. */
const PARTS = ["copy/connect", "database/login", "database/sessions", "database/index"];

const textOf = (name: string): string => readFileSync(new URL(`../../runbooks/remediation/${name}.sh`, import.meta.url), "utf8");

/** The program that works on the application's database from one of its hosts, as one text without comments and indentation (an SSM document has 64 KB). */
export function databaseScript(): string {
  const parts = PARTS.map(textOf).join("\n");
  const whole = textOf("work-on-database").replace(/^#:parts\n/m, () => parts);
  return whole.replaceAll(/^ +/gm, "").replaceAll(/^(#(?!!).*)?\n/gm, "");
}
