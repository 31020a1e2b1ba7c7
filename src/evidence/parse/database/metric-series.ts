import { medianOf } from "../text/figures.ts";

/** One datapoint: it covers the period that begins at `at`. `value` is the average, `peak` the maximum where the API was asked for it. */
export type Point = { at: number; value: number; peak: number };

/** One metric as an API returned it: its points in order of time, its unit where told, and the period that its points are apart. */
export type Series = { name: string; unit?: string; periodMs: number; points: readonly Point[] };

/** The finest period of the AWS metrics used here, and that of a series with a single point. */
const MINUTE_MS = 60_000;

type Said = Readonly<Record<string, unknown>>;

/**
 * A series as JSON in one of three shapes: Lightsail's (`metricName`, `metricData`), CloudWatch statistics' (`Label`, `Datapoints`, in no
 * order) or GetMetricData's (`Timestamps` and `Values`, alone or in `MetricDataResults`; of several results the first with points).
 * Times are ISO 8601 or epoch seconds or milliseconds. `undefined` for anything else, malformed or cut: half a series is none.
 */
export function readSeries(text: string): Series | undefined {
  const said = objectIn(text);
  if (!said) return undefined;
  const results = field(said, "metricdataresults");
  if (Array.isArray(results)) {
    const series = results.flatMap((result) => seriesOf(result) ?? []);
    return series.find(({ points }) => points.length > 0) ?? series[0];
  }
  return seriesOf(said);
}

function seriesOf(said: unknown): Series | undefined {
  if (!isSaid(said)) return undefined;
  const rows = field(said, "metricdata") ?? field(said, "datapoints");
  const points = Array.isArray(rows) ? rows.map(pointOf) : columnsOf(said);
  if (!points) return undefined;
  const name = [field(said, "metricname"), field(said, "label"), field(said, "id")].find((text) => typeof text === "string");
  const unit = Array.isArray(rows)
    ? rows.map((row) => (isSaid(row) ? field(row, "unit") : undefined)).find((text) => typeof text === "string")
    : undefined;
  const sorted = points.filter((point) => point !== undefined).toSorted((a, b) => a.at - b.at);
  return { name: String(name ?? ""), ...(unit === undefined ? {} : { unit: String(unit) }), periodMs: periodOf(sorted), points: sorted };
}

function pointOf(row: unknown): Point | undefined {
  if (!isSaid(row)) return undefined;
  const number = (name: string): number | undefined => numberOf(field(row, name));
  const sum = number("sum");
  const samples = number("samplecount");
  const mean = sum === undefined ? undefined : samples ? sum / samples : sum;
  const at = instantOf(field(row, "timestamp"));
  const value = number("average") ?? mean ?? number("maximum") ?? number("minimum");
  return at === undefined || value === undefined ? undefined : { at, value, peak: Math.max(value, number("maximum") ?? value) };
}

function columnsOf(said: Said): (Point | undefined)[] | undefined {
  const times = field(said, "timestamps");
  const values = field(said, "values");
  if (!Array.isArray(times) || !Array.isArray(values)) return undefined;
  return times.map((time, nth) => {
    const at = instantOf(time);
    const value = numberOf(values[nth]);
    return at === undefined || value === undefined ? undefined : { at, value, peak: value };
  });
}

/** The usual distance of two points; a gap here and there does not matter. */
function periodOf(points: readonly Point[]): number {
  const gaps = points.slice(1).map((point, nth) => point.at - (points[nth]?.at ?? point.at));
  return medianOf(gaps.filter((gap) => gap > 0)) ?? MINUTE_MS;
}

function instantOf(time: unknown): number | undefined {
  const number = numberOf(time);
  if (number !== undefined) return number < 1e11 ? number * 1000 : number;
  if (typeof time !== "string") return undefined;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function objectIn(text: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSaid(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field by its name in lower case: the APIs differ in the first letter only. */
function field(said: Said, name: string): unknown {
  const key = Object.keys(said).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : said[key];
}
