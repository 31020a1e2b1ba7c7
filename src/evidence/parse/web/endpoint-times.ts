import { byEndpointOf, durationsOf, isFailure, quantile } from "./failing.ts";
import type { Request } from "./requests.ts";

/** How an endpoint did in the incident; its own ordinary median where it was asked at least three times before. Seconds. */
export type EndpointTimes = { endpoint: string; count: number; failures: number; medianS?: number; ordinaryS?: number; ratio?: number };

/** The endpoint that is slow without ever having been faster, and what it takes at the median. */
export type SteadyEndpoint = { endpoint: string; medianS: number };

/** Medians of fewer requests than this say nothing. */
const ENOUGH = 3;

/** An endpoint became slow: three times its ordinary median and a second; or, with nothing to compare, two seconds in five requests. */
const SLOW_RATIO = 3;
const SLOW_S = 1;
const SLOW_ALONE_S = 2;
const ENOUGH_ALONE = 5;

/** A delay that people notice and that scheduling noise does not make. */
const DELAY_S = 0.1;

/** How each endpoint of an incident did, in no order. */
export function endpointTimes(during: readonly Request[], ordinary: readonly Request[]): EndpointTimes[] {
  const before = byEndpointOf(ordinary);
  return [...byEndpointOf(during)].map(([endpoint, rows]) => {
    const took = durationsOf(rows);
    const usual = durationsOf(before.get(endpoint) ?? []);
    const medianS = took.length >= ENOUGH ? quantile(took, 0.5) : undefined;
    const ordinaryS = usual.length >= ENOUGH ? quantile(usual, 0.5) : undefined;
    return {
      endpoint,
      count: rows.length,
      failures: rows.filter(isFailure).length,
      ...(medianS !== undefined && { medianS }),
      ...(ordinaryS !== undefined && { ordinaryS }),
      ...(medianS !== undefined && ordinaryS !== undefined && { ratio: medianS / Math.max(ordinaryS, 0.001) }),
    };
  });
}

/** Whether an endpoint became slow in the incident. */
export function becameSlow(times: EndpointTimes): boolean {
  const { medianS, ratio, count } = times;
  if (medianS === undefined) return false;
  return ratio === undefined ? medianS >= SLOW_ALONE_S && count >= ENOUGH_ALONE : medianS >= SLOW_S && ratio >= SLOW_RATIO;
}

/** Whether an endpoint takes at least twice its ordinary time and 100 ms more. */
export function isDelayed(times: EndpointTimes): boolean {
  const { medianS = 0, ordinaryS = 0, ratio = 0 } = times;
  return ratio >= 2 && medianS - ordinaryS >= DELAY_S;
}

/** The slowest endpoint that takes a second or more in the earlier and in the later half of the log alike, while the others are at least twice as fast; those that became slow in the incident are none. */
export function steadySlowEndpoint(answered: readonly Request[], changed: ReadonlySet<string>): SteadyEndpoint | undefined {
  const found: SteadyEndpoint[] = [];
  for (const [endpoint, rows] of byEndpointOf(answered)) {
    const took = durationsOf(rows);
    if (took.length < ENOUGH_ALONE || changed.has(endpoint)) continue;
    const half = took.length >> 1;
    const medians = [took, took.slice(0, half), took.slice(half)].map((some) => quantile(some, 0.5));
    const [medianS = 0, early = 0, late = 0] = medians;
    const others = durationsOf(answered.filter((request) => request.endpoint !== endpoint));
    const alone = others.length >= ENOUGH_ALONE && quantile(others, 0.5) * 2 <= medianS;
    if (alone && medians.every((median) => median >= SLOW_S) && late < SLOW_RATIO * early) found.push({ endpoint, medianS });
  }
  return found.toSorted((a, b) => b.medianS - a.medianS)[0];
}

/**
 * Whether requests to other endpoints waited while at least two to the slow one were being served: five or more took 300 ms and five times
 * longer than their endpoint's quarter, and they are most of those that came at such moments.
 */
export function queuedBehind(slow: string, answered: readonly Request[]): boolean {
  const blocking = answered.filter((request) => request.endpoint === slow);
  const quarter = new Map<string, number>();
  for (const [endpoint, rows] of byEndpointOf(answered))
    if (rows.length >= ENOUGH) quarter.set(endpoint, quantile(durationsOf(rows), 0.25));
  const beside = answered.filter(
    (request) => request.endpoint !== slow && quarter.has(request.endpoint) && busyAt(blocking, request.startMs) >= 2,
  );
  const waited = beside.filter((request) => {
    const usual = quarter.get(request.endpoint) ?? 0;
    return (request.durationS ?? 0) - usual >= 3 * DELAY_S && (request.durationS ?? 0) >= 5 * usual;
  });
  return waited.length >= 5 && waited.length >= 0.6 * beside.length;
}

/** How many of some requests, sorted by their end, were being served at a moment; only those that end within the next 2 minutes are looked at. */
function busyAt(byEnd: readonly Request[], ms: number): number {
  let [low, high] = [0, byEnd.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byEnd[middle]?.endMs ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  let busy = 0;
  for (let i = low; i < byEnd.length && i < low + 500 && busy < 2; i++) if ((byEnd[i]?.startMs ?? Infinity) <= ms) busy++;
  return busy;
}
