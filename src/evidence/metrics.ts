import type { Facts, FactSpec, FactSpecs, FactValue, Unit } from "../runbook/facts.ts";
import { addedUp, meanOf, peakOf, plateauOf, pointsUntil, stretchOf, sustainedRiseAt, type Stretch } from "./metric-levels.ts";
import { lowestOf } from "./parse/text/figures.ts";
import { readSeries, type Series } from "./parse/database/metric-series.ts";
import { toldFacts } from "./parse/text/told-facts.ts";
import type { Reading } from "./parser.ts";

/** Where a metric may come from; of several the first with a fresh series is read. */
const DATABASE = ["rds", "lightsail-database"];
const HOST = ["lightsail-instance", "ec2"];

/** What is told of a metric: its mean in the incident (and its peak, its baseline), or, for something that fills or drains, its newest value. */
type Quantity = { fact: string; metric: string; from: readonly string[]; unit?: Unit; tell: readonly Told[]; what: string };
type Told = "mean" | "peak" | "baseline" | "newest" | "lowest";

const LEVEL: readonly Told[] = ["mean", "peak", "baseline"];

const QUANTITIES: readonly Quantity[] = [
  { fact: "diskQueue", metric: "DiskQueueDepth", from: DATABASE, tell: LEVEL, what: "requests waiting for the database's disk" },
  { fact: "dbCpu", metric: "CPUUtilization", from: DATABASE, unit: "%", tell: LEVEL, what: "the database's CPU" },
  { fact: "dbConnections", metric: "DatabaseConnections", from: DATABASE, tell: LEVEL, what: "connections to the database" },
  { fact: "readIops", metric: "ReadIOPS", from: DATABASE, unit: "per-second", tell: LEVEL, what: "reads of the database's disk" },
  { fact: "writeIops", metric: "WriteIOPS", from: DATABASE, unit: "per-second", tell: LEVEL, what: "writes to the database's disk" },
  { fact: "readLatencyMs", metric: "ReadLatency", from: DATABASE, unit: "ms", tell: LEVEL, what: "the time of one read" },
  { fact: "writeLatencyMs", metric: "WriteLatency", from: DATABASE, unit: "ms", tell: LEVEL, what: "the time of one write" },
  {
    fact: "writeThroughputBytes",
    metric: "WriteThroughput",
    from: DATABASE,
    unit: "bytes",
    tell: LEVEL,
    what: "bytes written to disk a second",
  },
  {
    fact: "replicaLagS",
    metric: "ReplicaLag",
    from: DATABASE,
    unit: "s",
    tell: [...LEVEL, "newest"],
    what: "how far the replica is behind",
  },
  { fact: "dbLoad", metric: "DBLoad", from: DATABASE, tell: LEVEL, what: "sessions that are active on average" },
  {
    fact: "burstBalance",
    metric: "BurstBalance",
    from: DATABASE,
    unit: "%",
    tell: ["newest"],
    what: "what is left of the disk's I/O credit",
  },
  {
    fact: "ebsIoBalance",
    metric: "EBSIOBalance%",
    from: DATABASE,
    unit: "%",
    tell: ["newest"],
    what: "what is left of the instance's I/O credit",
  },
  {
    fact: "ebsByteBalance",
    metric: "EBSByteBalance%",
    from: DATABASE,
    unit: "%",
    tell: ["newest"],
    what: "what is left of the instance's throughput credit",
  },
  {
    fact: "freeStorageBytes",
    metric: "FreeStorageSpace",
    from: DATABASE,
    unit: "bytes",
    tell: ["newest", "lowest", "baseline"],
    what: "free space on the database's disk",
  },
  {
    fact: "freeableMemoryBytes",
    metric: "FreeableMemory",
    from: DATABASE,
    unit: "bytes",
    tell: ["newest", "baseline"],
    what: "memory that the database's host could free",
  },
  { fact: "hostCpu", metric: "CPUUtilization", from: HOST, unit: "%", tell: LEVEL, what: "the application host's CPU" },
  { fact: "networkInBytes", metric: "NetworkIn", from: HOST, unit: "bytes", tell: LEVEL, what: "bytes that reach the application host" },
  {
    fact: "hostBurst",
    metric: "BurstCapacityPercentage",
    from: HOST,
    unit: "%",
    tell: ["newest"],
    what: "what is left of the host's CPU credit",
  },
];

