import { describe, expect, it } from "vitest";
import { caddyAccess } from "../../../../src/evidence/parse/web/caddy-access.ts";
import { incidentStart } from "../../../../src/evidence/parse/web/incident-start.ts";
import { readRequests } from "../../../../src/evidence/parse/web/requests.ts";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";
import { at, log, ordinary, type Made } from "./made-requests.ts";

const names = { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 };

function read(text: string) {
  const began = incidentStart(readRequests(text, { at, timezone: "UTC" })?.requests ?? [], at);
  const reading: Reading = { at, timezone: "UTC", names, window: windowOf(at, began && { at: began, basis: "access-log" }) };
  return caddyAccess.parse(text, reading);
}

const factsOf = (...made: Made[]) => read(log(made))?.facts ?? {};

function every(stepS: number, fromS: number, toS: number, made: Omit<Made, "agoS">): Made[] {
  return Array.from({ length: Math.floor((fromS - toS) / stepS) }, (_, i) => ({ ...made, agoS: fromS - i * stepS }));
}

describe("an outage in which answers fail after 31 s", () => {
  const facts = factsOf(...ordinary(300, 100), ...every(4, 100, 32, { status: 502, tookS: 31.5 }), { agoS: 40, status: 0, tookS: 30 });

  it("is counted from its first failing request on", () => {
    expect(facts).toMatchObject({ requests: 18, failures: 18, failShare: 1, status502: 17, slow502: 17, fast502: 0, clientGaveUp: 1 });
    expect(facts).toMatchObject({ ongoing: true, beganAtMs: at.getTime() - 100_000, longestS: 31.5, slowest502S: 31.5 });
  });

  it("is compared with the ordinary service before it", () => {
    expect(facts).toMatchObject({ ordinaryRequests: 200, ordinaryMedianMs: 20, incidentMedianMs: 31500, historyFailures: 0 });
    expect(facts["ordinaryRatePerS"]).toBeCloseTo(1, 1);
    expect(facts["worstEndpoint"]).toBe("GET /items/*/");
    expect(facts["worstEndpointShare"]).toBe(1);
  });

  it("begins the timeline with the request that failed first", () => {
    const moments = read(log([...ordinary(300, 100), ...every(4, 100, 32, { status: 502, tookS: 31.5 })]))?.moments;
    expect(moments).toEqual([{ what: "request-failed", at: at.getTime() - 100_000, text: "GET /items/*/ 502", afterMs: 31_500 }]);
  });

  it("begins the timeline with the client that left, where that came first", () => {
    const moments = read(log([...ordinary(300, 100), ...every(4, 100, 32, { status: 0, tookS: 20 })]))?.moments;
    expect(moments).toEqual([{ what: "client-left", at: at.getTime() - 100_000, text: "GET /items/*/", afterMs: 20_000 }]);
  });
});

describe("the quickest page of the newest minute", () => {
  it("tells that every page takes long where no ordinary time is left in the log", () => {
    const facts = factsOf(...every(2, 90, 0, { tookS: 0.6 }), ...every(5, 90, 0, { uri: "/list/", tookS: 1.8 }));
    expect(facts).toMatchObject({ ongoing: false, quickestMs: 600 });
  });

  it("is not known of a single page", () => {
    expect(factsOf(...every(2, 90, 0, { tookS: 0.6 }))).not.toHaveProperty("quickestMs");
  });
});

describe("fast errors", () => {
  const buggy = every(3, 60, 0, { uri: "/checkout/", status: 500, tookS: 0.02 });

  it("of one endpoint leave the others fine", () => {
    const facts = factsOf(...ordinary(300, 0), ...buggy, ...every(6, 60, 0, { uri: "/checkout/", method: "POST", status: 500 }));
    expect(facts).toMatchObject({ fast500: 30, slow500: 0, failingEndpoints: 2, failingPaths: 1, okEndpoints: 3, slowEndpoints: 0 });
  });

  it("of a cut log do not say that the other endpoints are fine", () => {
    const cut = read(log([...ordinary(300, 0), ...buggy]).slice(0, -40));
    expect(cut?.whole).toBe(false);
    expect(cut?.facts).not.toHaveProperty("okEndpoints");
    expect(cut?.facts).not.toHaveProperty("secondsSinceLast");
  });

  it("that ended are history and nothing else", () => {
    const facts = factsOf(...ordinary(900, 0), ...every(1, 400, 300, { status: 502, tookS: 0.01 }));
    expect(facts).toMatchObject({ ongoing: false, failures: 0, historyFailures: 100 });
    expect(facts["historyLastFailureAtMs"]).toBe(at.getTime() - 301_000 + 10);
    expect(facts).not.toHaveProperty("beganAtMs");
  });
});

