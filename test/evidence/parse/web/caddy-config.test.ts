import { describe, expect, it } from "vitest";
import { caddyConfig } from "../../../../src/evidence/parse/web/caddy-config.ts";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

const at = new Date("2026-11-22T13:15:00Z");
const reading: Reading = {
  at,
  timezone: "UTC",
  window: windowOf(at),
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};
const read = (text: string) => caddyConfig.parse(text, reading);

function site(body: string): string {
  return `{\n\tadmin off\n}\n\nshop.example {\n\tencode gzip\n${body}\n}\n`;
}

describe("the upstream of a Caddyfile", () => {
  it.each([
    ["reverse_proxy 127.0.0.1:8000", { upstreamHost: "127.0.0.1", upstreamPort: 8000, upstreamTls: false, unixSocket: false }],
    ["reverse_proxy :9000", { upstreamHost: "localhost", upstreamPort: 9000 }],
    ["reverse_proxy /api/* app", { upstreamHost: "app", upstreamPort: 80 }],
    ["reverse_proxy @api https://app.internal", { upstreamHost: "app.internal", upstreamPort: 443, upstreamTls: true }],
    ["reverse_proxy [::1]:8000", { upstreamHost: "[::1]", upstreamPort: 8000 }],
    ["reverse_proxy {$APP:localhost:8123}", { upstreamHost: "localhost", upstreamPort: 8123 }],
    ["reverse_proxy {\n to app1:8000 app2:8001\n}", { upstreams: 2, upstreamPort: 8000, upstreamPorts: "8000,8001" }],
    ["reverse_proxy app:8000 {\n transport http {\n tls_insecure_skip_verify\n }\n}", { upstreamPort: 8000, upstreamTls: true }],
    ["# reverse_proxy old:1\n\treverse_proxy app:8000 # was app:9000", { proxies: 1, upstreamPort: 8000, upstreamPorts: "8000" }],
    ['respond <<TEXT\n reverse_proxy no:1\n TEXT\n\treverse_proxy "app:8000"', { proxies: 1, upstreamPort: 8000 }],
  ])("%s", (body, facts) => expect(read(site(body))).toMatchObject({ facts, whole: true }));

  it("as a socket has no port", () => {
    const parsed = read(site("reverse_proxy unix//run/gunicorn.sock"));
    expect(parsed?.facts).toMatchObject({ unixSocket: true, upstreams: 1 });
    expect(parsed?.facts).not.toHaveProperty("upstreamPort");
  });

  it("of several sites is the first one's, and all ports are listed", () => {
    const text = `${site("handle /a* {\n reverse_proxy a:8002\n}\n handle {\n reverse_proxy b:8001\n }")}other.example {\n reverse_proxy c:8000\n}\n`;
    expect(read(text)?.facts).toMatchObject({ proxies: 3, upstreamPort: 8002, upstreamPorts: "8000,8001,8002" });
  });

  it("in a file of one site without braces is found", () =>
    expect(read("shop.example\nreverse_proxy app:8000\n")?.facts).toMatchObject({ upstreamPort: 8000 }));
});

describe("certificates", () => {
  it.each([
    ["tls /etc/ssl/a.pem /etc/ssl/a.key", true],
    ["tls {\n issuer acme {\n dir https://ca.example\n }\n}", true],
    ["tls internal", false],
    ["tls admin@shop.example", false],
  ])("%s", (body, manual) => expect(read(site(body))?.facts["manualTls"]).toBe(manual));
});

describe("a JSON configuration", () => {
  const handler = {
    handler: "reverse_proxy",
    transport: { protocol: "http", tls: {} },
    upstreams: [{ dial: "127.0.0.1:8000" }, { dial: "127.0.0.1:8001" }],
  };
  const text = `${JSON.stringify({ apps: { http: { servers: { srv0: { routes: [{ handle: [{ handler: "subroute", routes: [{ handle: [handler] }] }] }] } } } } })}\n`;

  it("says the same", () =>
    expect(read(text)).toMatchObject({
      whole: true,
      facts: { proxies: 1, upstreams: 2, upstreamPort: 8000, upstreamTls: true, manualTls: false },
    }));
  it("that was cut says nothing", () => expect(read(text.slice(0, 200))).toBeUndefined());
});

describe("what is no whole configuration", () => {
  it("a Caddyfile whose last block is open was cut", () =>
    expect(read("shop.example {\n\treverse_proxy app:8000\n")).toMatchObject({ whole: false, facts: { upstreamPort: 8000 } }));
  it("an error message is none", () => {
    expect(read("cat: /etc/caddy/Caddyfile: No such file or directory\n")).toBeUndefined();
    expect(read("")).toBeUndefined();
  });
  it("a log line is none", () => expect(read('{"level":"info","msg":"x"}\n')).toBeUndefined());
});
