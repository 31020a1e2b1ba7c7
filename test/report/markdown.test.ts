import { expect, test } from "vitest";
import { literal } from "../../src/report/markdown-text.ts";
import { markdownOf } from "../../src/report/markdown.ts";
import { postmortemOf } from "../../src/report/postmortem.ts";
import { wordsOf } from "../../src/words/language.ts";
import { recordOf, reportingIn } from "./recorded-incident.ts";

const OPENED = new Date("2025-10-03T09:22:10Z");
const NAME = "a|b `c` <script>alert(1)</script>\n# d\r\n| e | \u001b[31m\u202e[x](http://evil.example) ![y](z) **f** www.evil.example";
const text = (foreign: string) => literal(foreign, (characters) => `(cut ${characters})`);

/** The cells of each row of a table: a bar that is not escaped ends a cell. */
function cellsOf(line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1);
}

function hostileReport(): string {
  const reporting = reportingIn("en", OPENED);
  const record = recordOf(OPENED, {
    incident: { environment: "prod" },
    alarms: [{ name: NAME, reason: NAME, value: 1, threshold: 2 }],
    happened: [
      [0, { kind: "alarm-fired", alarm: "a", name: NAME, reason: NAME }],
      [1, { kind: "muted", by: NAME, until: NAME }],
      [2, { kind: "look-failed", diagnosis: "d", because: NAME }],
      [3, { kind: "called", whom: "x".repeat(3000) }],
      [4, { kind: "alarm-no-data", alarm: "b", name: NAME, reason: "password=hunter2secret" }],
    ],
    diagnoses: [{ id: NAME, runbook: NAME, end: { how: "failed", because: NAME } }],
    audit: [{ at: OPENED, actor: NAME, event: NAME, detail: {} }],
  });
  return markdownOf(postmortemOf(record, reporting), reporting.words);
}

test("whatever comes from outside stays in its cell, its line and its list", () => {
  const markdown = hostileReport();
  const widths = new Map([
    ["| When |", 3],
    ["| Alarm |", 6],
    ["| Look |", 6],
  ]);
  const lines = markdown.split("\n");
  for (const [head, width] of widths) {
    const start = lines.findIndex((line) => line.startsWith(head));
    const end = lines.indexOf("", start);
    const rows = lines.slice(start, end);
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(cellsOf(row)).toHaveLength(width);
  }
  expect(lines.filter((line) => line.startsWith("# "))).toHaveLength(1);
});

test("no markup, link, script, control character or secret gets through", () => {
  const markdown = hostileReport();
  expect(markdown).not.toMatch(/<script/i);
  expect(markdown).not.toMatch(/(?<!\\)\[x(?<!\\)\]/);
  expect(markdown).not.toContain("http://evil");
  expect(markdown).not.toContain("www.evil");
  expect(markdown).not.toContain("**f**");
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(markdown).not.toContain("hunter2secret");
  expect(markdown).toContain("password=\\[redacted\\]");
});

test("a long text is cut, and how much was left out is said", () => {
  expect(hostileReport()).toContain("… \\[cut: 2,435 more characters\\]");
  expect(text("한".repeat(700))).toBe(`${"한".repeat(600)} (cut 100)`);
});

test("no character is cut in two", () => {
  expect(text(`${"x".repeat(599)}😀😀`)).toBe(`${"x".repeat(599)} (cut 4)`);
});

test("plain words and numbers stay readable", () => {
  for (const plain of ["30.6 operations wait", "POST /api/products/ 502", "prod-db_queue", "R&D"]) expect(text(plain)).toBe(plain);
});

test.each([
  ["1. not a list", "1\\. not a list"],
  ["- not a list", "\\- not a list"],
  ["--- not a rule", "\\--- not a rule"],
  ["# not a heading", "\\# not a heading"],
  ["> not a quotation", "&gt; not a quotation"],
  ["_not emphasis_", "\\_not emphasis\\_"],
  ["back\\|slash", "back\\\\\\|slash"],
  ["&lt;b&gt;", "&amp;lt;b&amp;gt;"],
])("%s is shown as it is", (foreign, shown) => {
  expect(text(foreign)).toBe(shown);
});

test("the report is the same whenever it is written from the same record", () => {
  const once = () => markdownOf(postmortemOf(recordOf(OPENED), reportingIn("ko", OPENED)), wordsOf("ko"));
  expect(once()).toBe(once());
});
