import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/config/yaml-file.ts";
import { readRunbooks, type Offered } from "../../src/runbook/load.ts";

const offered: Offered = {
  parsers: new Map([
    [
      "log",
      {
        failures: { kind: "count", doc: "" },
        seen: { kind: "flag", doc: "" },
        beganMs: { kind: "time", doc: "" },
        state: { kind: "text", values: ["active", "failed"], doc: "" },
      },
    ],
  ]),
  common: new Map(),
};

const steps = `steps:
  - id: web-log
    on: host
    title: { en: Log, ko: 로그 }
    parser: log
    timeoutS: 5
    outputChars: 100
    run: cat "$CADDY_LOG"
`;
const runbook = `id: site
title: { en: a, ko: b }
symptom: { en: a, ko: b }
steps: [{ id: web-log, required: true }]
causes: [broken]
`;
const causesWith = (
  changes: Partial<Record<"confirmed" | "ruled_out" | "since" | "leads_to" | "actions" | "say" | "definitions", string>>,
) => `definitions: ${changes.definitions ?? "{}"}
symptoms: []
causes:
  - id: broken
    title: { en: Broken, ko: 고장 }
    say: ${changes.say ?? "{ en: It broke, ko: 고장 }"}
    confirmed: ${changes.confirmed ?? "webLog.failures > 1"}
    ruled_out: ${changes.ruled_out ?? "webLog.failures == 0"}
    advice: { en: Mend it, ko: 수리 }
    leads_to: ${changes.leads_to ?? "[]"}
    actions: ${changes.actions ?? "[]"}
${changes.since === undefined ? "" : `    since: ${changes.since}\n`}`;

function faultsOf(texts: Record<string, string>): string[] {
  try {
    readRunbooks(
      "books",
      new Map(Object.entries({ "steps.yml": steps, "causes.yml": causesWith({}), "site.yml": runbook, ...texts })),
      offered,
    );
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
}

test("a whole folder without faults loads", () => {
  expect(faultsOf({})).toEqual([]);
});

describe("a condition is checked when it is loaded", () => {
  const cases: [what: string, causes: string, fault: string][] = [
    [
      "a misspelt fact is named with the nearest one",
      causesWith({ confirmed: "webLog.failure > 1" }),
      "books/causes.yml:7:23: No such key: failure (did you mean `webLog.failures`?)",
    ],
    ["an unknown step is named", causesWith({ confirmed: "kernel.kills > 1" }), "books/causes.yml:7:16: Unknown variable: kernel"],
    [
      "a flag is not compared to a number",
      causesWith({ confirmed: "webLog.seen > 1" }),
      "books/causes.yml:7:16: no such overload: bool > int",
    ],
    [
      "a text is not compared to a value it never has",
      causesWith({ confirmed: `webLog.state == 'actve'` }),
      'books/causes.yml:7:16: `webLog.state` is never "actve"; it is one of active, failed',
    ],
    [
      "a count is not compared to less than nothing",
      causesWith({ confirmed: "webLog.failures < 0" }),
      "books/causes.yml:7:16: `webLog.failures` is a count and is never below zero",
    ],
    [
      "a number is not a condition",
      causesWith({ confirmed: "webLog.failures + 1" }),
      "books/causes.yml:7:5: this is a number, not a condition",
    ],
    [
      "a call is not allowed",
      causesWith({ confirmed: `webLog.state.startsWith('a')` }),
      "books/causes.yml:7:16: `rcall` is not allowed in conditions; use facts, numbers, && || ! and comparisons",
    ],
    ["`since` is a time", causesWith({ since: "webLog.seen" }), "books/causes.yml:12:5: this is a flag, not a time"],
    ["a definition is checked too", causesWith({ definitions: '{ bad: "webLog.failures >" }' }), "Unexpected token: EOF"],
    ["a definition does not lead to itself", causesWith({ definitions: "{ one: two, two: one }" }), "`one` is defined by itself"],
  ];
  for (const [what, causes, fault] of cases) {
    test(what, () => {
      expect(faultsOf({ "causes.yml": causes }).join("\n")).toContain(fault);
    });
  }
});

describe("ids are checked when they are loaded", () => {
  test("an edge to nothing", () => {
    expect(faultsOf({ "causes.yml": causesWith({ leads_to: "[nowhere]" }) })).toEqual([
      "books/causes.yml:10:16: there is no cause or symptom `nowhere`",
    ]);
  });
  test("an action that is not there", () => {
    expect(faultsOf({ "causes.yml": causesWith({ actions: "[reboot]" }) })).toEqual([
      "books/causes.yml:11:15: there is no action `reboot`",
    ]);
  });
  test("a sentence that speaks of a fact that is not there", () => {
    expect(faultsOf({ "causes.yml": causesWith({ say: '{ en: "{webLog.failed} failed", ko: b }' }) })).toEqual([
      "books/causes.yml:6:5: `{webLog.failed}` is not a fact",
    ]);
  });
  test("a runbook that names a step or a cause that is not there", () => {
    const broken = runbook.replace("web-log", "kernel-log").replace("[broken]", "[bent]");
    expect(faultsOf({ "site.yml": broken })).toEqual([
      "books/site.yml:4:11: there is no step `kernel-log`",
      "books/site.yml:5:10: there is no cause `bent`",
    ]);
  });
  test("a step whose parser is not there", () => {
    expect(faultsOf({ "steps.yml": steps.replace("parser: log", "parser: lag") })[0]).toBe(
      "books/steps.yml:5:5: there is no parser `lag`; there are log",
    );
  });
});

describe("the shape is checked when it is loaded", () => {
  test("a key that is not one is pointed at", () => {
    expect(faultsOf({ "site.yml": `${runbook}sevrity: high\n` })).toEqual(["books/site.yml:6:1: `sevrity` is not a key here"]);
  });
  test("a key that is there twice", () => {
    expect(faultsOf({ "site.yml": `${runbook}id: again\n` })[0]).toMatch(/^books\/site.yml:6:1: Map keys must be unique/);
  });
  test("all faults of all files come at once", () => {
    const faults = faultsOf({
      "site.yml": runbook.replace("[broken]", "[bent]"),
      "causes.yml": causesWith({ confirmed: "webLog.failure > 1", ruled_out: "webLog.sen" }),
    });
    expect(faults).toHaveLength(3);
  });
});
