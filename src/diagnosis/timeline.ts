import type { Evidence } from "../evidence/evidence.ts";
import type { Moment } from "../evidence/finding.ts";
import { inWindow } from "../incident/window.ts";

/** One line of the timeline: `count` moments of one kind on one host, from the first to the last. */
export type TimelineEntry = {
  host: string;
  what: Moment["what"];
  count: number;
  firstAt: number;
  lastAt: number;
  text: string;
  /** How long the first of them, a request, had taken. */
  afterMs?: number;
  history: boolean;
};

/** What the logs say happened, oldest first: moments of one kind on one host are one line; what ended before the window is history. */
export function timelineOf(evidence: Evidence): TimelineEntry[] {
  const entries = new Map<string, TimelineEntry>();
  for (const [host, findings] of evidence.hosts) {
    const seen = new Set<string>();
    for (const finding of findings.values()) {
      for (const moment of finding.kind === "facts" ? (finding.moments ?? []) : []) {
        // The kernel's log and its journal tell of the same kill.
        const same = `${moment.what} ${Math.round(moment.at / 2000)} ${moment.pid ?? moment.text}`;
        if (seen.has(same)) continue;
        seen.add(same);
        addMoment(entries, host, moment, !inWindow(evidence.window, moment.at));
      }
    }
  }
  return [...entries.values()].toSorted((a, b) => a.firstAt - b.firstAt);
}

function addMoment(entries: Map<string, TimelineEntry>, host: string, moment: Moment, history: boolean): void {
  // Every change is a lead of its own; of the rest, one line a kind is enough.
  const key = `${host} ${moment.what} ${history} ${moment.what === "changed" ? moment.text : ""}`;
  const entry = entries.get(key);
  if (!entry) {
    const after = moment.afterMs === undefined ? {} : { afterMs: moment.afterMs };
    entries.set(key, { host, what: moment.what, count: 1, firstAt: moment.at, lastAt: moment.at, text: moment.text, ...after, history });
    return;
  }
  entry.count++;
  if (moment.at < entry.firstAt) Object.assign(entry, { firstAt: moment.at, text: moment.text, afterMs: moment.afterMs });
  entry.lastAt = Math.max(entry.lastAt, moment.at);
}
