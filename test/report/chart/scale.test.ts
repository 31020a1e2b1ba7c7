import { expect, test } from "vitest";
import { timeTicks, valueTicks } from "../../../src/report/chart/scale.ts";

const MINUTE = 60_000;
const at = (time: string) => Date.parse(time);

test.each([
  [0, [0, 1]],
  [-3, [0, 1]],
  [Number.NaN, [0, 1]],
  [12, [0, 5, 10, 15]],
  [37.2, [0, 10, 20, 30, 40]],
  [0.03, [0, 0.01, 0.02, 0.03]],
  [100, [0, 50, 100]],
  [4123, [0, 2000, 4000, 6000]],
])("values up to %s have round ticks", (highest, ticks) => {
  expect(valueTicks(highest)).toEqual(ticks);
});

test("ticks of values always reach over the highest, and are two to six", () => {
  for (let highest = 0.001; highest < 1e7; highest *= 1.37) {
    const ticks = valueTicks(highest);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * 0.999_999);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
  }
});

test("times are round in the zone that is told, also in one that is off by half an hour", () => {
  const from = at("2026-01-01T00:07:00Z");
  expect(timeTicks(from, from + 180 * MINUTE, "Asia/Kolkata").map(({ label }) => label)).toEqual([
    "06:00",
    "06:30",
    "07:00",
    "07:30",
    "08:00",
    "08:30",
  ]);
  expect(timeTicks(from, from + 60 * MINUTE, "Asia/Seoul").map(({ label }) => label)).toEqual([
    "09:10",
    "09:20",
    "09:30",
    "09:40",
    "09:50",
    "10:00",
  ]);
});

test("a day's beginning, and ticks a day apart, show the date", () => {
  expect(timeTicks(at("2026-01-01T09:00:00Z"), at("2026-01-02T09:00:00Z"), "UTC").map(({ label }) => label)).toContain("01-02");
  expect(timeTicks(at("2026-01-01T09:00:00Z"), at("2026-01-06T09:00:00Z"), "UTC").map(({ label }) => label)).toEqual([
    "01-02",
    "01-03",
    "01-04",
    "01-05",
    "01-06",
  ]);
});

test("there are never more times than fit", () => {
  const from = at("2026-01-01T00:07:00Z");
  for (let minutes = 1; minutes < 600_000; minutes = Math.ceil(minutes * 1.7))
    expect(timeTicks(from, from + minutes * MINUTE, "Asia/Seoul").length).toBeLessThanOrEqual(9);
});
