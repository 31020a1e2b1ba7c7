import type { FactSpecs } from "../../../runbook/facts.ts";

/** The kinds of messages that count one by one; each is a fact of its own. */
export const countFacts = {
  dialRefused: { kind: "count", doc: "the upstream refused the connection" },
  dialTimeout: { kind: "count", doc: "the upstream's address did not answer the connection (Caddy waits 3 s)" },
  dialFailed: { kind: "count", doc: "the upstream could not be reached otherwise: no such socket, no permission, no route" },
  upstreamEof: { kind: "count", doc: "the upstream closed the connection without an answer" },
  upstreamReset: { kind: "count", doc: "the upstream reset the connection" },
  headerTimeout: { kind: "count", doc: "the upstream did not answer within the proxy's own time limit" },
  upstreamLookupFailed: { kind: "count", doc: "the upstream's name did not resolve" },
  noUpstreams: { kind: "count", doc: "no upstream was available (health checks took them out)" },
  tlsToPlain: { kind: "count", doc: "the proxy spoke TLS to an upstream that speaks plain HTTP, or the other way round" },
  upstreamTlsFailed: { kind: "count", doc: "the TLS handshake with the upstream failed otherwise: unknown authority, wrong name, expired" },
  certFailures: { kind: "count", doc: "a certificate that is missing could not be obtained or loaded" },
  renewFailures: { kind: "count", doc: "a certificate that is still there could not be renewed" },
  writeNoSpace: { kind: "count", doc: "a log or another file could not be written: no space left on the device" },
  configErrors: { kind: "count", doc: "a configuration was refused, at the start or at a reload" },
  addressInUse: { kind: "count", doc: "Caddy could not listen: the address is in use" },
  clientAborts: { kind: "count", doc: "answers cut off in their middle" },
} as const satisfies FactSpecs;

/** What a message says. */
export type MessageKind = keyof typeof countFacts | "served" | "started" | "loaded" | "reloaded";

/** A message with its logger and level in lower case; empty where the line names none. */
export type Message = { text: string; logger: string; level: string };

const UPSTREAM: readonly (readonly [MessageKind, RegExp])[] = [
  ["upstreamLookupFailed", /dial (?:tcp|udp)[46]?: lookup |: lookup \S{1,255}.{0,100}(?:no such host|server misbehaving|i\/o timeout)/],
  [
    "tlsToPlain",
    /first record does not look like a TLS handshake|server gave HTTP response to HTTPS client|malformed HTTP (?:response|version|status)/,
  ],
  ["upstreamTlsFailed", /x509: |tls: (?:failed|handshake|bad|internal|unrecognized)|remote error: tls/],
  ["headerTimeout", /timeout awaiting response headers|read tcp .{0,200}i\/o timeout/],
  ["dialTimeout", /dial tcp.{0,200}(?:i\/o timeout|connection timed out|deadline exceeded)/],
  ["dialRefused", /dial (?:tcp|unix).{0,200}connection refused/],
  ["dialFailed", /dial (?:tcp|unix).{0,200}(?:no such file|permission denied|no route to host|unreachable)/],
  ["upstreamReset", /connection reset by peer|broken pipe/],
  ["upstreamEof", /(?:^|: |\] )(?:unexpected )?EOF$|server closed idle connection/],
  ["noUpstreams", /no upstreams available/],
];

const CERTIFICATE =
  /could not get certificate|no certificate (?:available|found|matching)|obtaining certificate.{0,200}error|failed to obtain certificate|loading certificates?|unable to (?:get|load) certificate|automate.{0,80}certificates?:/i;
const CERTIFICATE_FILE = /loading certificates?|failed to find any PEM|private key does not match|open \S{1,200}\.(?:pem|crt|cert|key): /i;
const CONFIG =
  /^Error: |adapting config|loading (?:initial |new )?config|parsing caddyfile|error during parsing|unrecognized directive|config(?:uration)? (?:is )?(?:not valid|invalid)/i;

/** What a message says; nothing for the many that matter to no one. A failed dial of Caddy's own (ACME, OCSP) is not the upstream's. */
export function messageKinds(message: Message): MessageKind[] {
  const { text, logger, level } = message;
  const found: MessageKind[] = [];
  if (/no space left on device|disk quota exceeded/i.test(text)) found.push("writeNoSpace");
  if (text === "serving initial configuration") found.push("served");
  if (/^Started (?:caddy|Caddy)/.test(text)) found.push("started");
  if (logger === "admin.api" && text === "load complete") found.push("loaded");
  if (/^Reloaded (?:caddy|Caddy)/.test(text)) found.push("reloaded");
  if (/aborting with incomplete response/.test(text)) found.push("clientAborts");
  if (/bind: address already in use/.test(text)) found.push("addressInUse");
  const bad = !["info", "debug"].includes(level);
  if (bad && /^tls\b/.test(logger) && !/ocsp/i.test(text)) found.push(...certificateKinds(message));
  else if (bad && CONFIG.test(text)) found.push("configErrors", ...(CERTIFICATE_FILE.test(text) ? ["certFailures" as const] : []));
  const upstream = logger === "" ? level === "" : logger.startsWith("http.log.error");
  if (upstream && found.length === 0)
    found.push(
      ...UPSTREAM.filter(([, pattern]) => pattern.test(text))
        .map(([kind]) => kind)
        .slice(0, 1),
    );
  return found;
}

/** The fact that a kind counts for, if it does. */
export function countOf(kind: MessageKind): keyof typeof countFacts | undefined {
  return kind in countFacts ? (kind as keyof typeof countFacts) : undefined;
}

function certificateKinds({ text, logger }: Message): MessageKind[] {
  if (!CERTIFICATE.test(text) && !/will retry|job failed/.test(text)) return [];
  return [logger.startsWith("tls.renew") || text.includes("Renew:") ? "renewFailures" : "certFailures"];
}
