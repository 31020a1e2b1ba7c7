import type { Request } from "./requests.ts";

/** A client that leaves sooner than this without an answer may just have changed its mind. */
const PATIENCE_S = 5;

/** A request is slow beyond doubt when it takes this many times its endpoint's ordinary time (and at least `PATIENCE_S`). */
const FAR_SLOWER = 10;

/** An endpoint's ordinary time needs at least this many answers. */
const ENOUGH_ANSWERS = 4;

/** What requests take when nothing is wrong, in seconds: by endpoint, and for all together (`undefined` where too few were answered). */
export type OrdinaryTimes = { byEndpoint: ReadonlyMap<string, number>; all: number | undefined };

/**
 * The ordinary time of each endpoint: the lower quartile of its answered requests, so that it holds although up to three quarters of the log
 * are the incident. Endpoints with fewer than 4 answers have none.
 */
export function ordinaryTimes(requests: readonly Request[]): OrdinaryTimes {
  const answered = requests.filter((request) => request.durationS !== undefined && !isFailure(request));
  const byEndpoint = new Map<string, number>();
  for (const [endpoint, rows] of byEndpointOf(answered)) {
    if (rows.length >= ENOUGH_ANSWERS) byEndpoint.set(endpoint, quantile(durationsOf(rows), 0.25));
  }
  const all = answered.length >= ENOUGH_ANSWERS ? quantile(durationsOf(answered), 0.25) : undefined;
  return { byEndpoint, all };
}

/** Whether a request failed: a 5xx, or a client that went away without an answer. */
export function isFailure(request: Request): boolean {
  return request.status >= 500 || clientGaveUp(request);
}

/** Whether the client went away after at least 5 s without any answer: Caddy logs status 0, or 499. */
export function clientGaveUp(request: Request): boolean {
  return (request.status === 0 || request.status === 499) && (request.durationS ?? 0) >= PATIENCE_S;
}

/**
 * Whether a request failed, or took so long (5 s or more and ten times its endpoint's ordinary time) that its client saw an incident. Where
 * all requests of a log take 5 s or more there is no ordinary time to compare with, and each of them counts.
 */
export function isFailing(request: Request, ordinary: OrdinaryTimes): boolean {
  if (isFailure(request)) return true;
  const took = request.durationS ?? 0;
  if (took < PATIENCE_S) return false;
  const usual = ordinary.byEndpoint.get(request.endpoint);
  return (usual !== undefined && took >= FAR_SLOWER * usual) || (ordinary.all ?? 0) >= PATIENCE_S;
}

/** Requests by endpoint, each in the order given. */
export function byEndpointOf(requests: readonly Request[]): Map<string, Request[]> {
  const found = new Map<string, Request[]>();
  for (const request of requests) {
    const rows = found.get(request.endpoint);
    if (rows) rows.push(request);
    else found.set(request.endpoint, [request]);
  }
  return found;
}

/** The durations that are known, in seconds. */
export function durationsOf(requests: readonly Request[]): number[] {
  return requests.flatMap((request) => (request.durationS === undefined ? [] : [request.durationS]));
}

/** A quantile (0 to 1) of some numbers: the one at that place in order; NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
