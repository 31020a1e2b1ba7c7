import { describe, expect, test } from "vitest";
import type { Figures } from "../../src/diagnosis/figures.ts";
import type { Numbers } from "../../src/incident/numbers.ts";
import { blindSample, judgeProof, numbersOf, sampleOf, type ProofTerms, type Sample } from "../../src/remediation/proof.ts";
import { reason } from "../../src/words/because.ts";
import { LIMITS } from "./plans-for-tests.ts";

const CHANGED = Date.UTC(2026, 10, 26, 3, 0);
const at = (minutes: number) => CHANGED + minutes * 60_000;
const BEFORE: Numbers = { queueMean: 40, queuePeak: 60, connectMs: 9_000, connectsFailed: 0, failShare: 0.3, requests: 200 };
const terms: ProofTerms = { changedAt: CHANGED, limits: LIMITS, before: BEFORE };
const GOOD: Numbers = { queueMean: 0.1, queuePeak: 0.3, connectMs: 12, connectsFailed: 0, failShare: 0, requests: 100 };

const good = (minute: number, numbers: Numbers = {}): Sample => ({ at: at(minute), numbers: { ...GOOD, ...numbers }, unseen: [] });
const unknown = (minute: number): Sample => blindSample(at(minute), reason("notRun"));
/** Good looks each minute, from one to another. */
const goods = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, nth) => good(from + nth));
const judged = (samples: readonly Sample[], now: number) => judgeProof(terms, samples, at(now));

describe("good", () => {
  test("for the set time is proven, with the figures before and after", () => {
    expect(judged(goods(1, 10), 10)).toMatchObject({ is: "good-so-far", since: at(1), goodMs: 9 * 60_000, needsUntil: at(11) });
    expect(judged(goods(1, 11), 11)).toEqual({ is: "proven", before: BEFORE, after: GOOD });
  });
  test("once is good for no time at all", () => {
    expect(judged([good(1)], 1)).toMatchObject({ is: "good-so-far", goodMs: 0, needsUntil: at(11) });
  });
  test("is not a number at its bound", () => {
    for (const numbers of [{ queueMean: 0.5 }, { connectMs: 1_000 }, { connectsFailed: 1 }, { failShare: 0.01 }] as Numbers[])
      expect(judged([...goods(1, 10), good(11, numbers)], 11)).toMatchObject({ is: "not-proven", over: false });
    const close = { queueMean: 0.499, connectMs: 999.9, failShare: 0.0099 };
    expect(judged([...goods(1, 10), good(11, close)], 11).is).toBe("proven");
  });
  test("goes by the database's connects and requests alone where nothing measures its disk", () => {
    const { queueMean: _, queuePeak: __, ...rest } = GOOD;
    expect(
      judged(
        goods(1, 11).map(({ at }) => ({ at, numbers: rest, unseen: [] })),
        11,
      ).is,
    ).toBe("proven");
  });
  test("is nothing that was measured of nothing", () => {
    expect(
      judged(
        goods(1, 11).map(({ at }) => ({ at, numbers: {}, unseen: [] })),
        11,
      ).is,
    ).toBe("unseen");
  });
  test("when the time is over may still be proven, as long as it stays good", () => {
    const late = [good(20, { queueMean: 9 }), ...goods(25, 31)];
    expect(judged(late, 31)).toMatchObject({ is: "good-so-far", needsUntil: at(35) });
    expect(judged([...late, ...goods(32, 35)], 35).is).toBe("proven");
  });
});

describe("bad", () => {
  test("for one look begins the time anew", () => {
    const samples = [...goods(1, 9), good(10, { queueMean: 3 }), ...goods(11, 15)];
    expect(judged(samples, 15)).toMatchObject({ is: "good-so-far", since: at(11), goodMs: 4 * 60_000, needsUntil: at(21) });
  });
  test("to the end is not proven, and says what is not good", () => {
    const bad = (minute: number) => good(minute, { queueMean: 3, failShare: 0.2 });
    const samples = [...goods(1, 5), ...Array.from({ length: 24 }, (_, nth) => bad(6 + nth))];
    expect(judged(samples, 29)).toMatchObject({ is: "not-proven", bad: ["queue", "requests"], over: false });
    expect(judged(samples, 30)).toMatchObject({ is: "not-proven", over: true, figures: { queueMean: 3, failShare: 0.2 } });
  });
  test("counts also where something else could not be seen", () => {
    const sample: Sample = { at: at(5), numbers: { connectsFailed: 3 }, unseen: [{ of: "queue", because: reason("noPoints") }] };
    expect(judged([sample], 5)).toMatchObject({ is: "not-proven", bad: ["connects"], unseen: [{ of: "queue" }] });
  });
  test("is worse where it was clearly better before, three looks in a row", () => {
    const worse = [5, 6, 7].map((minute) => good(minute, { failShare: 0.9 }));
    expect(judged(worse.slice(0, 2), 6).is).toBe("not-proven");
    expect(judged(worse, 7)).toMatchObject({ is: "worse", bad: ["requests"], over: false });
    expect(judged(worse, 30)).toMatchObject({ is: "worse", over: true });
    const failing = [5, 6, 7].map((minute) => good(minute, { connectsFailed: 2 }));
    expect(judged(failing, 7).is).toBe("worse");
    expect(judgeProof({ ...terms, before: {} }, worse, at(7)).is).toBe("not-proven");
  });
});

