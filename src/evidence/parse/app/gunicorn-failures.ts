import type { FactValue } from "../../../runbook/facts.ts";
import { type Failure, failureOf, lastLineOf } from "./failure-kinds.ts";
import { DATABASE_COUNTS } from "./gunicorn-facts.ts";
import type { Traceback } from "./tracebacks.ts";

const ABORT_COUNTS = { "http-client": "abortedInHttpClient", database: "abortedInDatabase", elsewhere: "abortedElsewhere" } as const;

const SERVER_HEADING = /^(?:Internal Server Error|Error handling request|Exception in ASGI application)/;

const KIND_COUNTS: Partial<Record<Failure["kind"], string>> = {
  boot: "importErrors",
  database: "dbErrors",
  "no-space": "noSpaceErrors",
  app: "appExceptions",
  handled: "handledExceptions",
  outbound: "outboundErrors",
  broker: "brokerErrors",
  memory: "memoryErrors",
  os: "osErrors",
};

/** The counts and texts of what failed in the window; counts that saw nothing are 0. */
export function failureFacts(tracebacks: readonly Traceback[]): Record<string, FactValue> {
  const failures = singly(tracebacks).map((traceback) => ({ traceback, failure: failureOf(traceback) }));
  const names = [...Object.values(KIND_COUNTS), ...Object.values(ABORT_COUNTS), ...Object.values(DATABASE_COUNTS)];
  const counts: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  for (const { failure } of failures) {
    for (const name of countsOf(failure)) counts[name] = (counts[name] ?? 0) + 1;
  }
  const by = (kind: Failure["kind"]): Traceback[] =>
    failures.filter(({ failure }) => failure.kind === kind).map(({ traceback }) => traceback);
  const serverErrors = tracebacks.filter(({ heading }) => SERVER_HEADING.test(heading ?? "")).length;
  return {
    ...counts,
    ...sharesOf(counts),
    serverErrors,
    ...databaseFacts(by("database")),
    ...appFacts(by("app")),
    ...bootFacts(by("boot")),
  };
}

/** Of the failures whose reason was told, which share is the application's own and which that of calls to other services; a cut log keeps its shares. */
function sharesOf(counts: Readonly<Record<string, number>>): Record<string, number> {
  const reasons = ["appExceptions", "outboundErrors", "dbErrors", "noSpaceErrors", "brokerErrors", "memoryErrors", "osErrors"];
  const all = reasons.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  if (all === 0) return {};
  return { appShare: (counts["appExceptions"] ?? 0) / all, outboundShare: (counts["outboundErrors"] ?? 0) / all };
}

function countsOf(failure: Failure): string[] {
  if (failure.kind === "abort") return [ABORT_COUNTS[failure.where]];
  const name = KIND_COUNTS[failure.kind];
  if (name === undefined) return [];
  return failure.kind === "database" && failure.error ? [name, DATABASE_COUNTS[failure.error]] : [name];
}

/** Applications log an exception and raise it again, so that the server logs it too: the same words of one process at one time are one failure. */
function singly(tracebacks: readonly Traceback[]): Traceback[] {
  return tracebacks.filter((traceback, index) => {
    const next = tracebacks.slice(index + 1, index + 20).find((later) => later.pid === traceback.pid);
    if (!next || traceback.path !== undefined || traceback.heading !== undefined || traceback.pid === undefined) return true;
    const sameTime = Math.abs((next.ms ?? 0) - (traceback.ms ?? 0)) <= 1_000;
    return !(sameTime && lastLineOf(next) === lastLineOf(traceback));
  });
}

function databaseFacts(failed: readonly Traceback[]): Record<string, FactValue> {
  const times = failed.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const last = failed.at(-1);
  const text = last && lastLineOf(last);
  return {
    ...(times.length > 0 && { firstDbErrorAtMs: least(times), lastDbErrorAtMs: -least(times.map((ms) => -ms)) }),
    ...(text !== undefined && { lastDbError: text }),
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function appFacts(failed: readonly Traceback[]): Record<string, FactValue> {
  const exception = mostFrequent(failed.flatMap((traceback) => lastLineOf(traceback) ?? []));
  const paths = failed.flatMap(({ path }) => (path === undefined ? [] : [path.slice(0, 200)]));
  const path = mostFrequent(paths);
  return {
    appExceptionUris: new Set(paths).size,
    ...(exception !== undefined && { appException: exception }),
    ...(path !== undefined && { appExceptionUri: path }),
  };
}

function bootFacts(failed: readonly Traceback[]): Record<string, FactValue> {
  const text = failed.map(lastLineOf).findLast((line) => line !== undefined);
  return text === undefined ? {} : { bootError: text };
}

/** The value seen most often, of equals the one seen first. */
function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | undefined;
  for (const [value, seen] of counts) if (best === undefined || seen > (counts.get(best) ?? 0)) best = value;
  return best;
}
