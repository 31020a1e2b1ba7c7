import type { Facts } from "../../../runbook/facts.ts";
import type { Moment } from "../../finding.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { caddyAccessFacts } from "./caddy-access-facts.ts";
import { becameSlow, endpointTimes, isDelayed, queuedBehind, steadySlowEndpoint, type EndpointTimes } from "./endpoint-times.ts";
import { clientGaveUp, durationsOf, isFailure, quantile } from "./failing.ts";
import { splitAtIncident, type IncidentSplit } from "./incident-split.ts";
import { readRequests, type AccessLog, type Request } from "./requests.ts";
import { trafficSince } from "./traffic.ts";
import { reason } from "../../../words/because.ts";

/** A log that ends this long before the look and in mid-line was not cut on its way: its writer stopped. */
const STOPPED_S = 20;

/** Without an incident, the newest minute is compared with what came before. */
const NEWEST_MS = 60_000;

/** Caddy's access log: what failed and what was slow since the incident began, as against ordinary service before. */
export const caddyAccess: Parser = { facts: caddyAccessFacts, parse, tellsBeginning: true };

function parse(text: string, reading: Reading): Parsed | undefined {
  const log = readRequests(text, reading);
  if (!log || log.requests.length === 0) return undefined;
  const split = splitAtIncident(log.requests, reading);
  const times = endpointTimes(split.during, split.ordinary);
  const whole = endsWhole(text) && !log.lastLineCut;
  const facts: Facts = {
    ...readability(log, reading.at, endsWhole(text)),
    ...failures(split.during),
    ...span(split),
    ...failingEndpoints(times),
    ...(whole && okEndpoints(times)),
    ...slowness(split, times, whole),
    ...quickest(log.requests),
    ...trafficSince(log.requests, split.ongoing ? split.fromMs : newestMs(log.requests) - NEWEST_MS),
  };
  const moments = firstFailure(split);
  return { facts, whole, ...(!whole && { because: reason("lastLineCut") }), ...(moments.length > 0 && { moments }) };
}

function readability(log: AccessLog, at: Date, ended: boolean): Facts {
  const quietS = Math.max(0, (at.getTime() - newestMs(log.requests)) / 1000);
  return {
    readable: log.requests.length,
    unreadable: log.unreadable,
    kindOfLog: log.kind,
    writeStopped: log.lastLineCut && quietS > STOPPED_S,
    ...(ended && !log.lastLineCut && { secondsSinceLast: quietS }),
  };
}

function newestMs(requests: readonly Request[]): number {
  return requests.reduce((newest, request) => Math.max(newest, request.endMs), 0);
}

function failures(during: readonly Request[]): Facts {
  const failed = during.filter(isFailure);
  const lastMs = failed.reduce((last, request) => Math.max(last, request.endMs), 0);
  const status = (code: number) => during.filter((request) => request.status === code);
  return {
    requests: during.length,
    failures: failed.length,
    ...(during.length > 0 && { failShare: failed.length / during.length }),
    status500: status(500).length,
    status502: status(502).length,
    status503: status(503).length,
    status504: status(504).length,
    clientGaveUp: during.filter(clientGaveUp).length,
    ...(lastMs > 0 && { lastFailureAtMs: lastMs }),
    ...failureDurations(durationsOf(during), durationsOf(status(500)), durationsOf(status(502))),
  };
}

/** Left out altogether for a log without durations. */
function failureDurations(all: readonly number[], of500: readonly number[], of502: readonly number[]): Facts {
  if (all.length === 0) return {};
  const slow502 = of502.filter((took) => took >= 20);
  return {
    fast500: of500.filter((took) => took < 5).length,
    slow500: of500.filter((took) => took >= 20).length,
    fast502: of502.filter((took) => took < 1).length,
    slow502: slow502.length,
    longestS: all.reduce((longest, took) => Math.max(longest, took), 0),
    ...(slow502.length > 0 && { slowest502S: quantile(slow502, 0.5) }),
  };
}

function span(split: IncidentSplit): Facts {
  const [before, during] = [durationsOf(split.ordinary), durationsOf(split.during)];
  const lastMs = split.history.reduce((last, request) => Math.max(last, request.endMs), 0);
  return {
    ongoing: split.ongoing,
    ...(split.beganMs !== undefined && { beganAtMs: split.beganMs }),
    ordinaryRequests: split.ordinary.length,
    ...(before.length >= 5 && { ordinaryMedianMs: 1000 * quantile(before, 0.5) }),
    ...(during.length > 0 && { incidentMedianMs: 1000 * quantile(during, 0.5) }),
    historyFailures: split.history.length,
    ...(lastMs > 0 && { historyLastFailureAtMs: lastMs }),
  };
}

