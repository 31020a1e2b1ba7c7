import { mkdirSync, readFileSync, readdirSync, renameSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database.ts";

/** One point of a series in the shape of `GetRelationalDatabaseMetricData`. */
type Point = { average: number; maximum: number; timestamp: string; unit: string };

/** Points are written each 10 s, finer than AWS' minute, so that a baseline of 15 points takes 150 s. */
const PERIOD_S = 10;

const UNITS = {
  CPUUtilization: "Percent",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  FreeStorageSpace: "Bytes",
  ReadIOPS: "Count/Second",
  WriteIOPS: "Count/Second",
} as const;

type Sample = Record<keyof typeof UNITS, number>;

/** The running measurement of the database; `points` counts what has been written so far. */
export type Metrics = { points: () => number; stop: () => void };

/**
 * Measures the database twice a second and writes one point of each series every 10 s to `folder`, as `lightsail-database.<Metric>.json`.
 * The queue depth is the number of server processes that wait for the disk (state D): the throttle holds requests back
 * before the block device counts them. CPU is the control group's share of all cores, reads and writes are the device's own counters.
 */
export function writeMetrics(database: Database, folder: string): Metrics {
  mkdirSync(folder, { recursive: true });
  const series = new Map<string, Point[]>();
  let samples: Sample[] = [];
  let last = countersOf(database);
  const sampling = setInterval(() => {
    const now = countersOf(database);
    samples.push({ ...ratesBetween(last, now), ...processesOf(database), FreeStorageSpace: freeBytes(database) });
    last = now;
  }, 500);
  const writing = setInterval(() => {
    for (const [metric, unit] of Object.entries(UNITS)) {
      const points = series.get(metric) ?? [];
      points.push(
        pointOf(
          samples.map((sample) => sample[metric as keyof Sample]),
          unit,
        ),
      );
      series.set(metric, points);
      const file = join(folder, `lightsail-database.${metric}.json`);
      try {
        writeFileSync(`${file}.new`, `${JSON.stringify({ metricName: metric, metricData: points })}\n`);
        renameSync(`${file}.new`, file);
      } catch {
        // the host's disk is full, as one fault wants it: the next point is written with this one
      }
    }
    samples = [];
  }, PERIOD_S * 1000);
  return {
    points: () => series.get("DiskQueueDepth")?.length ?? 0,
    stop: () => [sampling, writing].forEach(clearInterval),
  };
}

function pointOf(values: readonly number[], unit: string): Point {
  const average = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return { average: round(average), maximum: round(Math.max(0, ...values)), timestamp: new Date().toISOString(), unit };
}

type Counters = { atMs: number; cpuS: number; reads: number; writes: number };

function countersOf({ cgroup, disk }: Database): Counters {
  const [reads = 0, , , , writes = 0] = readFileSync(`/sys/block/${disk.name}/stat`, "utf8").trim().split(/\s+/).map(Number);
  return { atMs: Date.now(), cpuS: cgroup.cpuS(), reads, writes };
}

function ratesBetween(from: Counters, to: Counters): Pick<Sample, "CPUUtilization" | "ReadIOPS" | "WriteIOPS"> {
  const seconds = Math.max(0.001, (to.atMs - from.atMs) / 1000);
  return {
    CPUUtilization: (100 * (to.cpuS - from.cpuS)) / seconds / cores,
    ReadIOPS: (to.reads - from.reads) / seconds,
    WriteIOPS: (to.writes - from.writes) / seconds,
  };
}

const cores = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name)).length;

function processesOf({ cgroup }: Database): Pick<Sample, "DatabaseConnections" | "DiskQueueDepth"> {
  let connections = 0;
  let waiting = 0;
  for (const pid of cgroup.pids()) {
    const [title, state] = [read(`/proc/${pid}/cmdline`), /\) (\w)/.exec(read(`/proc/${pid}/stat`))?.[1]];
    if (/^postgres: \w+ \w+ /.test(title)) connections += 1;
    if (state === "D") waiting += 1;
  }
  return { DatabaseConnections: connections, DiskQueueDepth: waiting };
}

/** A process may be gone between the list and the look: it then counts as nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function freeBytes({ disk }: Database): number {
  const { bavail, bsize } = statfsSync(disk.at);
  return bavail * bsize;
}
