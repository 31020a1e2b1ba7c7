import { describe, expect, it } from "vitest";
import { celeryActive } from "../../../../src/evidence/parse/app/celery-active.ts";
import { celeryJournal } from "../../../../src/evidence/parse/app/celery-journal.ts";
import { celeryQueueLength } from "../../../../src/evidence/parse/app/celery-queue-length.ts";
import { gunicornJournal } from "../../../../src/evidence/parse/app/gunicorn-journal.ts";
import { gunicornUnit } from "../../../../src/evidence/parse/app/gunicorn-unit.ts";
import { redisInfo } from "../../../../src/evidence/parse/app/redis-info.ts";
import { unitStatus } from "../../../../src/evidence/parse/app/unit-status.ts";
import type { Parser } from "../../../../src/evidence/parser.ts";
import { fixture, readingAt } from "./readings.ts";

const parsers = { gunicornJournal, unitStatus, gunicornUnit, celeryJournal, celeryActive, celeryQueueLength, redisInfo };
const status =
  "● gunicorn.service - g\n     Active: failed (Result: exit-code) since Sun 2026-11-22 13:09:00 UTC; 15s ago\n   Main PID: 25 (code=exited, status=3/NOTIMPLEMENTED)\n\nNov 22 13:09:00 h-1 systemd[1]: gunicorn.service: Failed with result 'exit-code'.\n";
const journals = [
  ...[
    "sync-26.log",
    "gthread-20.log",
    "bad-import-26.log",
    "oom-journal.txt",
    "boot-failure-journal.txt",
    "database-refused-journal.txt",
    "aborted-journal.txt",
  ].map((name) => fixture(`gunicorn/${name}`)),
  fixture("celery/worker-journal.txt"),
];
const texts = [...journals, status];
const reading = readingAt("2026-11-22T13:40:00Z", "2026-11-22T12:50:00Z");

/** Random numbers that are the same in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const manglers: readonly ((text: string, next: () => number) => string)[] = [
  (text, next) => text.slice(Math.floor(next() * text.length)),
  (text, next) => text.slice(0, Math.floor(next() * text.length)),
  (text, next) =>
    text
      .split("\n")
      .filter(() => next() > 0.33)
      .join("\n"),
  (text) => text.replaceAll("\n", "\r\n"),
  (text, next) => text.replace(/[ :[\]]/g, (char) => (next() < 0.05 ? "\0" : char)),
  (text, next) => text.replace(/\w/g, (char) => (next() < 0.02 ? "\uFFFD" : char)),
  (text, next) => text.replace(/\d/g, (char) => (next() < 0.1 ? String(Math.floor(next() * 10)) : char)),
  (text) => text.replaceAll(/^/gm, "\u001b[31m"),
  (text, next) =>
    text
      .split("\n")
      .toSorted(() => next() - 0.5)
      .join("\n"),
  (text) => text.replaceAll("\n", ""),
];

const counts = (parser: Parser, text: string): [string, number][] =>
  Object.entries(parser.parse(text, reading)?.facts ?? {}).flatMap(([name, value]) =>
    parser.facts[name]?.kind === "count" && typeof value === "number" ? [[name, value] as const] : [],
  ) as [string, number][];

describe.each(Object.entries(parsers))("%s", (_, parser) => {
  it("reads any mangled text without an error and states only declared facts", () => {
    const next = random(7);
    for (let round = 0; round < 120; round++) {
      const text = manglers.reduce(
        (mangled, mangle) => (next() < 0.3 ? mangle(mangled, next) : mangled),
        texts[Math.floor(next() * texts.length)] ?? "",
      );
      const facts = parser.parse(text, reading)?.facts ?? {};
      expect(Object.keys(facts).filter((name) => !(name in parser.facts))).toEqual([]);
      expect(Object.values(facts).every((value) => typeof value !== "number" || Number.isFinite(value))).toBe(true);
    }
  });

  it("reads a line of a megabyte, nothing, and garbage", () => {
    for (const text of [
      "",
      "\n",
      "\0\0\0",
      "x".repeat(1_000_000),
      `${"a.".repeat(500_000)}Error: x\n`,
      `{${'"'.repeat(100_000)}\n}\n`.repeat(3),
      "[".repeat(100_000),
      "}\n".repeat(20_000),
    ]) {
      expect(() => parser.parse(text, reading)).not.toThrow();
    }
  });
});

describe("counts of a cut text", () => {
  it.each([
    ["gunicornJournal", gunicornJournal],
    ["celeryJournal", celeryJournal],
  ])("of %s are never above those of the whole one where its end is missing", (_, parser) => {
    const next = random(11);
    for (const text of journals) {
      const whole = new Map(counts(parser, text));
      for (let round = 0; round < 60; round++) {
        const cut = text.slice(0, Math.floor(next() * text.length));
        const above = counts(parser, cut).filter(([name, value]) => name !== "workersKilledUnclear" && value > (whole.get(name) ?? 0));
        expect([cut.slice(-80), above]).toEqual([cut.slice(-80), []]);
      }
    }
  });

  it("nor, but for kills whose time-out is gone, where its beginning is missing", () => {
    const next = random(13);
    for (const text of journals) {
      const whole = new Map(counts(gunicornJournal, text));
      for (let round = 0; round < 60; round++) {
        const cut = text.slice(Math.floor(next() * text.length));
        const above = counts(gunicornJournal, cut).filter(
          ([name, value]) => !/^workers(?:KilledUnclear|LostWithoutTimeout)$/.test(name) && value > (whole.get(name) ?? 0),
        );
        expect([cut.slice(0, 80), above]).toEqual([cut.slice(0, 80), []]);
      }
    }
  });

  it("nor where a third of the lines is missing, for everything that is a failure", () => {
    const next = random(17);
    for (const text of journals) {
      const whole = new Map(counts(gunicornJournal, text));
      for (let round = 0; round < 60; round++) {
        const thinned = text
          .split("\n")
          .filter((line) => line === "" || next() > 0.33)
          .join("\n");
        const above = counts(gunicornJournal, thinned).filter(
          ([name, value]) => /^(?:app|db|import|boot|noSpace|outbound)/.test(name) && value > (whole.get(name) ?? 0),
        );
        expect(above).toEqual([]);
      }
    }
  });
});
