import { readRequests, type Request } from "../../evidence/parse/web/requests.ts";
import type { Looked } from "../story/looked.ts";

/** What is known of one host's access log: every request once, the stretches of time (ms) that are held, and whether all of their lines could be read. */
export type HostLog = { host: string; requests: readonly Request[]; stretches: readonly { from: number; to: number }[]; whole: boolean };

/** A log that was not cut reaches back this far: the step takes the one before it where it was rotated within the hour (`steps.yml`, caddy-access). */
const REACH_MS = 60 * 60_000;

/** The access logs of several looks, put together host by host; a host without a readable one is left out. */
export function accessLogsOf(looks: readonly Looked[]): HostLog[] {
  const hosts = new Map<string, HostLog>();
  for (const { raw } of looks)
    for (const [host, results] of raw.hosts) {
      const result = results.get("caddy-access");
      const log = result?.kind === "output" ? readRequests(result.text, raw) : undefined;
      if (result?.kind !== "output" || !log) continue;
      const oldest = log.requests.reduce((least, { endMs }) => Math.min(least, endMs), Infinity);
      const from = result.whole ? Math.min(oldest, raw.at.getTime() - REACH_MS) : oldest;
      const newest = log.requests.reduce((most, { endMs }) => Math.max(most, endMs), 0);
      // What a whole log does not tell until the look did not happen.
      const ended = (result.whole || result.lostOldest === true) && !log.lastLineCut;
      const known = hosts.get(host);
      hosts.set(host, {
        host,
        requests: known ? together(known.requests, log.requests) : log.requests,
        stretches: [...(known?.stretches ?? []), { from, to: ended ? Math.max(newest, raw.at.getTime()) : newest }],
        whole: (known?.whole ?? true) && log.unreadable === 0,
      });
    }
  return [...hosts.values()];
}

/** The requests of two looks at the same log; alike lines of one log are so many requests, the same line in two looks is one. */
function together(before: readonly Request[], later: readonly Request[]): Request[] {
  const known = new Map<string, number>();
  for (const request of before) known.set(keyOf(request), (known.get(keyOf(request)) ?? 0) + 1);
  const fresh = later.filter((request) => {
    const left = known.get(keyOf(request)) ?? 0;
    known.set(keyOf(request), left - 1);
    return left <= 0;
  });
  return [...before, ...fresh];
}

function keyOf({ endMs, status, method, uri, client, durationS }: Request): string {
  return `${endMs} ${status} ${method} ${client} ${durationS} ${uri}`;
}
