import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { caddyJournal } from "../../../../src/evidence/parse/web/caddy-errors.ts";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

const at = new Date("2026-11-22T13:15:00Z");
const reading: Reading = {
  at,
  timezone: "UTC",
  window: windowOf(at),
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};

function line(msg: string, more: Record<string, unknown> = {}, clock = "13:14:00"): string {
  const ts = Date.parse(`2026-11-22T${clock}Z`) / 1000;
  const record = { level: "error", ts, logger: "http.log.error.log0", msg, request: { uri: "/" }, duration: 0.01, status: 502, ...more };
  return `Nov 22 ${clock} web1 caddy[77]: ${JSON.stringify(record)}\n`;
}

const read = (text: string) => caddyJournal.parse(text, reading);
const factsOf = (text: string) => read(text)?.facts ?? {};

describe("why proxied requests failed", () => {
  it("is read from real errors, one of each kind", () => {
    const facts = factsOf(readFileSync(new URL("../../../fixtures/caddy/caddy-2.11.4_errors.log", import.meta.url), "utf8"));
    expect(facts).toMatchObject({
      dialRefused: 1,
      dialFailed: 1,
      upstreamEof: 1,
      fastEof: 1,
      upstreamReset: 1,
      headerTimeout: 1,
      upstreamLookupFailed: 1,
    });
    expect(facts).toMatchObject({ dialedPort: 7001, serviceStarts: 1, certFailures: 0, configErrors: 0, writeNoSpace: 0 });
  });

  it.each([
    ["dial tcp 10.0.0.9:8080: i/o timeout", "dialTimeout"],
    ["dial tcp: lookup app on 127.0.0.53:53: dial udp 127.0.0.53:53: connect: connection refused", "upstreamLookupFailed"],
    ["tls: first record does not look like a TLS handshake", "tlsToPlain"],
    ['net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03"', "tlsToPlain"],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "upstreamTlsFailed"],
    ["no upstreams available", "noUpstreams"],
    ["read tcp 127.0.0.1:4->127.0.0.1:8000: read: connection reset by peer", "upstreamReset"],
  ])("%s", (msg, fact) => {
    const facts = factsOf(line(msg));
    const counted = [
      "dialRefused",
      "dialTimeout",
      "dialFailed",
      "upstreamEof",
      "upstreamReset",
      "headerTimeout",
      "upstreamLookupFailed",
      "noUpstreams",
      "tlsToPlain",
      "upstreamTlsFailed",
    ];
    expect(counted.filter((name) => facts[name] !== 0)).toEqual([fact]);
  });

  it("an EOF after 31 s and one at once are told apart", () => {
    expect(factsOf(line("EOF", { duration: 31.2 }) + line("EOF"))).toMatchObject({ upstreamEof: 2, slowEof: 1, fastEof: 1 });
  });

  it("the port that most dials went to is named", () => {
    const text =
      line("dial tcp 127.0.0.1:8080: connect: connection refused").repeat(3) + line("dial tcp [::1]:9000: connect: connection refused");
    expect(factsOf(text)).toMatchObject({ dialRefused: 4, dialedPort: 8080, dialedAddress: "127.0.0.1:8080" });
  });

  it("Caddy 1 and the console form are understood", () => {
    expect(factsOf("22/Nov/2026:13:14:00 +0000 [ERROR 502 /index.php] dial tcp 127.0.0.1:9000: connection refused\n")).toMatchObject({
      dialRefused: 1,
    });
    const columns =
      '2026/11/22 13:14:00.657\t\u001b[31mERROR\u001b[0m\thttp.log.error\tdial tcp 127.0.0.1:9000: connect: connection refused\t{"status": 502}\n';
    expect(factsOf(columns)).toMatchObject({ dialRefused: 1 });
  });

  it("what happened before the window does not count", () => {
    expect(factsOf(line("EOF", {}, "12:10:00") + line("EOF"))).toMatchObject({ upstreamEof: 1 });
  });
});