/** From here on a disk queue is a rise: four times its baseline and no less than 5 requests. */
const RISE = { timesBaseline: 4, least: 5 };
/** Ordinary traffic stays below this many times its baseline. */
const FLOOD = 4;
const HOUR_MS = 3_600_000;
/** The newest points that stand for "now": an incident that grows is worse than its own mean. */
const NOW_POINTS = 3;

const WORDS: Readonly<Record<Told, string>> = {
  mean: "the mean in the incident",
  peak: "the highest in the incident",
  baseline: "the middle of what was usual before the incident",
  newest: "the newest value",
  lowest: "the lowest in the incident",
};

/** The facts that metrics tell, in one namespace. A metric without a series, or whose newest point is over 15 minutes old, tells none. */
export const metricFacts: FactSpecs = {
  ...Object.fromEntries(QUANTITIES.flatMap((quantity) => quantity.tell.map((told) => [factName(quantity, told), specOf(quantity, told)]))),
  diskQueueNow: { kind: "number", doc: "Requests waiting for the database's disk: the mean of the incident's newest three points." },
  diskQueueHourMean: { kind: "number", doc: "Requests waiting for the database's disk: the mean of the last hour." },
  diskQueueStaleS: {
    kind: "number",
    unit: "s",
    doc: "How old the newest point of the disk queue is, also where it is too old to tell more.",
  },
  diskQueueRoseAtMs: { kind: "time", doc: "When the disk queue went above four times its baseline (and 5) for good." },
  latencyTold: { kind: "flag", doc: "The metrics tell how long a read or a write takes (Lightsail's do not)." },
  networkFlood: { kind: "flag", doc: "Four times the usual bytes or more reach the host; not so where no metric tells." },
  iopsPinned: {
    kind: "flag",
    doc: "Reads and writes together keep within 10 % of one level, three times the baseline or more, for four points or more.",
  },
  iopsPlateau: { kind: "number", unit: "per-second", doc: "That level." },
};

/** What a set of metric files says: facts, the files that are no whole series, and every series that was read, named as its file. */
export type MetricsRead = { facts: Facts; unreadable: string[]; series: Series[] };

/** Reads series by name, `<source>.<Metric>` (an ending `.json` is taken off), each as its API returned it. */
export function readMetrics(files: ReadonlyMap<string, string>, reading: Reading): MetricsRead {
  const unreadable: string[] = [];
  const byName = new Map<string, Series>();
  for (const [file, text] of files) {
    const name = file.replace(/\.json$/, "");
    const series = readSeries(text);
    if (series) byName.set(name, { ...series, name });
    else unreadable.push(name);
  }
  const told = Object.assign({}, ...QUANTITIES.map((quantity) => toldOf(quantity, byName, reading))) as Record<
    string,
    FactValue | undefined
  >;
  const facts = toldFacts({ ...told, ...flagsTold(told), ...diskQueueTold(byName, reading), ...iopsTold(byName, reading) });
  return { facts, unreadable, series: [...byName.values()] };
}

/** What the disk's queue is read in the light of; conditions need to know of a metric that it is missing. */
function flagsTold(told: Readonly<Record<string, FactValue | undefined>>): Record<string, FactValue | undefined> {
  if (told["diskQueue"] === undefined) return {};
  return {
    latencyTold: told["readLatencyMs"] !== undefined || told["writeLatencyMs"] !== undefined,
    networkFlood: Number(told["networkInPeakBytes"]) >= FLOOD * Number(told["networkInBaselineBytes"]),
  };
}

