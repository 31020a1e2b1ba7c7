import { episodesOf } from "./episodes.ts";
import type { Request } from "./requests.ts";
import { slowdownStartMs } from "./slowdown.ts";

/**
 * When the incident that is going on at `at` began, by the access log: the start (its end less its duration) of the first failing request after
 * the last 60 s of ordinary service, or of the first slow request of a slow-down that still lasts. Where the log is younger than 60 s before the
 * first failure it is that failure. `undefined` where the newest service is ordinary: what failed before is history, and slow pages that were
 * always slow are everyday life.
 */
export function incidentStart(requests: readonly Request[], at: Date): Date | undefined {
  const startMs = episodesOf(requests, at).ongoing?.startMs ?? slowdownStartMs(requests);
  return startMs === undefined ? undefined : new Date(startMs);
}

/** When the newest incident that is over ended, by the access log; what was logged until then belongs to it. */
export function earlierIncidentEnd(requests: readonly Request[], at: Date): Date | undefined {
  const endMs = episodesOf(requests, at).past.at(-1)?.endMs;
  return endMs === undefined ? undefined : new Date(endMs);
}
