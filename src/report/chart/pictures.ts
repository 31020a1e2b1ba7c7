import { knownFact } from "../../evidence/evidence.ts";
import type { Series } from "../../evidence/parse/database/metric-series.ts";
import { plain, timeOfDay } from "../../words/numbers.ts";
import { provenIn } from "../sections/proof.ts";
import type { Story } from "../story/story.ts";
import { timeUnlessOtherDay } from "../story/when.ts";
import type { ChartPoint, LineChart } from "./line-chart.ts";

/** A chart with its file's name and the section that it stands in. */
export type Picture = { name: string; section: "impact" | "cause"; chart: LineChart };

type Kind = "failed" | "queue" | "cpu" | "connections" | "connect";
type Drawn = { kind: Kind; source: string; unit: string; periodMs: number; points: readonly ChartPoint[]; threshold?: number };

const FILES: Record<Kind, string> = {
  failed: "failed-requests",
  queue: "disk-queue",
  cpu: "db-cpu",
  connections: "db-connections",
  connect: "db-connect",
};
const METRICS = [
  { kind: "queue", metric: "DiskQueueDepth", unit: "" },
  { kind: "cpu", metric: "CPUUtilization", unit: "%" },
  { kind: "connections", metric: "DatabaseConnections", unit: "" },
] as const;
const DATABASES = ["rds", "lightsail-database"];

const MINUTE_MS = 60_000;
/** What is shown before the incident: half as long as it lasted, half an hour at least; a day at most before what led to it. */
const LEAD_MS = 30 * MINUTE_MS;
const MOST_LEAD_MS = 24 * 60 * MINUTE_MS;
/** What is shown after it. */
const TAIL_MS = 15 * MINUTE_MS;
/** Fewer points are no course of time. */
const LEAST_POINTS = 3;
/** Pixels across: of more points the highest of each stretch stands for it, so that no peak is lost. */
const MOST_POINTS = 700;

/** The charts of an incident: what can be drawn of failed requests, of the database's metrics, and of its connects. All have the same axis of time. */
export function picturesOf(story: Story): Picture[] {
  const drawn = [...failedRequests(story), ...databaseMetrics(story), ...connectTimes(story)];
  const range = rangeOf(story, drawn);
  return drawn.flatMap((each) => {
    const points = each.points.filter(({ at }) => at >= range.from && at <= range.to);
    if (points.length < LEAST_POINTS) return [];
    const name = `incident-${story.record.incident.id}-${FILES[each.kind]}`;
    const section = each.kind === "failed" ? "impact" : "cause";
    return [{ name, section, chart: chartOf({ ...each, points: thinned(points) }, range, story) } as const];
  });
}

function failedRequests({ impact, words }: Story): Drawn[] {
  if (!impact || impact.failed === 0) return [];
  return [{ kind: "failed", source: words.report.charts.logs, unit: "", periodMs: MINUTE_MS, points: impact.perMinute }];
}

function databaseMetrics(story: Story): Drawn[] {
  return METRICS.flatMap(({ kind, metric, unit }) => {
    const series = DATABASES.map((source) => putTogether(`${source}.${metric}`, story)).find(({ points }) => points.length > 0);
    const threshold = thresholdOf(metric, story);
    return series ? [{ kind, unit, ...series, ...(threshold === undefined ? {} : { threshold }) }] : [];
  });
}

/** A series as all looks brought it; where they differ, the latest look knows best. */
function putTogether(name: string, { looks }: Story): { source: string; periodMs: number; points: ChartPoint[] } {
  const found = looks.flatMap(({ diagnosis }) => diagnosis.evidence.series.find((series: Series) => series.name === name) ?? []);
  const points = new Map(found.flatMap((series) => series.points.map(({ at, value }) => [at, { at, value }])));
  const periodMs = Math.max(MINUTE_MS, ...found.map((series) => series.periodMs));
  return { source: name, periodMs, points: [...points.values()].toSorted((a, b) => a.at - b.at) };
}

/** The lowest threshold of the incident's alarms that watch this metric of the database, and nothing else. */
function thresholdOf(metric: string, { record }: Story): number | undefined {
  const thresholds = record.alarms
    .filter(({ watches }) => watches.length === 1 && watches[0]?.endsWith(`/${metric}`) && !/EC2|instance/i.test(watches[0]))
    .flatMap(({ threshold }) => threshold ?? []);
  return thresholds.length === 0 ? undefined : Math.min(...thresholds);
}