describe("unknown", () => {
  test("is never good: the minutes around it do not count, and it takes nothing back", () => {
    const samples = [...goods(1, 6), unknown(7), ...goods(8, 11)];
    expect(judged(samples, 11)).toMatchObject({ is: "good-so-far", since: at(1), goodMs: 8 * 60_000, needsUntil: at(13) });
    expect(judged([...samples, ...goods(12, 13)], 13).is).toBe("proven");
  });
  test("as the newest look is said beside what was seen", () => {
    expect(judged([...goods(1, 6), unknown(7)], 7)).toMatchObject({ is: "good-so-far", unseen: [{ of: "look" }] });
  });
  test("throughout is unseen, with its reason", () => {
    expect(judged([], 5)).toMatchObject({ is: "unseen", over: false });
    expect(judged([unknown(1), unknown(2)], 30)).toEqual({ is: "unseen", unseen: unknown(2).unseen, over: true });
  });
  test("at last does not let good numbers go on for ever", () => {
    const samples = [...goods(1, 6), ...Array.from({ length: 23 }, (_, nth) => unknown(7 + nth))];
    expect(judged(samples, 39).is).toBe("good-so-far");
    expect(judged(samples, 40)).toMatchObject({ is: "unseen", over: true });
  });
  test("is the time between two looks that are far apart", () => {
    expect(judged([good(1), good(6), good(20)], 20)).toMatchObject({ is: "good-so-far", goodMs: 5 * 60_000 });
  });
});

test("a clock that jumps proves nothing by itself", () => {
  expect(judged([good(1), good(2), good(500)], 25)).toMatchObject({ is: "good-so-far", goodMs: 60_000 });
  expect(judged([good(1), good(2), good(-60), good(-59)], -59)).toMatchObject({ is: "good-so-far", goodMs: 120_000 });
  expect(judged([good(1), good(2), good(2), good(2)], 2)).toMatchObject({ goodMs: 60_000 });
  expect(judged([...goods(1, 8), good(0, { queueMean: 9 }), good(1)], 1)).toMatchObject({ since: at(1), goodMs: 0 });
});

test("a clock that jumps an hour ahead takes no time from the proof: what nobody could look at does not count", () => {
  const ahead = [...goods(1, 6), ...goods(66, 71)];
  expect(judged(ahead.slice(0, 7), 66)).toMatchObject({ is: "good-so-far", goodMs: 5 * 60_000 });
  expect(judged(ahead, 71)).toMatchObject({ is: "proven" });
  const bad = [...goods(1, 6), good(66, { queueMean: 9 })];
  expect(judged(bad, 84)).toMatchObject({ is: "not-proven", over: false });
  expect(judged(bad, 85)).toMatchObject({ is: "not-proven", over: true });
  // Also before the first look.
  expect(judged([good(61)], 62)).toMatchObject({ is: "good-so-far" });
});

describe("what a look says of the time after the change", () => {
  const point = (minute: number, value: number, peak = value) => ({ at: at(minute), value, peak });
  const figures = (parts: Partial<Figures> = {}): Figures => ({
    at: at(4),
    queue: { is: "seen", what: { points: [point(-3, 50), point(-2, 40), point(0, 2, 9), point(1, 0), point(2, 1)] } },
    connects: { is: "seen", what: { slowestMs: 14, attempts: 10, failed: 0 } },
    requests: { is: "seen", what: { from: at(1), requests: 200, failed: 1 } },
    ...parts,
  });
  test("is what was measured since, and the queue's newest points of then", () => {
    expect(sampleOf(figures(), CHANGED, true)).toEqual({
      at: at(4),
      numbers: { queueMean: 1, queuePeak: 9, connectMs: 14, connectsFailed: 0, failShare: 0.005, requests: 200 },
      unseen: [],
      healthy: true,
    });
    expect(numbersOf(figures()).queueMean).toBeCloseTo(18.6);
  });
  test("is not what was measured before, or not at all", () => {
    const early = sampleOf(figures({ at: at(1), queue: { is: "seen", what: { points: [point(-1, 40)] } } }), at(1.5));
    expect(early.numbers).toEqual({});
    expect(early.unseen.map(({ of, because }) => [of, because])).toEqual(
      (["queue", "connects", "requests"] as const).map((of) => [of, reason("onlyBeforeChange")]),
    );
    const blind = figures({
      queue: { is: "unseen", because: reason("noMetrics") },
      connects: { is: "not-measured" },
      requests: { is: "seen", what: { from: at(1), requests: 0, failed: 0 } },
    });
    expect(sampleOf(blind, CHANGED)).toMatchObject({
      numbers: {},
      unseen: [
        { of: "queue", because: reason("noMetrics") },
        { of: "requests", because: reason("noRequests") },
      ],
    });
    expect(sampleOf(figures({ at: at(30) }), CHANGED).unseen).toEqual([{ of: "queue", because: reason("noPoints") }]);
  });
});
