import { expect, it } from "vitest";
import { load } from "../../../../src/evidence/parse/host/load.ts";
import { hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T13:14:35Z");
const facts = (text: string) => load.parse(text, reading)?.facts;

it("reads uptime, and tells the start of the host by uptime's own clock", () => {
  expect(facts(" 13:12:56 up 49 min,  0 user,  load average: 4.72, 4.68, 4.05\n")).toEqual({
    load1: 4.72,
    load5: 4.68,
    load15: 4.05,
    uptimeS: 2940,
    bootedAtMs: Date.parse("2026-11-22T12:23:56Z"),
  });
});

it.each([
  [" 13:12:56 up 18 days,  7:29,  1 user,  load average: 0.21, 0.30, 0.28\n", ((18 * 24 + 7) * 60 + 29) * 60],
  [" 13:12:56 up  1:11,  0 users,  load average: 0,21, 0,30, 0,28\n", 71 * 60],
  [" 13:12:56 up 1 day, 5 min,  0 users,  load average: 0.21, 0.30, 0.28\n", (24 * 60 + 5) * 60],
])("reads the uptime of %j", (text, uptimeS) => {
  expect(facts(text)).toMatchObject({ load1: 0.21, uptimeS });
});

it("reads the clock in the host's zone, across midnight", () => {
  const seoul = { ...hostReading("2026-11-22T15:01:00Z"), timezone: "Asia/Seoul" };
  const parsed = load.parse(" 23:59:30 up 10 min,  0 user,  load average: 1.00, 1.00, 1.00\n", seoul);
  expect(parsed?.facts["bootedAtMs"]).toBe(Date.parse("2026-11-22T14:49:30Z"));
});

it("reads /proc/loadavg, which has no uptime", () => {
  expect(facts("0.62 0.23 0.13 1/123 4567\n")).toEqual({ load1: 0.62, load5: 0.23, load15: 0.13 });
});

it("says nothing from a cut line", () => {
  expect(facts(" 13:12:56 up 49 min,  0 user,  load average: 4.72, 4.68, 4.0")).toBeUndefined();
});
