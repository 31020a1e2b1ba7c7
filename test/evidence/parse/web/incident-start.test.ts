import { describe, expect, it } from "vitest";
import { incidentStart } from "../../../../src/evidence/parse/web/incident-start.ts";
import { readRequests } from "../../../../src/evidence/parse/web/requests.ts";
import { at, log, ordinary, type Made } from "./made-requests.ts";

/** When the incident began, in seconds before the look. */
function began(...made: Made[]): number | undefined {
  const start = incidentStart(readRequests(log(made), { at, timezone: "UTC" })?.requests ?? [], at);
  return start && (at.getTime() - start.getTime()) / 1000;
}

function every(stepS: number, fromS: number, toS: number, made: Omit<Made, "agoS">): Made[] {
  return Array.from({ length: Math.floor((fromS - toS) / stepS) }, (_, i) => ({ ...made, agoS: fromS - i * stepS }));
}

describe("the incident began at the start of the first failing request after ordinary service", () => {
  it("fast errors", () => expect(began(...ordinary(300, 100), ...every(1, 100, 0, { status: 500 }))).toBe(100));

  it("answers that came only after 31 s began 31 s before they were logged", () =>
    expect(began(...ordinary(300, 0), ...every(8, 200, 40, { status: 502, tookS: 31 }))).toBe(200));

  it("clients that gave up count, those that left at once do not", () => {
    expect(began(...ordinary(300, 90), ...every(4, 90, 20, { status: 0, tookS: 20 }))).toBe(90);
    expect(began(...ordinary(300, 0), ...every(4, 90, 20, { status: 0, tookS: 0.2 }))).toBeUndefined();
  });

  it("a log younger than the failures' beginning gives its first failure", () =>
    expect(began(...ordinary(30, 25), ...every(1, 25, 0, { status: 502, tookS: 0.001 }))).toBe(25));

  it("failures with ordinary requests between them are one incident", () =>
    expect(began(...ordinary(600, 0), ...every(20, 400, 0, { status: 500, uri: "/checkout/" }))).toBe(400));

  it("the newest of two incidents counts when ordinary service lay between", () =>
    expect(began(...ordinary(900, 0), ...every(2, 800, 700, { status: 502 }), ...every(2, 120, 0, { status: 502 }))).toBe(120));

  it("a log that falls silent after failures has not recovered", () =>
    expect(began(...ordinary(600, 300), ...every(1, 300, 280, { status: 502 }))).toBe(300));

  it("requests of one endpoint at ten times their ordinary time count as failing", () =>
    expect(began(...ordinary(400, 60), ...every(3, 60, 15, { uri: "/items/17/", tookS: 12 }))).toBe(60));
});

describe("noise beside an incident", () => {
  it("half a minute before is not its beginning", () =>
    expect(began(...ordinary(400, 60), { agoS: 92.5, status: 500 }, ...every(0.5, 60, 0, { status: 502, tookS: 0.003 }))).toBe(60));

  it("is more than noise where a rarely used endpoint fails each time", () =>
    expect(
      began(
        ...ordinary(900, 0),
        ...ordinary(900, 0).map((one) => ({ ...one, agoS: one.agoS - 0.4 })),
        ...every(25, 600, 0, { uri: "/pay/", status: 500 }),
      ),
    ).toBe(600));
});

describe("no incident is going on", () => {
  it("for errors of less than one request in fifty, here and there", () => {
    const busy = [...ordinary(600, 0), ...ordinary(600, 0), ...ordinary(600, 0)].map((one, i) => ({
      ...one,
      agoS: one.agoS - (i % 5) * 0.1,
    }));
    expect(
      began(...busy, ...[0, 1, 2].map((i) => ({ agoS: 100 - i * 10, status: 500, uri: ["/items/17/", "/healthz/", "/items/"][i] ?? "" }))),
    ).toBeUndefined();
  });
  it("after a minute of ordinary service", () =>
    expect(began(...ordinary(900, 0), ...every(1, 400, 200, { status: 502 }))).toBeUndefined());
  it("for a single error", () => expect(began(...ordinary(300, 0), { agoS: 20, status: 500 })).toBeUndefined());
  it("for a single error that is the newest line", () => expect(began(...ordinary(300, 1), { agoS: 0.5, status: 500 })).toBeUndefined());
  it("for two errors in many requests", () =>
    expect(began(...ordinary(300, 0), { agoS: 20, status: 500 }, { agoS: 40, status: 502 })).toBeUndefined());
  it("for single pages of several seconds", () =>
    expect(began(...ordinary(300, 0), { agoS: 100, tookS: 7 }, { agoS: 20, tookS: 6 })).toBeUndefined());
  it("for a page that always takes long", () =>
    expect(began(...ordinary(300, 0), ...every(10, 300, 0, { uri: "/export/", tookS: 9 }))).toBeUndefined());
  it("for a slow start after which all is fast", () =>
    expect(began(...every(0.5, 60, 50, { tookS: 6 }), ...ordinary(50, 0))).toBeUndefined());
  it("for an empty log", () => expect(incidentStart([], at)).toBeUndefined());
});

describe("a slow-down without failures", () => {
  it("of one endpoint begins at its first slow request", () =>
    expect(
      began(
        ...ordinary(300, 60),
        ...ordinary(60, 0).filter((one) => one.uri !== "/healthz/"),
        ...every(3, 60, 0, { uri: "/healthz/", tookS: 2 }),
      ),
    ).toBe(60));

  it("of a whole service begins with it, although no request takes a second", () => {
    const slow = ordinary(90, 0).map((one) => ({ ...one, tookS: (one.tookS ?? 0) * 2 + 0.5 }));
    expect(began(...ordinary(300, 90), ...slow)).toBeCloseTo(90, -1);
  });

  it("that nobody has met again in minutes of ordinary service of other pages is over", () => {
    const report = { uri: "/report/", method: "POST" };
    const slow = [...every(10, 900, 700, { ...report, tookS: 0.2 }), ...every(10, 700, 500, { ...report, tookS: 8 })];
    expect(began(...ordinary(900, 0), ...slow)).toBeUndefined();
    expect(began(...ordinary(900, 470), ...slow)).toBe(700);
  });

  it("that ended is none", () => {
    const slow = ordinary(200, 100).map((one) => ({ ...one, tookS: 2.5 }));
    expect(began(...ordinary(400, 200), ...slow, ...ordinary(100, 0))).toBeUndefined();
  });
});

it("a third of the lines missing moves the beginning by seconds, not minutes", () => {
  const made = [...ordinary(600, 200), ...every(2, 200, 0, { status: 502, tookS: 31 })].filter((_, i) => i % 3 !== 0);
  expect(began(...made)).toBeGreaterThan(190);
});
