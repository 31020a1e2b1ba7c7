import { describe, expect, it } from "vitest";
import { httpProbe } from "../../../../src/evidence/parse/web/http-probe.ts";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

const at = new Date("2026-11-22T13:15:00Z");
const reading: Reading = {
  at,
  timezone: "UTC",
  window: windowOf(at),
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};
const read = (text: string) => httpProbe.parse(text, reading);

describe("through the proxy", () => {
  it("an answer of any kind is told from errors, silence and broken connections", () => {
    const text = [
      "200 connect=0.000470 ttfb=0.106385 total=0.106485 /items/1/",
      "308 connect=0.000470 ttfb=0.001 total=0.001 /",
      "404 connect=0.000470 ttfb=0.001 total=0,002 /none",
      "502 connect=0.0085 ttfb=0.030885 total=0.030923 /items/?limit=25",
      "000 connect=0.0005 ttfb=0.000000 total=20.001814 /healthz/",
      "000 connect=0.000000 ttfb=0.000000 total=0.008665 /healthz/",
    ];
    expect(read(`${text.join("\n")}\n`)).toEqual({
      whole: true,
      facts: { proxyProbes: 6, proxyOk: 3, proxyFailed5xx: 1, proxyNoAnswer: 1, proxyBroken: 1, proxySlowestMs: 20002 },
    });
  });

  it("nothing is said about gunicorn itself when it was not asked", () => {
    expect(read("200 connect=0.1 ttfb=0.1 total=0.1 /\n")?.facts).not.toHaveProperty("directOk");
  });

  it("a line that was cut before its time is not counted", () => {
    expect(read("200 connect=0.1 ttfb=0.1 total=0.1 /\n000 connect=0.1 ttfb=0.000 to")).toMatchObject({
      whole: false,
      facts: { proxyProbes: 1, proxyNoAnswer: 0 },
    });
  });
});

describe("straight to gunicorn", () => {
  it.each([
    ["200 total=0.013470 ", "directOk"],
    ["404 total=0.013470 ", "directOk"],
    ["500 total=0.013923 ", "directFailed5xx"],
    ["000 total=12.002064 Operation timed out after 12002 milliseconds with 0 bytes received", "directTimedOut"],
    ["000 total=0.000150 Failed to connect to 127.0.0.1 port 8000 after 0 ms: Couldn't connect to server", "directRefused"],
    ["000 total=0.000150 Connection refused", "directRefused"],
    ["000 total=3.1 Failed to connect to 10.0.0.1 port 8000 after 3000 ms: Timeout was reached, timed out", "directTimedOut"],
    ["000 total=0.01 Empty reply from server", "directBroken"],
  ])("%s", (text, fact) => {
    const facts = read(`direct-gunicorn ${text}\n`)?.facts ?? {};
    const flags = ["directOk", "directFailed5xx", "directTimedOut", "directRefused", "directBroken"];
    expect(flags.filter((name) => facts[name] === true)).toEqual([fact]);
  });

  it("a port that wants TLS says so", () => {
    expect(read("direct-gunicorn 000 total=0.01 Received HTTP/0.9 when not allowed\n")?.facts).toMatchObject({ directTlsExpected: true });
  });
});

it("another program's words are no probe", () => {
  expect(read("bash: curl: command not found\n")).toBeUndefined();
  expect(read("")).toBeUndefined();
});
