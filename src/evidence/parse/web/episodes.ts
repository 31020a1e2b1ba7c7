import { byEndpointOf, isFailure, isFailing, ordinaryTimes, quantile } from "./failing.ts";
import type { Request } from "./requests.ts";

/** A stretch of failing requests: from the start of the first to the end of the last. */
type Episode = { startMs: number; endMs: number; failing: Request[] };

/** The stretches of failing requests in a log that are more than noise: the one going on at the time of the look, and those that ended. */
export type Episodes = { ongoing?: Episode; past: Episode[] };

/** This much ordinary service ends an episode; half of it one of slow requests only. */
const RECOVERY_MS = 60_000;

/** Rare failures (one a minute, say) need a longer quiet time to count as over: this many times their usual distance, at most 5 minutes. */
const SPACINGS = 3;
const LONGEST_RECOVERY_MS = 5 * 60_000;

/**
 * Finds the episodes. "Now" is the newest line of the log: it may have been read minutes before the look ended. An episode ends with ordinary
 * service; a log that falls silent after failures has not recovered. What is noise: see `isMoreThanNoise`; one or two stray failures shortly
 * before an episode are not its beginning.
 */
export function episodesOf(requests: readonly Request[], at: Date): Episodes {
  const newestMs = requests.reduce((newest, request) => Math.max(newest, request.endMs), 0);
  const nowMs = Math.min(at.getTime(), newestMs);
  const ordinary = ordinaryTimes(requests);
  const sorted = requests.toSorted((a, b) => a.startMs - b.startMs);
  const failing = sorted.filter((request) => isFailing(request, ordinary));
  const fine = sorted.filter((request) => !isFailing(request, ordinary));
  const found = groups(failing, fine)
    .filter((group) => isMoreThanNoise(group, sorted, fine))
    .map((group) => withoutStrays(group));
  const last = found.at(-1);
  if (!last || isRecovery(last, nowMs, fine)) return { past: found };
  return { ongoing: last, past: found.slice(0, -1) };
}

function groups(failing: readonly Request[], fine: readonly Request[]): Episode[] {
  const found: Episode[] = [];
  for (const request of failing) {
    const current = found.at(-1);
    if (!current || isRecovery(current, request.startMs, fine)) {
      found.push({ startMs: request.startMs, endMs: request.endMs, failing: [request] });
      continue;
    }
    current.failing.push(request);
    current.endMs = Math.max(current.endMs, request.endMs);
  }
  return found;
}

/** Whether service was ordinary for long enough between the end of an episode and a later moment. */
function isRecovery(episode: Episode, untilMs: number, fine: readonly Request[]): boolean {
  if (untilMs - episode.endMs < quietMs(episode)) return false;
  let served = 0;
  for (let i = firstFrom(fine, episode.endMs); i < fine.length; i++) {
    const request = fine[i];
    if (!request || request.startMs > untilMs) break;
    if (request.endMs <= untilMs && ++served >= 2) return true;
  }
  return false;
}

function quietMs(episode: Episode): number {
  const count = episode.failing.length;
  if (!episode.failing.some((request) => isFailure(request))) return RECOVERY_MS / 2;
  if (count < 3) return RECOVERY_MS;
  const spacing = ((episode.failing.at(-1)?.startMs ?? 0) - episode.startMs) / (count - 1);
  return Math.min(LONGEST_RECOVERY_MS, Math.max(RECOVERY_MS, SPACINGS * spacing));
}

/**
 * Fewer than three failing requests within 60 s that are also below 5 % of the requests of their time are noise. So are more of them below 2 %,
 * scattered over endpoints that mostly work; and a single one, unless nothing at all was answered while it hung although several were due.
 */
function isMoreThanNoise(group: Episode, all: readonly Request[], fine: readonly Request[]): boolean {
  const { failing } = group;
  if (failing.length === 1) return nothingAnsweredMeanwhile(group, fine);
  const [from, to] = [group.startMs - 15_000, group.endMs + 15_000];
  const around = all.filter((request) => request.startMs >= from && request.startMs <= to);
  if (failing.length >= 0.05 * around.length) return true;
  const close = failing.some((request, index) => (failing[index + 2]?.startMs ?? Infinity) - request.startMs <= 60_000);
  return close && (failing.length >= 0.02 * around.length || someEndpointMostlyFails(failing, around));
}

function someEndpointMostlyFails(failing: readonly Request[], around: readonly Request[]): boolean {
  const asked = byEndpointOf(around);
  return [...byEndpointOf(failing)].some(([endpoint, rows]) => rows.length >= 3 && rows.length * 3 >= (asked.get(endpoint)?.length ?? 0));
}

/** Up to two first failures that ended long (10 s and eight times the usual distance) before the others began are left out. */
function withoutStrays(group: Episode): Episode {
  const starts = group.failing.map((request) => request.startMs);
  for (const strays of [2, 1]) {
    const next = starts.slice(strays, strays + 11);
    const spacings = next.slice(1).map((ms, index) => ms - (next[index] ?? ms));
    const ended = group.failing.slice(0, strays).reduce((last, request) => Math.max(last, request.endMs), 0);
    const gapMs = (starts[strays] ?? 0) - ended;
    if (spacings.length >= 5 && gapMs >= 10_000 && gapMs >= 8 * quantile(spacings, 0.5)) {
      return { ...group, startMs: starts[strays] ?? group.startMs, failing: group.failing.slice(strays) };
    }
  }
  return group;
}

/** The first failure of an outage that began just now: five requests or more were due while it hung, and none was answered. */
function nothingAnsweredMeanwhile(group: Episode, fine: readonly Request[]): boolean {
  const before = fine.filter((request) => request.endMs <= group.startMs);
  const [first, last] = [before[0], before.at(-1)];
  if (!first || !last || before.length < 10 || before.length < fine.length) return false;
  const perMs = before.length / Math.max(1, last.startMs - first.startMs);
  return perMs * (group.endMs - group.startMs) >= 5;
}

function firstFrom(sorted: readonly Request[], fromMs: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.startMs ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
