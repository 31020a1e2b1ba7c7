import { isFailing, isFailure, ordinaryTimes } from "../../evidence/parse/web/failing.ts";
import type { Request } from "../../evidence/parse/web/requests.ts";
import type { ChartPoint } from "../chart/line-chart.ts";
import { accessLogsOf, type HostLog } from "./access-logs.ts";
import type { Looked } from "../story/looked.ts";
import type { Span } from "../story/span.ts";

/**
 * What users lost, counted request by request from the access logs of all looks, each request once. It is counted from the first failing request
 * that is known until the last (of an open incident: until the newest request). Not `exact` where the logs do not reach over all of it: counts are
 * then lower bounds. `slow` requests were answered, after 5 s and more and ten times what their page usually takes.
 */
export type Impact = {
  from: number;
  to: number;
  requests: number;
  failed: number;
  slow: number;
  exact: boolean;
  first?: { at: number; endpoint: string; status: number };
  lastFailureAt?: number;
  longestS?: number;
  worstMinute?: ChartPoint;
  /** The endpoints with the most failures, at most three. */
  worst: readonly { endpoint: string; failed: number }[];
  /** Requests that failed in each minute of the logs, by when they arrived. */
  perMinute: readonly ChartPoint[];
  hosts: number;
  ofHosts: number;
};

const MINUTE_MS = 60_000;
/** A failing request just before the incident's own first sign is of it: clocks of hosts differ. */
const GRACE_MS = 1_000;

/** The impact, or nothing where no look brought an access log that could be read. */
export function impactOf(looks: readonly Looked[], span: Span): Impact | undefined {
  const logs = accessLogsOf(looks);
  const requests = logs.flatMap((log) => log.requests).toSorted((a, b) => a.startMs - b.startMs);
  if (requests.length === 0) return undefined;
  const began = span.beganAt.getTime() - GRACE_MS;
  const failures = requests.filter((request) => isFailure(request) && request.startMs >= began && request.startMs <= span.until.getTime());
  const [first] = failures;
  const lastFailureAt = failures.reduce((last, { endMs }) => Math.max(last, endMs), 0);
  const newest = requests.reduce((last, { endMs }) => Math.max(last, endMs), 0);
  const from = first?.startMs ?? span.beganAt.getTime();
  const to = !span.open && first ? lastFailureAt : Math.min(newest, span.until.getTime());
  const during = requests.filter(({ startMs }) => startMs >= from && startMs <= to);
  const ordinary = ordinaryTimes(requests);
  const ofHosts = new Set(looks.flatMap(({ raw }) => [...raw.hosts.keys()])).size;
  const perMinute = perMinuteOf(requests, logs);
  return {
    from,
    to,
    requests: during.length,
    failed: failures.length,
    slow: during.filter((request) => !isFailure(request) && isFailing(request, ordinary)).length,
    exact: logs.length === ofHosts && logs.every((log) => covers(log, from, span.open ? to : span.until.getTime())),
    ...(first ? { first: { at: first.startMs, endpoint: first.endpoint, status: first.status }, lastFailureAt } : {}),
    ...longestOf(during),
    ...worstMinuteOf(perMinute.filter(({ at }) => at + MINUTE_MS > from && at <= to)),
    worst: worstOf(failures),
    perMinute,
    hosts: logs.length,
    ofHosts,
  };
}

/**
 * Whether the stretches that a host's logs hold reach over all of a time, and a minute before it, without which nobody knows that nothing failed
 * earlier. Between two of them a minute is left for a log that is quiet.
 */
function covers({ stretches, whole }: HostLog, from: number, to: number): boolean {
  let reached = from - MINUTE_MS;
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    if (stretch.from > reached) return false;
    reached = Math.max(reached, stretch.to + MINUTE_MS);
  }
  return whole && reached >= to;
}

function longestOf(requests: readonly Request[]): { longestS?: number } {
  const longest = requests.reduce((most, { durationS }) => Math.max(most, durationS ?? 0), 0);
  return longest > 0 ? { longestS: longest } : {};
}

function worstMinuteOf(minutes: readonly ChartPoint[]): { worstMinute?: ChartPoint } {
  const worst = minutes.toSorted((a, b) => b.value - a.value)[0];
  return worst && worst.value > 0 ? { worstMinute: worst } : {};
}

function worstOf(failures: readonly Request[]): Impact["worst"] {
  const counts = [...Map.groupBy(failures, ({ endpoint }) => endpoint)].map(([endpoint, some]) => ({ endpoint, failed: some.length }));
  return counts.toSorted((a, b) => b.failed - a.failed || a.endpoint.localeCompare(b.endpoint, "en")).slice(0, 3);
}

/**
 * A minute without any request is no zero: nobody knows whether one would have failed. The last minute is left out where the logs end within it: its
 * requests are not logged yet.
 */
function perMinuteOf(requests: readonly Request[], logs: readonly HostLog[]): ChartPoint[] {
  const end = Math.max(...logs.flatMap(({ stretches }) => stretches.map(({ to }) => to)));
  const minutes = Map.groupBy(requests, ({ startMs }) => Math.floor(startMs / MINUTE_MS) * MINUTE_MS);
  const counted = [...minutes].filter(([at]) => at + MINUTE_MS <= end);
  return counted.map(([at, some]) => ({ at, value: some.filter(isFailure).length })).toSorted((a, b) => a.at - b.at);
}