function failingEndpoints(times: readonly EndpointTimes[]): Facts {
  const failing = times.filter((endpoint) => endpoint.failures > 0).toSorted((a, b) => b.failures - a.failures);
  const all = failing.reduce((sum, endpoint) => sum + endpoint.failures, 0);
  const worst = failing[0];
  return {
    failingEndpoints: failing.length,
    failingPaths: new Set(failing.map((endpoint) => endpoint.endpoint.slice(endpoint.endpoint.indexOf(" ")))).size,
    ...(worst && { worstEndpoint: worst.endpoint, worstEndpointShare: worst.failures / all }),
  };
}

/** A cut log may have lost an endpoint's failures, so this is told of a whole one only. */
function okEndpoints(times: readonly EndpointTimes[]): Facts {
  return { okEndpoints: times.filter((endpoint) => endpoint.count >= 2 && endpoint.failures === 0 && !isSlow(endpoint)).length };
}

function isSlow(endpoint: EndpointTimes): boolean {
  return becameSlow(endpoint) || (endpoint.ratio === undefined && (endpoint.medianS ?? 0) >= 2);
}

/** Left out altogether for a log without durations. */
function slowness(split: IncidentSplit, times: readonly EndpointTimes[], whole: boolean): Facts {
  const answered = [...split.ordinary, ...split.during].filter((request) => !isFailure(request) && request.durationS !== undefined);
  if (durationsOf(split.during).length === 0 && answered.length === 0) return {};
  const slow = times.filter(becameSlow).toSorted((a, b) => (b.medianS ?? 0) - (a.medianS ?? 0));
  const worst = slow[0];
  const changed = new Set(times.filter((one) => isDelayed(one) || (split.ongoing && isSlow(one))).map((one) => one.endpoint));
  const steady = steadySlowEndpoint(answered, changed);
  const name = worst?.endpoint ?? steady?.endpoint;
  const others = times.filter((endpoint) => endpoint.ratio !== undefined && endpoint.endpoint !== name);
  const delayed = others.length > 0 && others.filter(isDelayed).length * 2 >= others.length;
  return {
    ...((whole || worst) && { slowEndpoints: slow.length }),
    ...(worst && slowest(worst)),
    steadySlow: steady !== undefined,
    ...(steady && { steadyEndpoint: steady.endpoint, steadyEndpointMs: 1000 * steady.medianS }),
    othersDelayed:
      name !== undefined &&
      (delayed ||
        queuedBehind(
          name,
          answered.toSorted((a, b) => a.endMs - b.endMs),
        )),
    ...together(split),
  };
}

function slowest(worst: EndpointTimes): Facts {
  return {
    slowEndpoint: worst.endpoint,
    slowEndpointMs: 1000 * (worst.medianS ?? 0),
    ...(worst.ordinaryS !== undefined && { slowEndpointBaselineMs: 1000 * worst.ordinaryS }),
    ...(worst.ratio !== undefined && { slowEndpointRatio: worst.ratio }),
  };
}

/** Whether the answered requests of nearly all endpoints became slower together; unknown without two endpoints to compare. */
function together(split: IncidentSplit): Facts {
  const answered = split.during.filter((request) => !isFailure(request));
  const comparable = endpointTimes(answered, split.ordinary).filter((endpoint) => endpoint.ratio !== undefined);
  if (comparable.length < 2) return {};
  const ratios = comparable.map((endpoint) => endpoint.ratio ?? 1);
  return { everythingSlower: comparable.filter(isDelayed).length >= 0.8 * comparable.length, slowdown: quantile(ratios, 0.5) };
}

/** What the quickest page takes now; unknown without two pages that were asked for often enough in the newest minute. */
function quickest(requests: readonly Request[]): Facts {
  const fromMs = newestMs(requests) - NEWEST_MS;
  const answered = requests.filter(({ status, endMs }) => status >= 200 && status < 400 && endMs >= fromMs);
  const medians = endpointTimes(answered, []).flatMap(({ medianS }) => medianS ?? []);
  return medians.length < 2 ? {} : { quickestMs: 1000 * medians.reduce((least, medianS) => Math.min(least, medianS), Infinity) };
}

function firstFailure(split: IncidentSplit): Moment[] {
  const failed = split.during.filter(isFailure);
  const first = failed.reduce<Request | undefined>(
    (best, request) => (best && best.startMs <= request.startMs ? best : request),
    undefined,
  );
  if (!first) return [];
  const after = first.durationS === undefined ? {} : { afterMs: Math.round(first.durationS * 1000) };
  const gaveUp = clientGaveUp(first);
  const text = (gaveUp ? first.endpoint : `${first.endpoint} ${first.status}`).slice(0, 200);
  return [{ what: gaveUp ? "client-left" : "request-failed", at: first.startMs, text, ...after }];
}
