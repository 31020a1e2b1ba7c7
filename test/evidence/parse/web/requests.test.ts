import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { durationS, durationUnit } from "../../../../src/evidence/parse/web/caddy-duration.ts";
import { endpointOf, mergeSlugs } from "../../../../src/evidence/parse/web/endpoint.ts";
import { readRequests } from "../../../../src/evidence/parse/web/requests.ts";
import { at, line, log } from "./made-requests.ts";

const utc = { at, timezone: "UTC" };
const sampled = { at: new Date("2026-11-22T13:15:00Z"), timezone: "UTC" };

function sample(name: string, reading = sampled) {
  const read = readRequests(readFileSync(new URL(`../../../fixtures/caddy/${name}.log`, import.meta.url), "utf8"), reading);
  return read ?? { requests: [], unreadable: -1, kind: "json" as const, lastLineCut: false };
}

describe("an access log in any of Caddy's encodings gives the same requests", () => {
  const statuses = [200, 502, 502, 504, 0, 502, 502, 502];
  it.each([
    ["caddy-2.11.4_console", "console", 2.01],
    ["caddy-2.6.2_json_ms", "json", 2.009],
    ["caddy-2.11.4_json_ms", "json", 2.003],
    ["caddy-2.11.4_json_wall_nano", "json", 2.009],
    ["caddy-2.11.4_json_explicit_formats", "json", 2.009],
    ["caddy-2.6.2_filter_fields", "json", 2.0015],
  ])("%s", (name, kind, tookS) => {
    const { requests, ...rest } = sample(name);
    expect(rest).toEqual({ unreadable: 0, kind, lastLineCut: false });
    expect(requests.map((request) => request.status)).toEqual(statuses);
    expect(requests[3]?.durationS).toBeCloseTo(tookS, 2);
    expect(requests[0]).toMatchObject({ method: "GET", uri: "/ok", endpoint: "GET /ok" });
    expect(Math.abs(sampled.at.getTime() - (requests[0]?.endMs ?? 0))).toBeLessThan(10 * 60_000);
    expect((requests[4]?.endMs ?? 0) - (requests[4]?.startMs ?? 0)).toBeCloseTo(1000 * (requests[4]?.durationS ?? 0), 0);
  });
});

describe("times", () => {
  it("a wall clock without a zone is read in UTC where the host's zone would put the log hours away", () => {
    const newYork = sample("caddy-2.11.4_console", { ...sampled, timezone: "America/New_York" });
    expect(new Date(newYork.requests[0]?.endMs ?? 0).toISOString()).toBe("2026-11-22T13:10:49.657Z");
  });

  it("a wall clock in the host's zone is read in that zone", () => {
    const local = sample("caddy-2.11.4_console", { at: new Date("2026-11-22T18:15:00Z"), timezone: "America/New_York" });
    expect(new Date(local.requests[0]?.endMs ?? 0).toISOString()).toBe("2026-11-22T18:10:49.657Z");
  });

  it("a renamed key and nanoseconds since 1970 are understood", () => {
    const renamed = line({ agoS: 5 }).replace(/"ts":[\d.]+/, '"when":1795352395020000000');
    expect(readRequests(`${renamed}\n`, utc)?.requests[0]?.endMs).toBe(1795352395020);
  });
});