function toldOf(quantity: Quantity, byName: ReadonlyMap<string, Series>, reading: Reading): Record<string, number | undefined> {
  const found = freshOf(quantity, byName, reading);
  if (!found) return {};
  const { stretch, series } = found;
  const scale = quantity.unit === "ms" && series.unit !== "Milliseconds" ? 1_000 : 1;
  const values: Record<Told, number | undefined> = {
    mean: meanOf(stretch.filled),
    peak: peakOf(stretch.incident),
    baseline: stretch.baseline,
    newest: stretch.newest.value,
    lowest: lowestOf(stretch.incident.map(({ value }) => value)),
  };
  return Object.fromEntries(quantity.tell.map((told) => [factName(quantity, told), scaled(values[told], scale)]));
}

function freshOf(
  quantity: Pick<Quantity, "metric" | "from">,
  byName: ReadonlyMap<string, Series>,
  reading: Reading,
): { series: Series; stretch: Stretch } | undefined {
  for (const source of quantity.from) {
    const series = byName.get(`${source}.${quantity.metric}`);
    const stretch = series && stretchOf(series, reading);
    if (stretch) return { series, stretch };
  }
  return undefined;
}

function diskQueueTold(byName: ReadonlyMap<string, Series>, reading: Reading): Record<string, number | undefined> {
  const queue = { metric: "DiskQueueDepth", from: DATABASE };
  const known = DATABASE.map((source) => byName.get(`${source}.${queue.metric}`)).filter((series) => series !== undefined);
  const ages = known
    .flatMap((series) => pointsUntil(series, reading.at).at(-1)?.at ?? [])
    .map((at) => Math.max(0, reading.at.getTime() - at) / 1000);
  const diskQueueStaleS = lowestOf(ages);
  const found = freshOf(queue, byName, reading);
  if (!found) return { diskQueueStaleS };
  const points = pointsUntil(found.series, reading.at);
  const { baseline, incident, filled } = found.stretch;
  const threshold = baseline === undefined ? undefined : Math.max(baseline * RISE.timesBaseline, RISE.least);
  return {
    diskQueueStaleS,
    diskQueueNow: incident.length === 0 ? undefined : meanOf(filled.slice(-NOW_POINTS)),
    diskQueueHourMean: meanOf(points.filter(({ at }) => at > reading.at.getTime() - HOUR_MS)),
    diskQueueRoseAtMs: threshold === undefined ? undefined : sustainedRiseAt(points, threshold),
  };
}

function iopsTold(byName: ReadonlyMap<string, Series>, reading: Reading): Record<string, FactValue | undefined> {
  const [reads, writes] = ["ReadIOPS", "WriteIOPS"].map((metric) => freshOf({ metric, from: DATABASE }, byName, reading)?.series);
  const both = addedUp(reads, writes);
  const stretch = both && stretchOf(both, reading);
  const plateau = stretch && plateauOf(stretch);
  return { iopsPinned: plateau === undefined ? undefined : plateau !== false, iopsPlateau: plateau === false ? undefined : plateau };
}

/** `diskQueue`, `diskQueuePeak`, `diskQueueBaseline`, `readLatencyBaselineMs`: the unit stays at the end; the first of `tell` needs no word. */
function factName({ fact, tell }: Quantity, told: Told): string {
  if (told === tell[0]) return fact;
  const unit = /(?:Ms|Bytes|S)$/.exec(fact)?.[0] ?? "";
  return `${fact.slice(0, fact.length - unit.length)}${told[0]?.toUpperCase()}${told.slice(1)}${unit}`;
}

function specOf({ what, unit }: Quantity, told: Told): FactSpec {
  return { kind: "number", ...(unit === undefined ? {} : { unit }), doc: `${what[0]?.toUpperCase()}${what.slice(1)}: ${WORDS[told]}.` };
}

function scaled(value: number | undefined, scale: number): number | undefined {
  return value === undefined ? undefined : value * scale;
}
