import { describe, expect, test } from "vitest";
import { judge } from "../../src/diagnosis/judge.ts";
import type { Verdict } from "../../src/diagnosis/verdict.ts";
import type { Evidence } from "../../src/evidence/evidence.ts";
import type { Finding } from "../../src/evidence/finding.ts";
import { windowOf } from "../../src/incident/window.ts";
import { readRunbooks } from "../../src/runbook/load.ts";
import type { Facts } from "../../src/runbook/facts.ts";
import { reason } from "../../src/words/because.ts";

const at = new Date("2026-11-23T03:00:00Z");
const step = (id: string) =>
  `  - { id: ${id}, on: host, title: { en: a, ko: b }, parser: ${id}, timeoutS: 5, outputChars: 100, run: "true" }`;
const texts = new Map([
  ["steps.yml", `steps:\n${step("web")}\n${step("disk")}\n`],
  [
    "causes.yml",
    `definitions: { suffering: web.failures >= 3 }
symptoms:
  - { id: http-502, title: { en: a, ko: b }, visible: true, when: suffering }
  - { id: slow, title: { en: a, ko: b }, when: web.slow >= 1, leads_to: [http-502] }
causes:
  - id: disk-busy
    title: { en: a, ko: b }
    say: { en: a, ko: b }
    confirmed: disk.queue >= 5 && suffering
    suspected: web.slow >= 1
    ruled_out: disk.queue < 2
    since: disk.roseMs
    leads_to: [slow, overload]
    advice: { en: a, ko: b }
  - id: overload
    title: { en: a, ko: b }
    say: { en: a, ko: b }
    confirmed: { all: web.overload }
    ruled_out: web.overload == false
    leads_to: [http-502]
    advice: { en: a, ko: b }
  - id: pair
    title: { en: a, ko: b }
    say: { en: a, ko: b }
    confirmed: { atLeast: 2, of: web.pair }
    ruled_out: web.pair == false
    advice: { en: a, ko: b }
`,
  ],
  [
    "site.yml",
    `id: site
title: { en: a, ko: b }
symptom: { en: a, ko: b }
steps: [{ id: web, required: true }, { id: disk, required: true }]
causes: [disk-busy, overload, pair]
`,
  ],
]);
const library = readRunbooks("books", texts, {
  parsers: new Map([
    [
      "web",
      {
        failures: { kind: "count", doc: "" },
        slow: { kind: "count", doc: "" },
        overload: { kind: "flag", doc: "" },
        pair: { kind: "flag", doc: "" },
      },
    ],
    ["disk", { queue: { kind: "number", doc: "" }, roseMs: { kind: "time", doc: "" } }],
  ]),
  common: new Map(),
});
const runbook = library.runbooks.get("site")!;

const said = (facts: Facts, whole = true): Finding => ({ kind: "facts", facts, whole });
const silent: Finding = { kind: "unknown", because: reason("missing") };
const calm = { failures: 0, slow: 0, overload: false, pair: false };

function verdictOf(hosts: Record<string, { web?: Finding; disk?: Finding }>, began?: Date): Verdict {
  const evidence: Evidence = {
    at,
    window: windowOf(at, began && { at: began, basis: "access-log" }),
    hosts: new Map(
      Object.entries(hosts).map(([host, { web = silent, disk = silent }]) => [
        host,
        new Map([
          ["web", web],
          ["disk", disk],
        ]),
      ]),
    ),
    shared: new Map(),
    series: [],
  };
  return judge(evidence, runbook, library);
}

const stateOf = (verdict: Verdict, id: string) => verdict.causes.find((cause) => cause.id === id)?.state;

describe("healthy", () => {
  test("is said when every required look is whole and calm", () => {
    expect(verdictOf({ one: { web: said(calm), disk: said({ queue: 0.1 }) } }).verdict).toBe("healthy");
  });
  test("is not said when a required step was cut, and the step is named", () => {
    const verdict = verdictOf({ one: { web: said(calm, false), disk: said({ queue: 0.1 }) } });
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.notSeen).toEqual([{ host: "one", step: "web", because: reason("wasCut") }]);
  });
  test("is not said when a required step could not be run, printed nothing, or failed", () => {
    for (const disk of [silent, { kind: "empty" }, { kind: "failed", exitCode: 1, because: reason("endedWith", 1) }] satisfies Finding[]) {
      expect(verdictOf({ one: { web: said(calm), disk } }).verdict).toBe("inconclusive");
    }
  });
  test("is said without a look that the configuration does not ask for", () => {
    const unasked: Finding = { kind: "unknown", because: reason("noMetrics"), unasked: true };
    expect(verdictOf({ one: { web: said(calm), disk: unasked } }).notSeen).toEqual([]);
  });
  test("is not said when one host of two did not answer", () => {
    expect(verdictOf({ one: { web: said(calm), disk: said({ queue: 0 }) }, two: {} }).verdict).toBe("inconclusive");
  });
  test("is not said while a cause is suspected", () => {
    expect(verdictOf({ one: { web: said({ ...calm, slow: 1 }), disk: said({ queue: 3 }) } }).verdict).toBe("inconclusive");
  });
});

