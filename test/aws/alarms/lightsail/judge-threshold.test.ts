import { expect, test } from "vitest";
import { judgeThreshold, type Point } from "../../../../src/aws/alarms/lightsail/judge-threshold.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-26T02:00:00Z");
const minute = (nth: number) => new Date(START + nth * MINUTE);

/** A point a minute from the start; what is undefined is missing. */
const pointsOf = (...values: (number | undefined)[]): Point[] =>
  values.flatMap((value, nth) => (value === undefined ? [] : [{ at: START + nth * MINUTE, value }]));

/** How it stands a minute after the last of the values. */
const judged = (values: (number | undefined)[], limit = { above: 20, minutes: 3 } as Parameters<typeof judgeThreshold>[1]) =>
  judgeThreshold(pointsOf(...values), limit, { periodMs: MINUTE, now: minute(values.length + 1) });

test("it fires once all of the last minutes are on the wrong side, since the end of the last of them", () => {
  expect(judged([1, 1, 30, 40])).toMatchObject({ state: "ok", value: 40 });
  expect(judged([1, 1, 30, 40, 31])).toEqual({ state: "alarm", since: minute(5), value: 40 });
  expect(judged([1, 1, 30, 40, 31, 50, 60])).toEqual({ state: "alarm", since: minute(5), value: 60 });
});

test("it is well again with the first point that is within the limit, and since then", () => {
  expect(judged([1, 30, 40, 31, 50, 2, 3])).toEqual({ state: "ok", since: minute(6), value: 3 });
  expect(judged([1, 30, 40, 31, 2, 50, 60])).toEqual({ state: "ok", since: minute(5), value: 60 });
});

test("what was never otherwise is so as of the newest point, since nobody knows since when", () => {
  expect(judged([1, 1, 1, 1])).toMatchObject({ state: "ok", since: minute(4) });
  expect(judged([30, 30, 30, 30])).toMatchObject({ state: "alarm", since: minute(4) });
});

test("a value at the limit is within it, and a lower limit is one too", () => {
  expect(judged([20, 20, 20])).toMatchObject({ state: "ok" });
  expect(judged([1, 1, 1], { below: 5, minutes: 2 })).toMatchObject({ state: "alarm", value: 1 });
  expect(judged([9, 90, 95], { above: 80, below: 5, minutes: 2 })).toMatchObject({ state: "alarm", value: 95 });
});

test("points that are missing in between decide nothing, unless there are too few", () => {
  expect(judged([1, 30, undefined, 40, 31])).toMatchObject({ state: "alarm" });
  expect(judged([30, undefined, undefined, undefined, 40, 31])).toBeUndefined();
  expect(judged([30, 31])).toBeUndefined();
  expect(judged([])).toBeUndefined();
});

test("without a point for ten minutes there are no data, whatever it was before", () => {
  const points = pointsOf(1, 1, 1);
  const at = (nth: number) => judgeThreshold(points, { above: 20, minutes: 3 }, { periodMs: MINUTE, now: minute(nth) });
  expect(at(13)).toMatchObject({ state: "ok" });
  expect(at(14)).toEqual({ state: "no-data", since: minute(13) });
});

test("points of five minutes count for their whole period", () => {
  const points = [0, 5, 10].map((nth) => ({ at: minute(nth).getTime(), value: 99 }));
  const limit = (minutes: number) => judgeThreshold(points, { above: 80, minutes }, { periodMs: 5 * MINUTE, now: minute(16) });
  expect(limit(3)).toEqual({ state: "alarm", since: minute(15), value: 99 });
  expect(limit(15)).toMatchObject({ state: "alarm" });
  expect(limit(20)).toBeUndefined();
});