describe("slow service", () => {
  it("of one endpoint names it, with its own past", () => {
    const facts = factsOf(
      ...ordinary(400, 60),
      ...ordinary(60, 0).filter((one) => one.uri !== "/items/17/"),
      ...every(3, 60, 3, { uri: "/items/18/", tookS: 2 }),
    );
    expect(facts).toMatchObject({
      slowEndpoints: 1,
      slowEndpoint: "GET /items/*/",
      slowEndpointMs: 2000,
      slowEndpointBaselineMs: 20,
      slowEndpointRatio: 100,
    });
    expect(facts).toMatchObject({ othersDelayed: false, everythingSlower: false, steadySlow: false });
  });

  it("of all endpoints at once is told as such", () => {
    const slow = ordinary(90, 2).map((one) => ({ ...one, tookS: (one.tookS ?? 0) * 2 + 0.5 }));
    expect(factsOf(...ordinary(400, 90), ...slow)).toMatchObject({ ongoing: true, everythingSlower: true });
  });

  it("of a page that was always slow is everyday life", () => {
    const facts = factsOf(...ordinary(400, 0), ...every(5, 400, 2, { uri: "/report/", tookS: 1.6 }));
    expect(facts).toMatchObject({
      ongoing: false,
      steadySlow: true,
      steadyEndpoint: "GET /report/",
      slowEndpoints: 0,
      othersDelayed: false,
    });
    expect(facts["steadyEndpointMs"]).toBe(1600);
  });

  it("of a page that was always slow matters where others wait behind it", () => {
    const blocking = every(10, 400, 5, { uri: "/report/", tookS: 3 }).flatMap((one) => [one, { ...one, agoS: one.agoS - 0.1 }]);
    const waiting = every(40, 399, 5, { uri: "/healthz/", tookS: 1.5 });
    expect(factsOf(...ordinary(400, 0).filter((_, i) => i % 10 > 4), ...blocking, ...waiting)).toMatchObject({
      steadySlow: true,
      othersDelayed: true,
    });
  });
});

describe("traffic", () => {
  const bots = every(0.1, 60, 20, { uri: "/items/?page=9", status: 0, tookS: 20.01, client: "198.51.100.66", agent: "bot/1" });

  it("that rises tenfold, from one new client", () => {
    const facts = factsOf(...ordinary(400, 20), ...bots);
    expect(facts["rateRatio"]).toBeGreaterThan(8);
    expect(facts["newClientShare"]).toBeGreaterThan(0.85);
    expect(facts["newAgentShare"]).toBeGreaterThan(0.85);
    expect(facts["topClientShare"]).toBeGreaterThan(0.85);
  });

  it("is not compared without a past", () => {
    const facts = factsOf(...bots);
    expect(facts).not.toHaveProperty("rateRatio");
    expect(facts).not.toHaveProperty("newClientShare");
    expect(facts["ratePerS"]).toBeCloseTo(10, 0);
  });
});

describe("the log itself", () => {
  it("that stopped in mid-line long before the look could not be written", () => {
    const text = log(ordinary(300, 60));
    expect(read(text.slice(0, -30))?.facts["writeStopped"]).toBe(true);
    expect(read(text)?.facts["writeStopped"]).toBe(false);
    expect(read(log(ordinary(300, 1)).slice(0, -30))?.facts["writeStopped"]).toBe(false);
  });

  it("without durations tells of failures and not of slowness", () => {
    const common = (agoS: number, status: number) =>
      `203.0.113.7 - - [22/Nov/2026:12:${String(59 - Math.floor(agoS / 60)).padStart(2, "0")}:${String(59 - (agoS % 60)).padStart(2, "0")} +0000] "GET /a HTTP/1.1" ${status} 5\n`;
    const text = Array.from({ length: 120 }, (_, i) => common(119 - i, i > 80 ? 502 : 200)).join("");
    const facts = read(text)?.facts ?? {};
    expect(facts).toMatchObject({ kindOfLog: "common", status502: 39, ongoing: true });
    for (const fact of ["slow502", "fast502", "longestS", "slowEndpoints", "incidentMedianMs"]) expect(facts).not.toHaveProperty(fact);
  });

  it("tells only facts that are declared", () => {
    const declared = new Set(Object.keys(caddyAccess.facts));
    const told = Object.keys(factsOf(...ordinary(400, 60), ...every(1, 60, 0, { status: 500, tookS: 6 })));
    expect(told.filter((fact) => !declared.has(fact))).toEqual([]);
  });
});
