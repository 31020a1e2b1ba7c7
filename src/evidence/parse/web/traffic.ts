import { durationsOf } from "./failing.ts";
import type { Request } from "./requests.ts";

/** How busy a log is, and with whom, from a moment on as against before it. What cannot be told is left out. */
export type Traffic = {
  ratePerS?: number;
  ordinaryRatePerS?: number;
  rateRatio?: number;
  newClientShare?: number;
  newAgentShare?: number;
  topAgentShare?: number;
  topClientShare?: number;
};

/** A rate needs this long a stretch; the rate of an incident is that of its first minute, before its hanging requests hide the arrivals. */
const SHORTEST_MS = 8_000;
const LONGEST_MS = 60_000;
const BIN_MS = 10_000;

/** Who is new can be told only against this many earlier requests. */
const ENOUGH_BEFORE = 20;

/** Rates and clients of the requests that arrived from `fromMs` on, as against those that arrived before. Arrival is a request's start. */
export function trafficSince(requests: readonly Request[], fromMs: number): Traffic {
  const before = requests.filter((request) => request.startMs < fromMs);
  const since = requests.filter((request) => request.startMs >= fromMs);
  const ratePerS = rateSince(since, fromMs);
  const ordinaryRatePerS = ordinaryRate(before, fromMs);
  const known = ratePerS !== undefined && ordinaryRatePerS !== undefined && ordinaryRatePerS > 0;
  return {
    ...(ratePerS !== undefined && { ratePerS }),
    ...(ordinaryRatePerS !== undefined && { ordinaryRatePerS }),
    ...(known && { rateRatio: ratePerS / ordinaryRatePerS }),
    ...newcomers(before, since),
    ...topShares(since),
  };
}

/**
 * Arrivals per second in the first minute. Requests still hanging at the look are not in the log, so only the time that the slowest request so
 * far would have ended counts; where that is too short, the busiest 10 s are a lower bound.
 */
function rateSince(since: readonly Request[], fromMs: number): number | undefined {
  if (since.length === 0) return undefined;
  const slowestMs = 1000 * durationsOf(since).reduce((longest, took) => Math.max(longest, took), 0);
  const newestMs = since.reduce((newest, request) => Math.max(newest, request.endMs), fromMs);
  const untilMs = Math.min(newestMs - slowestMs, fromMs + LONGEST_MS);
  if (untilMs - fromMs >= SHORTEST_MS) {
    return (since.filter((request) => request.startMs < untilMs).length * 1000) / (untilMs - fromMs);
  }
  return (most(bins(since, fromMs)) * 1000) / BIN_MS;
}

/** The middle of the 10-second rates before the incident, so that a surge that began some time before the first failure does not count as ordinary. */
function ordinaryRate(before: readonly Request[], fromMs: number): number | undefined {
  const firstMs = before.reduce((first, request) => Math.min(first, request.endMs), Infinity);
  const spanMs = fromMs - firstMs;
  if (!(spanMs >= SHORTEST_MS) || before.length < 10) return undefined;
  if (spanMs < 3 * BIN_MS) return (before.length * 1000) / spanMs;
  const counted = bins(before, firstMs);
  const rates = Array.from({ length: Math.min(8_640, Math.floor(spanMs / BIN_MS)) }, (_, bin) => counted.get(bin) ?? 0);
  return ((rates.toSorted((a, b) => a - b)[rates.length >> 1] ?? 0) * 1000) / BIN_MS;
}

function bins(requests: readonly Request[], fromMs: number): Map<number, number> {
  const counted = new Map<number, number>();
  for (const request of requests) {
    const bin = Math.floor((request.startMs - fromMs) / BIN_MS);
    counted.set(bin, (counted.get(bin) ?? 0) + 1);
  }
  return counted;
}

function newcomers(before: readonly Request[], since: readonly Request[]): Traffic {
  if (before.length < ENOUGH_BEFORE || since.length < 10) return {};
  const clients = new Set(before.map(clientOf));
  const agents = new Set(before.map((request) => request.agent));
  const newClientShare = since.filter((request) => !clients.has(clientOf(request))).length / since.length;
  if (since.every((request) => request.agent === "")) return { newClientShare };
  return { newClientShare, newAgentShare: since.filter((request) => !agents.has(request.agent)).length / since.length };
}

function topShares(since: readonly Request[]): Traffic {
  if (since.length < 10) return {};
  const topClientShare = topShare(since.map((request) => request.client));
  const agents = since.map((request) => request.agent).filter((agent) => agent !== "");
  return agents.length * 2 < since.length ? { topClientShare } : { topClientShare, topAgentShare: topShare(agents) };
}

function topShare(names: readonly string[]): number {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return most(times) / names.length;
}

function most(counted: ReadonlyMap<unknown, number>): number {
  let largest = 0;
  for (const times of counted.values()) largest = Math.max(largest, times);
  return largest;
}

function clientOf(request: Request): string {
  return `${request.client} ${request.agent}`;
}
