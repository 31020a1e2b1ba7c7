import type { Facts, FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { textLines } from "../text/journal.ts";

const facts = {
  handshakeOk: { kind: "flag", doc: "the server showed a certificate and the handshake ended" },
  handshakeFailed: { kind: "flag", doc: "connected, but no certificate was shown: an alert, or the connection broke off" },
  expired: { kind: "flag", doc: "the certificate shown has expired" },
  notYetValid: { kind: "flag", doc: "the certificate shown is not valid yet" },
  verifyCode: { kind: "number", doc: "openssl's verify return code for the certificate shown; 0 is good" },
  connectFailed: { kind: "flag", doc: "not even a TCP connection" },
  alertNumber: { kind: "number", doc: "the TLS alert that the server sent (80: internal error, 40: handshake failure, 112: unknown name)" },
} as const satisfies FactSpecs;

const EXPIRED = 10;
const NOT_YET = 9;

/** `openssl s_client` against the proxy. Its verify code is told only with a certificate: without one openssl says 0 as well. A last line that was cut is not read. */
export const tlsProbe: Parser = { facts, parse };

function parse(text: string, reading: Reading): Parsed | undefined {
  const lines = textLines(endsWhole(text) ? text : text.slice(0, text.lastIndexOf("\n") + 1));
  const says = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  const connected = says(/^CONNECTED\(/);
  const failed = !connected && says(/connect:errno=|BIO_(?:connect|lookup)|:error:.{0,200}(?:refused|timed out|No route)|^getaddrinfo: /);
  if (!connected && !failed && !says(/SSL routines|SSL handshake has read|BEGIN CERTIFICATE|Verify return code/)) return undefined;
  const shown = says(/BEGIN CERTIFICATE|^subject ?=|^Server certificate/) && !says(/no peer certificate available/);
  const broken =
    says(/no peer certificate available|alert|handshake failure|wrong version number|unexpected eof|:error:/) || says(/Cipher is \(NONE\)/);
  const alert = numberIn(lines, /SSL alert number (\d{1,3})/);
  return {
    facts: {
      handshakeOk: shown,
      handshakeFailed: connected && !shown && broken,
      connectFailed: failed,
      ...(alert !== undefined && { alertNumber: alert }),
      ...(shown && validity(lines, reading.at)),
    },
    whole: endsWhole(text),
  };
}

function validity(lines: readonly string[], at: Date): Facts {
  const code = numberIn(lines, /Verify return code: (\d{1,4})\b/) ?? numberIn(lines, /verify error:num=(\d{1,4})\b/);
  const until = endOf(lines);
  const expired =
    code === EXPIRED || lines.some((line) => line.includes("certificate has expired")) || (until !== undefined && until < at.getTime());
  return { expired, notYetValid: code === NOT_YET, ...(code !== undefined && { verifyCode: code }) };
}

/** The end of validity of the server's own certificate, the first in the chain. */
function endOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const m = /not ?after[=:] ?([A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4} GMT)/i.exec(line);
    if (m) return Date.parse(m[1] ?? "");
  }
  return undefined;
}

function numberIn(lines: readonly string[], pattern: RegExp): number | undefined {
  for (const line of lines) {
    const m = pattern.exec(line);
    if (m) return Number(m[1]);
  }
  return undefined;
}
