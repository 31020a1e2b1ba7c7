import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import type { Parser } from "../../parser.ts";
import { attemptsIn, type Attempt, type Failure, type ProbeStep } from "./connect-attempts.ts";
import { highestOf, lowestOf, medianOf } from "../text/figures.ts";
import { clipped } from "../text/plain-lines.ts";
import { toldFacts } from "../text/told-facts.ts";

const facts = {
  attempts: { kind: "count", doc: "Attempts to connect that the probe told of." },
  ok: { kind: "count", doc: "Attempts that got a connection, or (a probe without a password) the server's request for one." },
  slow: { kind: "count", doc: "Of the successful attempts, those that took a second or more." },
  slowestMs: {
    kind: "number",
    unit: "ms",
    doc: "The slowest successful attempt, `SELECT 1` included; from a cut result only where it was slow.",
  },
  medianMs: { kind: "number", unit: "ms", doc: "The middle of the successful attempts, `SELECT 1` included." },
  fastestMs: { kind: "number", unit: "ms", doc: "The fastest successful attempt, `SELECT 1` included." },
  dnsMs: { kind: "number", unit: "ms", doc: "The name's look-up alone (median)." },
  tcpMs: { kind: "number", unit: "ms", doc: "The TCP connection alone (median)." },
  tlsMs: { kind: "number", unit: "ms", doc: "The TLS handshake alone (median)." },
  answerMs: { kind: "number", unit: "ms", doc: "The wait for the server's first answer (median)." },
  timedOut: { kind: "count", doc: "Attempts that got no answer in time, at whatever step." },
  tcpTimedOut: {
    kind: "count",
    doc: "Of those, the ones whose TCP connection was not answered (only a probe that times TCP apart can tell).",
  },
  tcpConnectedNoAnswer: { kind: "count", doc: "Of those, the ones whose TCP connected and whose server then said nothing in time." },
  refused: { kind: "count", doc: "Attempts refused by the port, or without a route to it." },
  starting: { kind: "count", doc: "Attempts answered by a server that starts, recovers or shuts down (57P03)." },
  tooMany: { kind: "count", doc: "Attempts answered with `too many clients`, reserved slots or a role's limit (53300)." },
  auth: { kind: "count", doc: "Attempts answered with a wrong password or unknown role; unknown where the probe sent no password." },
  hba: { kind: "count", doc: "Attempts answered with `no pg_hba.conf entry`." },
  dns: { kind: "count", doc: "Attempts that ended at the name: it did not resolve." },
  closed: { kind: "count", doc: "Attempts whose connection the other side closed without an answer." },
  otherErrors: { kind: "count", doc: "Attempts that failed for another reason." },
  passwordAsked: { kind: "count", doc: "Attempts that ended at the request for a password: what comes after it was not tried." },
  lastError: { kind: "text", doc: "Why the last attempt failed, in the client's words, at most 160 characters." },
  firstAtMs: { kind: "time", doc: "When the first attempt began." },
} satisfies FactSpecs;

/** From here on a connect counts as slow: a healthy one takes milliseconds, also over TLS. */
const SLOW_MS = 1_000;

const FAILURES: readonly Failure[] = ["timedOut", "refused", "starting", "tooMany", "auth", "hba", "dns", "closed"];
const STEPS: readonly ProbeStep[] = ["dns", "tcp", "tls", "answer"];

/**
 * The connect probe: one JSON object a line and attempt, by a client that logs in and asks `SELECT 1`, or by the probe that only waits for the
 * server's first answer. Measurements of a cut result are left out, as the missing attempts may have been the slow ones.
 */
export const dbConnect: Parser = {
  facts,
  parse(text) {
    const { attempts, whole } = attemptsIn(text);
    if (attempts.length === 0) return undefined;
    const asked = attempts.filter((attempt) => attempt.answer === "auth-requested").length;
    const lastError = attempts.findLast((attempt) => attempt.error !== undefined)?.error;
    const firstAtMs = attempts.find((attempt) => attempt.atMs !== undefined)?.atMs;
    const told: Record<string, FactValue | undefined> = {
      attempts: attempts.length,
      ok: attempts.filter((attempt) => attempt.ok).length,
      passwordAsked: asked,
      ...failureCounts(attempts),
      ...timeOutsByStep(attempts),
      ...measurements(attempts, whole),
      lastError: lastError && clipped(reasonIn(lastError), 160),
      firstAtMs,
    };
    if (asked > 0) for (const name of ["auth", "tooMany"]) if (told[name] === 0) delete told[name];
    return { facts: toldFacts(told), whole };
  },
};

function failureCounts(attempts: readonly Attempt[]): Record<string, number> {
  const count = (failure: Failure): number => attempts.filter((attempt) => attempt.failure === failure).length;
  return { ...Object.fromEntries(FAILURES.map((failure) => [failure, count(failure)])), otherErrors: count("other") };
}

/** Only a probe that times TCP can tell where it waited; with a plain client both counts stay unknown. */
function timeOutsByStep(attempts: readonly Attempt[]): Record<string, number> {
  if (!attempts.some((attempt) => attempt.answer !== undefined || Object.keys(attempt.steps).length > 0)) return {};
  const timedOut = attempts.filter((attempt) => attempt.failure === "timedOut");
  const connected = timedOut.filter((attempt) => attempt.steps.tcp !== undefined).length;
  return { tcpTimedOut: timedOut.length - connected, tcpConnectedNoAnswer: connected };
}

function measurements(attempts: readonly Attempt[], whole: boolean): Record<string, number | undefined> {
  const totals = attempts.flatMap((attempt) => (attempt.ok && attempt.totalMs !== undefined ? [attempt.totalMs] : []));
  const slow = totals.filter((ms) => ms >= SLOW_MS).length;
  const slowestMs = highestOf(totals);
  if (!whole) return { slow, slowestMs: slow > 0 ? slowestMs : undefined };
  const fastestMs = lowestOf(totals);
  const steps = STEPS.map((step) => [`${step}Ms`, medianOf(attempts.flatMap((attempt) => attempt.steps[step] ?? []))] as const);
  return { slow, slowestMs, fastestMs, medianMs: medianOf(totals), ...Object.fromEntries(steps) };
}

/** libpq tells the host first, which may be long, and its advice last: the reason stands between. */
function reasonIn(error: string): string {
  const text = error.slice(0, 4_096);
  const failed = text.lastIndexOf(" failed: ");
  return (failed < 0 ? text : text.slice(failed + " failed: ".length)).split("\n", 1)[0] ?? "";
}
