import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { replay } from "../../src/cli/replay.ts";
import { plainPaint } from "../../src/cli/terminal.ts";
import { en } from "../../src/words/en.ts";

test("the diagnosis that the README shows is what the founding incident gets", async () => {
  const shown = /```\n([^]*?)\n```/.exec(readFileSync("README.md", "utf8"))![1]!;
  const real = await replay("lab/cases/lightsail-disk-queue", { json: false, paint: plainPaint, words: en });
  for (const block of shown.split("\n\n")) expect(real).toContain(block);
  expect(shown).toContain("ROOT CAUSE");
});

test("the README's commands are there", () => {
  const readme = readFileSync("README.md", "utf8");
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  expect(readme).toContain("npm ci && npm run demo");
  expect(readme).toContain("npm ci && npm test");
  for (const [, name] of `${readme}${readFileSync("CONTRIBUTING.md", "utf8")}`.matchAll(/npm run ([a-z:-]+)/g))
    expect(scripts).toHaveProperty([name!]);
});
