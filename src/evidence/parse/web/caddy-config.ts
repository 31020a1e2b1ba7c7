import type { Facts, FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser } from "../../parser.ts";
import { jsonProxies } from "./caddy-json-config.ts";
import { directivesNamed, readCaddyfile, type Directive } from "./caddyfile.ts";
import { reason } from "../../../words/because.ts";

/** A proxy: where it sends requests, and whether it speaks TLS to there. */
export type Proxy = { upstreams: readonly string[]; tls: boolean };

/** What a configuration says about proxies and certificates. */
export type ProxyConfig = { proxies: readonly Proxy[]; manualTls: boolean; closed: boolean };

const facts = {
  proxies: { kind: "count", doc: "reverse proxies configured" },
  upstreams: { kind: "count", doc: "upstreams of the first one" },
  upstreamHost: { kind: "text", doc: "the first one's first upstream: host name or address" },
  upstreamPort: { kind: "number", doc: "its port; 443 or 80 by the scheme where none is written" },
  upstreamPorts: { kind: "text", doc: "the ports of all upstreams of all proxies, sorted, with commas between" },
  upstreamTls: { kind: "flag", doc: "the first proxy speaks TLS to its upstream" },
  unixSocket: { kind: "flag", doc: "the first proxy's upstream is a Unix socket" },
  manualTls: { kind: "flag", doc: "certificates are given as files or by an issuer of one's own, not by Caddy's defaults" },
} as const satisfies FactSpecs;

/** Caddy's configuration, as Caddyfile or as JSON. Comments do not count; of several proxies the first is told. */
export const caddyConfig: Parser = { facts, parse };

function parse(text: string): Parsed | undefined {
  const config = text.trimStart().startsWith("{") && /^\s*\{\s*"/.test(text) ? jsonProxies(text) : fileProxies(text);
  if (!config) return undefined;
  const whole = config.closed && endsWhole(text);
  const ports = new Set(config.proxies.flatMap((proxy) => proxy.upstreams.flatMap((upstream) => addressOf(upstream).port ?? [])));
  const upstreamPorts = [...ports].toSorted((a, b) => a - b).join(",");
  return {
    facts: {
      proxies: config.proxies.length,
      manualTls: config.manualTls,
      ...(upstreamPorts !== "" && { upstreamPorts }),
      ...(config.proxies[0] && firstProxy(config.proxies[0])),
    },
    whole,
    ...(!whole && { because: reason("configEndMissing") }),
  };
}

function firstProxy(proxy: Proxy): Facts {
  const first = proxy.upstreams[0];
  const address = first === undefined ? {} : addressOf(first);
  return {
    upstreams: proxy.upstreams.length,
    upstreamTls: proxy.tls,
    unixSocket: proxy.upstreams.some((upstream) => upstream.startsWith("unix")),
    ...(address.host !== undefined && { upstreamHost: address.host.slice(0, 255) }),
    ...(address.port !== undefined && { upstreamPort: address.port }),
  };
}

/** Host and port of an upstream as written: `127.0.0.1:8000`, `https://app`, `:8000`, `{$UPSTREAM:localhost:8000}`, `tcp/app:80-90`. */
function addressOf(upstream: string): { host?: string; port?: number } {
  const written = upstream.replace(/^\{\$[^:}]{1,100}:([^}]{1,255})\}$/, "$1").replace(/\{\$[^:}]{1,100}:([^}]{1,255})\}/g, "$1");
  if (written.startsWith("unix")) return {};
  const m =
    /^(?:([a-z0-9+]{1,10}):\/\/)?(?:tcp[46]?\/)?(\[[0-9a-fA-F:.%]{1,60}\]|[^:/{}]{0,255})(?::(\d{1,5})(?:-\d{1,5})?)?(?:\/.{0,255})?$/.exec(
      written,
    );
  if (!m) return {};
  const host = m[2] === "" ? "localhost" : m[2];
  const port = m[3] === undefined ? (m[1] === "https" ? 443 : 80) : Number(m[3]);
  return { ...(host !== undefined && { host }), port };
}

function fileProxies(text: string): ProxyConfig | undefined {
  const { directives, closed } = readCaddyfile(wholeLines(text));
  const written = directivesNamed(directives, "reverse_proxy");
  const known = written.length > 0 || directives.some((directive) => directive.block.length > 0 || directive.name === "{");
  if (!known && !/^[ \t]{0,100}(?:respond|redir|file_server|root|import|log|tls|handle)\b/m.test(text)) return undefined;
  return { proxies: written.map(proxyOf), manualTls: directivesNamed(directives, "tls").some(isManual), closed };
}

/** Without a last line that may have lost its end: `:80` may be what is left of `:8000`. A closing brace is all there. */
function wholeLines(text: string): string {
  const last = text.lastIndexOf("\n") + 1;
  return text.slice(last).trim() === "}" ? text : text.slice(0, last);
}

function proxyOf(directive: Directive): Proxy {
  const args = directive.args.filter((arg, index) => !(index === 0 && /^[@/*]/.test(arg)));
  const upstreams = [...args, ...directive.block.filter((one) => one.name === "to").flatMap((one) => one.args)];
  const transports = directive.block.filter((one) => one.name === "transport");
  const tls = transports.some((transport) => transport.block.some((option) => /^tls(?:_|$)/.test(option.name)));
  return { upstreams, tls: tls || upstreams.some((upstream) => upstream.startsWith("https://")) };
}

/** `tls cert.pem key.pem`, or a block that loads files or names an issuer; `tls internal` and an e-mail address are defaults. */
function isManual(tls: Directive): boolean {
  return tls.args.length >= 2 || tls.block.some((option) => ["load", "issuer", "ca", "get_certificate"].includes(option.name));
}