describe("certificates", () => {
  const dial = 'Get "https://acme.example/directory": dial tcp 192.0.2.1:443: connect: connection refused';

  it("one that cannot be obtained is a failure, and its dial is not the upstream's", () => {
    const facts = factsOf(line("could not get certificate from issuer", { logger: "tls.obtain", error: dial }));
    expect(facts).toMatchObject({ certFailures: 1, renewFailures: 0, dialRefused: 0 });
    expect(facts).not.toHaveProperty("dialedPort");
  });

  it("one whose line was cut in its middle is not taken for a failed dial either", () => {
    const whole = line("will retry", { logger: "tls.obtain", error: dial });
    expect(factsOf(whole.slice(0, whole.indexOf("refused") + 7))).toMatchObject({ certFailures: 1, dialRefused: 0 });
  });

  it("one that is only due for renewal still serves", () => {
    expect(factsOf(line("could not get certificate from issuer", { logger: "tls.renew", error: dial }))).toMatchObject({
      certFailures: 0,
      renewFailures: 1,
    });
  });

  it("a warning about OCSP is nothing", () => {
    expect(factsOf(line("stapling OCSP", { level: "warn", logger: "tls", error: "no OCSP stapling for [a]" }))).toMatchObject({
      certFailures: 0,
    });
  });
});

describe("configuration and starts", () => {
  it("a refused configuration counts, an accepted one does not", () => {
    const refused =
      "Nov 22 13:14:00 web1 caddy[77]: Error: adapting config using caddyfile: /etc/caddy/Caddyfile:9: unrecognized directive: revers_proxy\n";
    expect(factsOf(refused)).toMatchObject({ configErrors: 1 });
    expect(factsOf(line("adapted config to JSON", { level: "info", logger: "" }))).toMatchObject({ configErrors: 0 });
  });

  it("a certificate file that is missing refuses the configuration", () => {
    const text =
      "Nov 22 13:14:00 web1 caddy[77]: Error: loading initial config: loading certificates: open /etc/ssl/site.pem: no such file or directory\n";
    expect(factsOf(text)).toMatchObject({ configErrors: 1, certFailures: 1 });
  });

  it("a start told by Caddy and by systemd is one start, and a reload is a change", () => {
    const start =
      line("serving initial configuration", { level: "info", logger: "" }) +
      "Nov 22 13:14:00 web1 systemd[1]: Started caddy.service - Caddy.\n";
    const load =
      line("load complete", { level: "info", logger: "admin.api" }, "13:14:30") +
      "Nov 22 13:14:31 web1 systemd[1]: Reloaded caddy.service - Caddy.\n";
    const parsed = read(start + load);
    expect(parsed?.facts).toMatchObject({ serviceStarts: 1, reloads: 1, lastStartAtMs: Date.parse("2026-11-22T13:14:00Z") });
    expect(parsed?.moments?.map((moment) => moment.what)).toEqual(["service-started", "changed"]);
  });

  it("a full disk shows in what Caddy cannot write", () => {
    const full =
      "Nov 22 13:14:21 web1 caddy[2226]: 2026-11-22 13:14:21.6 +0000 UTC m=+13.8 write error: write /var/log/caddy/access.log: no space left on device\n";
    expect(factsOf(full.repeat(4))).toMatchObject({ writeNoSpace: 4 });
  });
});

describe("what is no journal of Caddy's", () => {
  it("no entries are an answer: nothing happened", () => {
    expect(read("-- No entries --\n")).toMatchObject({ whole: true, facts: { dialRefused: 0, certFailures: 0, serviceStarts: 0 } });
  });
  it("a journal that may not be read is none", () => {
    expect(read("No journal files were opened due to insufficient permissions.\n")).toBeUndefined();
    expect(read("")).toBeUndefined();
  });
  it("another program's lines are none", () => expect(read("Nov 22 13:14:00 web1 cron[9]: session opened\n")).toBeUndefined());
  it("tells only facts that are declared", () => {
    const told = Object.keys(factsOf(line("EOF") + line("dial tcp 127.0.0.1:8080: connect: connection refused")));
    expect(told.filter((fact) => !(fact in caddyJournal.facts))).toEqual([]);
  });
});