describe("lines", () => {
  it("a journal's or a container's prefix before the JSON is passed over", () => {
    const prefixed = `Nov 22 12:59:55 web1 docker[12]: caddy-1  | ${line({ agoS: 5 })}\n`;
    expect(readRequests(prefixed, utc)?.requests).toHaveLength(1);
  });

  it("journalctl's own JSON is opened", () => {
    expect(readRequests(`${JSON.stringify({ __CURSOR: "s=1", MESSAGE: line({ agoS: 5 }) })}\n`, utc)?.requests).toHaveLength(1);
  });

  it("Caddy 2.4 gives address and port in one field", () => {
    const old = line({ agoS: 5 }).replace(/"remote_ip":.*?"proto"/, '"remote_addr":"198.51.100.4:41302","proto"');
    expect(readRequests(`${old}\n`, utc)?.requests[0]?.client).toBe("198.51.100.4");
  });

  it("the client behind a trusted proxy is the client, not the proxy", () => {
    const behind = line({ agoS: 5 }).replace('"client_ip":"203.0.113.7"', '"client_ip":"198.51.100.9"');
    expect(readRequests(`${behind}\n`, utc)?.requests[0]?.client).toBe("198.51.100.9");
  });

  it("Common Log Format has no duration, so nothing is said of one", () => {
    const read = readRequests('198.51.100.4 - - [22/Nov/2026:13:59:55 +0100] "GET /api/teams?page=1 HTTP/2.0" 502 1612\n', utc);
    expect(read?.kind).toBe("common");
    expect(read?.requests[0]).toMatchObject({
      status: 502,
      endpoint: "GET /api/teams",
      client: "198.51.100.4",
      endMs: at.getTime() - 5_000,
    });
    expect(read?.requests[0]).not.toHaveProperty("durationS");
  });

  it("the error log's line about the same request is not a second request", () => {
    const error = line({ agoS: 5, status: 502 }).replace("http.log.access.log0", "http.log.error.log0").replace(/}$/, ',"err_id":"abc"}');
    expect(readRequests(`${line({ agoS: 5, status: 502 })}\n${error}\n`, utc)?.requests).toHaveLength(1);
  });

  it("a line that a full disk cut is unreadable, and the next one glued to it is read", () => {
    const cut = line({ agoS: 9 }).slice(0, 300);
    const read = readRequests(`${line({ agoS: 10 })}\n${cut}${line({ agoS: 5 })}\n${cut}`, utc);
    expect(read).toMatchObject({ unreadable: 1, lastLineCut: true });
    expect(read?.requests).toHaveLength(2);
  });

  it("a first line that begins in its middle is nobody's fault", () => {
    expect(readRequests(`${line({ agoS: 9 }).slice(100)}\n${line({ agoS: 5 })}\n`, utc)).toMatchObject({
      unreadable: 0,
      lastLineCut: false,
    });
  });

  it("an error message instead of a log is no log", () => {
    expect(readRequests("tail: cannot open '/var/log/caddy/access.log' for reading: Permission denied\n", utc)).toBeUndefined();
    expect(readRequests("", utc)).toBeUndefined();
  });

  it("requests come in the order they ended", () => {
    const ended = readRequests(`${line({ agoS: 5 })}\n${line({ agoS: 50, tookS: 30 })}\n`, utc)?.requests.map((request) => request.endMs);
    expect(ended).toEqual([at.getTime() - 20_000, at.getTime() - 4_980]);
    expect(readRequests(log([{ agoS: 50 }, { agoS: 5 }]), utc)?.requests).toHaveLength(2);
  });
});

describe("durations", () => {
  it.each([
    ["414.258µs", 0.000414258],
    ["1m3.5s", 63.5],
    ["2.001s", 2.001],
    ["0s", 0],
    ["soon", undefined],
    ["", undefined],
  ])("%s", (text, seconds) => {
    const read = durationS(text, 1);
    if (seconds === undefined) expect(read).toBeUndefined();
    else expect(read).toBeCloseTo(seconds, 9);
  });

  it("whole seconds among fractions are seconds", () => expect(durationUnit([0.02, 1, 30, 0.5])).toBe(1));
  it("whole numbers of an outage of 80 s are milliseconds", () => expect(durationUnit([80040, 80036, 20001, 80040])).toBe(1e-3));
  it("whole numbers of fast refusals are nanoseconds", () => expect(durationUnit([270132, 465234, 315841])).toBe(1e-9));
  it("a zero is never nanoseconds", () => expect(durationUnit([0, 3, 0, 120])).toBe(1e-3));
  it("a log of nothing but texts has no unit to find", () => expect(durationUnit(["1s", undefined])).toBe(1));
});

describe("endpoints", () => {
  it.each([
    ["/products/17/?page=2", "GET /products/*/"],
    ["/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2", "GET /orders/*"],
    ["/static/app.3f9a1c77.js", "GET /static/app.3f9a1c77.js"],
    ["/v2/items", "GET /v2/items"],
    ["/reports/report-2024.pdf", "GET /reports/report-*.pdf"],
    ["/t/eyJhbGciOiJIUzI1NiJ9abc", "GET /t/*"],
    ["", "GET "],
  ])("%s is %s", (uri, endpoint) => expect(endpointOf("GET", uri)).toBe(endpoint));

  it("many rare names below one folder are one endpoint, well-trodden ones stay", () => {
    const names = Array.from({ length: 12 }, (_, i) => `GET /blog/post-${String.fromCharCode(97 + i)}/`);
    const merged = mergeSlugs([...names, "GET /blog/feed/", "GET /blog/feed/", "GET /blog/feed/", "GET /wp-login.php"]);
    expect(new Set(merged)).toEqual(new Set(["GET /blog/*/", "GET /blog/feed/", "GET /wp-login.php"]));
  });
});
