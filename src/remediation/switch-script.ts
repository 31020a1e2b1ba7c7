import { readFileSync } from "node:fs";

/** The parts of the program that leads an application to another address; reading an environment file is the copy's own. */
const PARTS = ["copy/connect", "switch/line", "switch/files", "switch/units", "switch/consumers"];

const textOf = (name: string): string => readFileSync(new URL(`../../runbooks/remediation/${name}.sh`, import.meta.url), "utf8");

/** The program of one host's switch, as one text without comments and indentation, so that it fits into an SSM document (64 KB). */
export function switchScript(): string {
  const parts = PARTS.map(textOf).join("\n");
  const whole = textOf("switch-endpoint").replace(/^#:parts\n/m, () => parts);
  return whole.replaceAll(/^ +/gm, "").replaceAll(/^(#(?!!).*)?\n/gm, "");
}
