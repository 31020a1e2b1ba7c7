import { describe, expect, it } from "vitest";
import { stampOf } from "../../../../src/evidence/parse/text/stamps.ts";

const at = new Date("2026-11-22T13:10:00Z");
const read = (text: string, timezone = "UTC", now = at) => {
  const stamp = stampOf(text, now, timezone);
  return stamp && [new Date(stamp.ms).toISOString(), stamp.rest];
};

describe("the time at the start of a line", () => {
  it.each([
    ["Nov 22 13:07:07 host gunicorn[1]: x", "2026-11-22T13:07:07.000Z", "host gunicorn[1]: x"],
    ["Nov 22 13:07:07.413996 host x", "2026-11-22T13:07:07.413Z", "host x"],
    ["Dec  8 12:55:01 host x", "2025-12-08T12:55:01.000Z", "host x"],
    ["Sun 2026-11-22 13:07:07 UTC host x", "2026-11-22T13:07:07.000Z", "host x"],
    ["2026-11-22T13:07:07+0000 host x", "2026-11-22T13:07:07.000Z", "host x"],
    ["2026-11-22T13:07:07.413996+05:30 host x", "2026-11-22T07:37:07.413Z", "host x"],
    ["1795352827.413996 host x", "2026-11-22T13:07:07.413Z", "host x"],
    ["[Sun Nov 22 12:55:01 2026] Out of memory", "2026-11-22T12:55:01.000Z", "Out of memory"],
    ["2026-11-22T12:55:01,123456+0000 Out of memory", "2026-11-22T12:55:01.123Z", "Out of memory"],
    ["[2026-11-22 13:38:05 -0300] [12] [INFO] x", "2026-11-22T16:38:05.000Z", "[12] [INFO] x"],
    ["2010-07-29 22:01:19 [6869] [CRITICAL] x", "2010-07-29T22:01:19.000Z", "[6869] [CRITICAL] x"],
    ["2026-11-22 13:00:00 UTC:10.0.0.1(1):u@d:[1]:LOG:  x", "2026-11-22T13:00:00.000Z", ":10.0.0.1(1):u@d:[1]:LOG:  x"],
    ["2026-11-22 13:00:00.123 CET [12] LOG:  x", "2026-11-22T12:00:00.123Z", "[12] LOG:  x"],
    ["2026-11-22 13:00:00 INFO x", "2026-11-22T13:00:00.000Z", "INFO x"],
    ["2026/11/22 13:00:00.123 x", "2026-11-22T13:00:00.123Z", "x"],
    ["22/Nov/2026:13:07:07 +0100] x", "2026-11-22T12:07:07.000Z", "x"],
    ["Okt 22 13:07:07 host x", "2026-10-22T13:07:07.000Z", "host x"],
  ])("is read from %s", (text, time, rest) => {
    expect(read(text)).toEqual([time, rest]);
  });

  it("is in the host's zone where the stamp has none, also across a change to summer time", () => {
    expect(read("Nov 22 05:07:07 h x", "America/Los_Angeles")?.[0]).toBe("2026-11-22T13:07:07.000Z");
    expect(read("Mar 28 12:00:00 h x", "Europe/Berlin")?.[0]).toBe("2026-03-28T11:00:00.000Z");
    expect(read("Mar 29 12:00:00 h x", "Europe/Berlin")?.[0]).toBe("2026-03-29T10:00:00.000Z");
    expect(read("Mar 29 12:00:00 h x", "No/Such_Zone")?.[0]).toBe("2026-03-29T12:00:00.000Z");
  });

  it("is of last year where this year's would lie in the future", () => {
    const january = new Date("2027-01-01T00:10:00Z");
    expect(read("Dec 31 23:59:00 h x", "UTC", january)?.[0]).toBe("2026-12-31T23:59:00.000Z");
    expect(read("Jan  1 00:05:00 h x", "UTC", january)?.[0]).toBe("2027-01-01T00:05:00.000Z");
  });

  it.each(["[ 2615.183287] host x", "no time here", "", "2026-13-45 99:99:99 x", "Foo 22 13:07:07 x", "12345 x"])(
    "is not found in %s",
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );
});
