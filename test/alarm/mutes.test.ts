import { expect, test } from "vitest";
import { readMuteTime } from "../../src/alarm/mutes.ts";

const HOUR_MS = 3_600_000;
const cases: [text: string, means: number | "understood" | "too-long"][] = [
  ["2h", 2 * HOUR_MS],
  ["30m", HOUR_MS / 2],
  ["1d", 24 * HOUR_MS],
  ["7d", 168 * HOUR_MS],
  [" 1h 30m ", 1.5 * HOUR_MS],
  ["90 minutes", 1.5 * HOUR_MS],
  ["2 Hours", 2 * HOUR_MS],
  ["2시간", 2 * HOUR_MS],
  ["30분", HOUR_MS / 2],
  ["1일", 24 * HOUR_MS],
  ["1시간 30분", 1.5 * HOUR_MS],
  ["8d", "too-long"],
  ["169h", "too-long"],
  ["999999d", "too-long"],
  ["0m", "understood"],
  ["", "understood"],
  ["2", "understood"],
  ["-2h", "understood"],
  ["two hours", "understood"],
  ["2h or so", "understood"],
  ["2w", "understood"],
  ["9".repeat(400), "understood"],
];
for (const [text, means] of cases)
  test(`"${text.slice(0, 20)}" is ${typeof means === "number" ? `${means / HOUR_MS} hours` : `not ${means}`}`, () => {
    expect(readMuteTime(text)).toEqual(typeof means === "number" ? { ms: means } : { not: means });
  });