describe("a root cause", () => {
  const broken = said({ ...calm, failures: 9, slow: 2 });
  test("is the confirmed cause, told as a chain to what users notice", () => {
    const verdict = verdictOf({ one: { web: broken, disk: said({ queue: 30 }) } });
    expect(verdict).toMatchObject({ verdict: "root-cause", rootCauses: ["disk-busy"], chain: ["disk-busy", "slow", "http-502"] });
  });
  test("is not one that another confirmed cause explains", () => {
    const verdict = verdictOf({ one: { web: said({ ...calm, failures: 9, slow: 2, overload: true }), disk: said({ queue: 30 }) } });
    expect(stateOf(verdict, "overload")).toBe("confirmed");
    expect(verdict.rootCauses).toEqual(["disk-busy"]);
  });
  test("cites what confirmed it, with nothing that did not matter", () => {
    const verdict = verdictOf({ one: { web: broken, disk: said({ queue: 30 }) } });
    expect(verdict.causes[0]!.for).toEqual([
      { fact: "disk.queue", host: "one" },
      { fact: "web.failures", host: "one" },
    ]);
  });
  test("is not one that began after its effect", () => {
    const began = new Date(at.getTime() - 30 * 60_000);
    const late = verdictOf({ one: { web: broken, disk: said({ queue: 30, roseMs: began.getTime() + 7 * 60_000 }) } }, began);
    expect(late).toMatchObject({ verdict: "inconclusive", rootCauses: [] });
    expect(late.causes[0]).toMatchObject({ state: "suspected", tooLate: true });
    const inTime = verdictOf({ one: { web: broken, disk: said({ queue: 30, roseMs: began.getTime() + 60_000 }) } }, began);
    expect(inTime.rootCauses).toEqual(["disk-busy"]);
  });
  test("is not named without what would prove it: no metrics, only a suspicion", () => {
    const verdict = verdictOf({ one: { web: broken } });
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.causes[0]).toMatchObject({ state: "suspected", unknown: [{ fact: "disk.queue", host: "one" }] });
  });
});

describe("several hosts", () => {
  const overloaded = { web: said({ ...calm, overload: true, pair: true }), disk: said({ queue: 0 }) };
  const fine = { web: said(calm), disk: said({ queue: 0 }) };
  test("a cause that holds on some names them", () => {
    const verdict = verdictOf({ one: fine, two: { web: said({ ...calm, failures: 5 }), disk: said({ queue: 9 }) } });
    expect(verdict.causes[0]).toMatchObject({ state: "confirmed", hosts: ["two"] });
  });
  test("`all` needs every host, and a silent host makes it unknown", () => {
    expect(stateOf(verdictOf({ one: overloaded, two: overloaded }), "overload")).toBe("confirmed");
    expect(stateOf(verdictOf({ one: overloaded, two: fine }), "overload")).toBe("unknown");
    expect(stateOf(verdictOf({ one: overloaded, two: {} }), "overload")).toBe("unknown");
  });
  test("`atLeast` counts the hosts it is known of", () => {
    expect(stateOf(verdictOf({ one: overloaded, two: overloaded, three: {} }), "pair")).toBe("confirmed");
    expect(stateOf(verdictOf({ one: overloaded, two: fine, three: {} }), "pair")).toBe("unknown");
    expect(stateOf(verdictOf({ one: fine, two: fine, three: fine }), "pair")).toBe("ruled-out");
  });
  test("a cause is ruled out only where every host rules it out", () => {
    expect(stateOf(verdictOf({ one: fine, two: {} }), "disk-busy")).toBe("unknown");
  });
});

test("something visible that no known cause explains is no known cause, when all were ruled out", () => {
  const verdict = verdictOf({ one: { web: said({ ...calm, failures: 9 }), disk: said({ queue: 0.2 }) } });
  expect(verdict).toMatchObject({ verdict: "no-known-cause", rootCauses: [] });
});
