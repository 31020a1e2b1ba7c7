import type { Facts, FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser } from "../../parser.ts";
import { textLines } from "../text/journal.ts";

/** One try: curl's status code (0 for no answer), seconds, and what curl said. */
type Try = { code: number; totalS: number; said: string };

/** Without an answer for this long, the other side is hanging; sooner, the connection or the handshake broke. */
const HANGING_S = 5;

const PROXY = /^(\d{3}) (?:connect|ttfb|total)=/;
const DIRECT = /^direct[-\w]{0,40} (\d{3})\b/;

const facts = {
  proxyProbes: { kind: "count", doc: "requests tried through the proxy" },
  proxyOk: { kind: "count", doc: "of them, answered with 2xx to 4xx" },
  proxyFailed5xx: { kind: "count", doc: "answered with 5xx" },
  proxyNoAnswer: { kind: "count", doc: "no answer after 5 s or more" },
  proxyBroken: { kind: "count", doc: "no answer within 5 s: connection or TLS handshake failed" },
  proxySlowestMs: { kind: "number", unit: "ms", doc: "the slowest of the tries through the proxy" },
  directOk: { kind: "flag", doc: "gunicorn itself answered with 2xx to 4xx" },
  directRefused: { kind: "flag", doc: "gunicorn's port refused the connection" },
  directTimedOut: { kind: "flag", doc: "gunicorn itself did not answer in time" },
  directBroken: { kind: "flag", doc: "gunicorn's port took the connection and broke it off" },
  directFailed5xx: { kind: "flag", doc: "gunicorn itself answered with 5xx" },
  directMs: { kind: "number", unit: "ms", doc: "what the request straight to gunicorn took" },
  directTlsExpected: { kind: "flag", doc: "gunicorn's port wants TLS" },
} as const satisfies FactSpecs;

/** curl through the proxy (`CODE connect=S ttfb=S total=S PATH`) and straight to gunicorn (`direct-gunicorn CODE total=S …`). Redirects and 404 are answers; a last line that was cut is not read. */
export const httpProbe: Parser = { facts, parse };

function parse(text: string): Parsed | undefined {
  const whole = endsWhole(text);
  const lines = textLines(whole ? text : text.slice(0, text.lastIndexOf("\n") + 1));
  const proxied = lines.flatMap((line) => tryOf(line, PROXY) ?? []);
  const direct = lines.flatMap((line) => tryOf(line, DIRECT) ?? []);
  if (proxied.length + direct.length === 0) return undefined;
  return { facts: { ...(proxied.length > 0 && throughProxy(proxied, whole)), ...(direct.length > 0 && straight(direct)) }, whole };
}

/** curl of some locales prints a comma in it. */
function tryOf(line: string, form: RegExp): Try | undefined {
  const m = form.exec(line);
  const total = /\btotal=(\d{1,6}(?:[.,]\d{1,9})?)(?![\d.,])/.exec(line)?.[1];
  if (!m || total === undefined) return undefined;
  return { code: Number(m[1]), totalS: Number(total.replace(",", ".")), said: line };
}

function slowestMs(tries: readonly Try[]): number {
  return Math.round(1000 * tries.reduce((most, one) => Math.max(most, one.totalS), 0));
}

function throughProxy(tries: readonly Try[], whole: boolean): Facts {
  return {
    proxyProbes: tries.length,
    proxyOk: tries.filter(isAnswered).length,
    proxyFailed5xx: tries.filter((one) => one.code >= 500).length,
    proxyNoAnswer: tries.filter((one) => one.code === 0 && one.totalS >= HANGING_S).length,
    proxyBroken: tries.filter((one) => one.code === 0 && one.totalS < HANGING_S).length,
    ...(whole && { proxySlowestMs: slowestMs(tries) }),
  };
}

function straight(tries: readonly Try[]): Facts {
  const unanswered = tries.filter((one) => one.code === 0);
  const timedOut = unanswered.filter((one) => one.totalS >= HANGING_S || /timed? ?out/i.test(one.said));
  const refused = unanswered.filter(
    (one) => !timedOut.includes(one) && /refused|(?:Failed|Couldn't) to connect|Couldn't connect/i.test(one.said),
  );
  return {
    directOk: tries.some(isAnswered),
    directRefused: refused.length > 0,
    directTimedOut: timedOut.length > 0,
    directBroken: unanswered.length > timedOut.length + refused.length,
    directFailed5xx: tries.some((one) => one.code >= 500),
    directMs: slowestMs(tries),
    directTlsExpected: tries.some((one) => /HTTPS port|\bSSL\b|\bTLS\b|HTTP\/0\.9/.test(one.said)),
  };
}

function isAnswered(one: Try): boolean {
  return one.code >= 200 && one.code < 500;
}
