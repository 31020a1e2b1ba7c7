import { expect, it } from "vitest";
import { formatDate } from "../../../../lab/slack/page/text/dates.ts";

const now = new Date("2026-11-26T12:00:00Z");
const at = (time: string) => ({ unix: Date.parse(time) / 1000, locale: "en-US", now, timeZone: "UTC" });

it.each([
  ["{date_num} {time_secs}", "2026-11-20T09:05:07Z", "2026-11-20 9:05:07 AM"],
  ["{date_long}", "2026-11-20T09:05:07Z", "Friday, November 20, 2026"],
  ["{date_short_pretty} {time}", "2026-11-20T09:05:07Z", "Nov 20, 2026 9:05 AM"],
  ["{date_short_pretty} {time}", "2026-11-26T00:01:00Z", "Today 12:01 AM"],
  ["since {date_pretty}", "2026-11-25T23:59:00Z", "since yesterday"],
  ["{ago}", "2026-11-26T11:57:10Z", "3 minutes ago"],
  ["{nothing} {toString}", "2026-11-26T11:57:10Z", "{nothing} {toString}"],
])("%s of %s is %s", (format, time, told) => {
  expect(formatDate(format, at(time)).replaceAll("\u202f", " ")).toBe(told);
});

it("tells a date in the reader's language", () => {
  expect(formatDate("{date_short_pretty} {time}", { ...at("2026-11-26T09:05:00Z"), locale: "ko-KR" })).toBe("오늘 오전 9:05");
});

it("goes by the reader's day, not by 24 hours", () => {
  expect(formatDate("{date_pretty}", { ...at("2026-11-26T15:30:00Z"), timeZone: "Asia/Seoul" })).toBe("Tomorrow");
});
