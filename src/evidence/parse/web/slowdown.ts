import { byEndpointOf, durationsOf, isFailure, quantile } from "./failing.ts";
import type { Request } from "./requests.ts";

/** An endpoint has slowed down when its newest requests take this many times as long as earlier, and at least a second. */
const TIMES_SLOWER = 3;
const SLOW_S = 1;

/** How many newest requests of an endpoint are looked at together, and how many of a whole service. */
const NEWEST = 5;
const SERVICE_SPAN = 10;

/** A request of a service that slowed down waits at least this much beyond its endpoint's usual time. */
const EXTRA_S = 0.2;

/** An endpoint that nobody asked for this many times its usual distance (a minute at least, 5 at most) has not shown whether it is slow still. */
const SPACINGS = 3;
const QUIET_MS = { least: 60_000, most: 300_000 };

/** What an endpoint takes at its best: the lower tenth, so that it holds although nine tenths of the log are the slow-down. */
const BEST = 0.1;

/**
 * When a slow-down that is still going on began, in milliseconds: the start of the first slow request of an endpoint whose newest five take
 * three times as long as before and a second or more, or of a service (two endpoints or more) whose newest ten are mostly three times as slow
 * and whose earlier ones were mostly not. `undefined` for none: an endpoint that was always slow has not slowed down, and slow requests that
 * ordinary ones followed are over.
 */
export function slowdownStartMs(requests: readonly Request[]): number | undefined {
  const sorted = requests.filter((request) => request.durationS !== undefined).toSorted((a, b) => a.startMs - b.startMs);
  const byEndpoint = byEndpointOf(sorted);
  const newestMs = sorted.reduce((newest, request) => Math.max(newest, request.endMs), 0);
  const starts = [...byEndpoint.values()].filter((rows) => isCurrent(rows, newestMs)).map((rows) => endpointSlowdown(rows));
  starts.push(serviceSlowdown(sorted, byEndpoint));
  const found = starts.filter((start) => start !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

function isCurrent(rows: readonly Request[], nowMs: number): boolean {
  const newest = rows.slice(-NEWEST);
  const spanMs = (newest.at(-1)?.startMs ?? 0) - (newest[0]?.startMs ?? 0);
  const quietMs = Math.min(QUIET_MS.most, Math.max(QUIET_MS.least, (SPACINGS * spanMs) / (NEWEST - 1)));
  return nowMs - newest.reduce((last, request) => Math.max(last, request.endMs), 0) <= quietMs;
}

function endpointSlowdown(rows: readonly Request[]): number | undefined {
  const limit = Math.max(SLOW_S, TIMES_SLOWER * quantile(durationsOf(rows), BEST));
  let from = rows.length - NEWEST;
  if (from < 3 || !(medianOf(rows.slice(from)) >= limit)) return undefined;
  while (from > 0 && medianOf(rows.slice(from - 1, from - 1 + NEWEST)) >= limit) from--;
  const first = rows.findIndex((request, index) => index >= from && (request.durationS ?? 0) >= limit);
  const before = rows.slice(0, first);
  return before.length >= 3 && medianOf(rows.slice(first)) >= TIMES_SLOWER * medianOf(before) ? rows[first]?.startMs : undefined;
}

function serviceSlowdown(rows: readonly Request[], byEndpoint: ReadonlyMap<string, readonly Request[]>): number | undefined {
  const best = new Map<string, number>();
  for (const [endpoint, own] of byEndpoint) if (own.length >= NEWEST) best.set(endpoint, quantile(durationsOf(own), BEST));
  const known = rows.filter((request) => !isFailure(request) && best.has(request.endpoint));
  const slow = known.map((request) => isSlow(request, best.get(request.endpoint) ?? Infinity));
  const slowAmong = (from: number) => slow.slice(from, from + SERVICE_SPAN).filter(Boolean).length;
  let from = known.length - SERVICE_SPAN;
  if (from < SERVICE_SPAN || slowAmong(from) < 0.6 * SERVICE_SPAN) return undefined;
  while (from > 0 && slowAmong(from - 1) >= SERVICE_SPAN / 2) from--;
  const since = known.slice(from).filter((_, index) => slow[from + index]);
  const before = slow.slice(0, from);
  const wasFine = before.length >= NEWEST && before.filter(Boolean).length <= 0.25 * before.length;
  return wasFine && byEndpointOf(since).size >= 2 ? since[0]?.startMs : undefined;
}

function isSlow(request: Request, best: number): boolean {
  const took = request.durationS ?? 0;
  return took >= TIMES_SLOWER * best && took - best >= EXTRA_S;
}

function medianOf(rows: readonly Request[]): number {
  return quantile(durationsOf(rows), 0.5);
}
