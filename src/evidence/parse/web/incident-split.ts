import type { Reading } from "../../parser.ts";
import { episodesOf } from "./episodes.ts";
import { isFailure, isFailing, ordinaryTimes } from "./failing.ts";
import { incidentStart } from "./incident-start.ts";
import type { Request } from "./requests.ts";

/**
 * A log cut at the beginning of the incident: the requests that arrived since, the ordinary ones that ended before, and the failures of before.
 * `ongoing` says that the log itself shows an incident that has not ended; `beganMs` is then its start by the log.
 */
export type IncidentSplit = {
  ongoing: boolean;
  beganMs?: number;
  fromMs: number;
  during: Request[];
  ordinary: Request[];
  history: Request[];
};

/**
 * Cuts a log at the window's beginning where the access log or an alarm told it, else where the log itself shows an incident to begin, else at
 * the later of the window's beginning and the end of the last stretch of failures that service recovered from.
 */
export function splitAtIncident(requests: readonly Request[], reading: Pick<Reading, "at" | "window">): IncidentSplit {
  const { at, window } = reading;
  const { past } = episodesOf(requests, at);
  const own = incidentStart(requests, at)?.getTime();
  const told = window.beganAt.getTime();
  const recovered = past.reduce((latest, episode) => Math.max(latest, episode.endMs), Number.NEGATIVE_INFINITY);
  const fromMs = window.basis === "access-log" ? told : (own ?? Math.max(told, recovered));
  const usual = ordinaryTimes(requests);
  const before = requests.filter((request) => request.startMs < fromMs);
  const ordinary = before.filter(
    (request) =>
      request.endMs < fromMs &&
      !isFailing(request, usual) &&
      !past.some((episode) => request.startMs >= episode.startMs && request.startMs <= episode.endMs),
  );
  return {
    ongoing: own !== undefined,
    ...(own !== undefined && { beganMs: own }),
    fromMs,
    during: requests.filter((request) => request.startMs >= fromMs),
    ordinary,
    history: before.filter(isFailure),
  };
}
