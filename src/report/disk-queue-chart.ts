import { knownFact, type Evidence } from "../evidence/evidence.ts";
import type { Point } from "../evidence/parse/database/metric-series.ts";

/** One step of the chart: the mean of the averages from `at` on, until the next step. */
type ChartStep = { at: number; value: number };

/**
 * The disk queue over time, in at most 20 steps: from well before the incident to the look. `failing` is the first request that failed: when it
 * had arrived, in which step that falls, and the status that it got. `changed` is when a repair was done, with the queue of before and of after, as far as
 * they are known.
 */
export type DiskQueueChart = {
  steps: readonly ChartStep[];
  failing?: { nth: number; at: number; status: string };
  changed?: { nth: number; at: number; before?: number | undefined; after?: number | undefined };
};

/** Slack draws 20 points a series at most; more say no more on a phone. */
const STEPS = 20;
/** Fewer are no course of time. */
const LEAST_STEPS = 3;
/** What is shown before the queue rose, or the incident began: half as long as it has lasted, half an hour at least. */
const LEAD_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
const SERIES = ["rds.DiskQueueDepth", "lightsail-database.DiskQueueDepth"];

/** The chart of the database's disk queue, or nothing where it was not measured, or at less than three times. Pure. */
export function diskQueueChart(evidence: Evidence): DiskQueueChart | undefined {
  const series = SERIES.map((name) => evidence.series.find((each) => each.name === name)).find((each) => (each?.points.length ?? 0) > 0);
  const until = evidence.at.getTime();
  const began = Math.min(evidence.window.beganAt.getTime(), roseAt(evidence) ?? Infinity);
  const from = began - Math.max(LEAD_MS, (until - began) / 2);
  const steps = queueSteps((series?.points ?? []).filter(({ at }) => at >= from && at <= until + MINUTE_MS));
  if (steps.length < LEAST_STEPS) return undefined;
  const failed = firstFailure(evidence);
  const nth = failed === undefined ? -1 : steps.findLastIndex(({ at }) => at <= failed.at);
  return { steps, ...(failed === undefined || nth < 0 ? {} : { failing: { nth, ...failed } }) };
}

/** Points gathered into at most 20 steps of equal length, in whole minutes; a step without a point is left out. */
export function queueSteps(points: readonly Point[]): ChartStep[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const stepMs = Math.max(1, Math.ceil((last.at - first.at + 1) / STEPS / MINUTE_MS)) * MINUTE_MS;
  const within = Map.groupBy(points, ({ at }) => Math.floor((at - first.at) / stepMs));
  return [...within].map(([nth, some]) => ({ at: first.at + nth * stepMs, value: Number(meanOf(some).toPrecision(4)) }));
}

/** When the queue rose for good, which may be long before anybody felt it. */
function roseAt(evidence: Evidence): number | undefined {
  const [host = ""] = evidence.hosts.keys();
  const at = knownFact(evidence, host, "metrics.diskQueueRoseAtMs")?.value;
  return typeof at === "number" ? at : undefined;
}

/** When the first request of the incident that failed had arrived, and the status that it got; of a client that gave up there is none. */
function firstFailure({ hosts, window }: Evidence): { at: number; status: string } | undefined {
  if (window.basis !== "access-log") return undefined;
  const failed = [...hosts.values()]
    .flatMap((findings) => [...findings.values()])
    .flatMap((finding) => (finding.kind === "facts" ? (finding.moments ?? []) : []))
    .filter(({ what, at }) => what === "request-failed" && at >= window.from.getTime())
    .toSorted((a, b) => a.at - b.at)[0];
  const status = failed && / (\d{3})$/.exec(failed.text)?.[1];
  return failed && status !== undefined ? { at: failed.at, status } : undefined;
}

function meanOf(points: readonly Point[]): number {
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}