/** The median connect of each look, of the slowest host. */
function connectTimes({ looks, words }: Story): Drawn[] {
  const points = looks.flatMap(({ raw, diagnosis: { evidence } }) => {
    const medians = [...evidence.hosts.keys()].map((host) => knownFact(evidence, host, "dbConnect.medianMs")?.value);
    const known = medians.filter((value) => typeof value === "number");
    return known.length === 0 ? [] : [{ at: raw.at.getTime(), value: Math.max(...known) }];
  });
  const unit = points.some(({ value }) => value >= 2000) ? "s" : "ms";
  const scaled = points.map(({ at, value }) => ({ at, value: unit === "s" ? value / 1000 : value }));
  return [{ kind: "connect", source: words.report.charts.probe, unit: ` ${unit}`, periodMs: 60 * MINUTE_MS, points: scaled }];
}

type Range = { from: number; to: number; until: number };

function rangeOf({ span, looks }: Story, drawn: readonly Drawn[]): Range {
  const newest = Math.max(...drawn.flatMap(({ points }) => points.at(-1)?.at ?? []), ...looks.map(({ raw }) => raw.at.getTime()));
  const until = span.open && Number.isFinite(newest) ? Math.min(newest, span.until.getTime()) : span.until.getTime();
  const began = span.beganAt.getTime();
  const rose = span.roseAt === undefined ? began : Math.max(span.roseAt.getTime(), began - MOST_LEAD_MS);
  const first = Math.min(began, rose);
  const last = Number.isFinite(newest) ? newest : until;
  return { from: first - Math.max(LEAD_MS, (until - first) / 2), to: Math.max(until, Math.min(last, until + TAIL_MS)), until };
}

function chartOf(drawn: Drawn, range: Range, story: Story): LineChart {
  const { words, timezone, record, span, impact } = story;
  const { charts } = words.report;
  const title = charts.titles[drawn.kind];
  const began = span.beganAt.getTime();
  const first = impact?.first?.at ?? (span.by === "access-log" ? began : undefined);
  return {
    title,
    subtitle: charts.subtitle(record.incident.environment, drawn.source, timezone),
    alt: altOf(drawn, title, story),
    timezone,
    from: range.from,
    to: range.to,
    points: drawn.points,
    gapMs: Math.max(drawn.periodMs, (range.to - range.from) / MOST_POINTS) * 2.5,
    unit: drawn.unit,
    ...(drawn.threshold === undefined
      ? {}
      : { threshold: { value: drawn.threshold, label: charts.threshold(`${plain(drawn.threshold)}${drawn.unit}`) } }),
    span: { from: began, to: range.until, label: charts.span(range.until - began) },
    ...changeOf(story, range),
    ...(first === undefined ? {} : { mark: { at: first, label: charts.mark(timeOfDay(first, timezone)) } }),
  };
}

/** When the repair that was proven was done, where that is in the picture. */
function changeOf(story: Story, { from, to }: Range): Pick<LineChart, "change"> {
  const at = provenIn(story)?.changedAt;
  if (at === undefined || at < from || at > to) return {};
  return { change: { at, label: story.words.proof.report.change(timeOfDay(at, story.timezone)) } };
}

function altOf({ points, unit }: Drawn, title: string, { span, timezone, words }: Story): string {
  const calm = points.filter(({ at }) => at < Math.min(span.beganAt.getTime(), span.roseAt?.getTime() ?? Infinity));
  const before = calm.length < LEAST_POINTS ? undefined : calm.reduce((sum, { value }) => sum + value, 0) / calm.length;
  const peak = points.reduce((most, point) => (point.value > most.value ? point : most));
  const told = (value: number) => `${plain(value)}${unit}`;
  return words.report.charts.alt(
    title,
    before === undefined ? undefined : told(before),
    told(peak.value),
    timeUnlessOtherDay(peak.at, span.beganAt, timezone),
  );
}

function thinned(points: readonly ChartPoint[]): readonly ChartPoint[] {
  if (points.length <= MOST_POINTS) return points;
  const each = Math.ceil(points.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(points.length / each) }, (_, nth) => points.slice(nth * each, (nth + 1) * each)).map((some) =>
    some.reduce((most, point) => (point.value > most.value ? point : most)),
  );
}
