import type { MetricPoint, MetricQuery } from "../aws/world.ts";

/** What is measured; the names are CloudWatch's and Lightsail's. */
export type Gauge =
  | "DiskQueueDepth"
  | "DatabaseConnections"
  | "DatabaseCPU"
  | "FreeStorageSpace"
  | "NetworkReceiveThroughput"
  | "NetworkTransmitThroughput"
  | "ReadIOPS"
  | "WriteIOPS"
  | "InstanceCPU"
  | "BurstCapacityPercentage"
  | "StatusCheckFailed";

/** Which gauge a metric of a namespace shows; a name that is not here has no points. */
const METRICS: Readonly<Record<string, Readonly<Record<string, Gauge>>>> = {
  "lightsail-database": {
    DiskQueueDepth: "DiskQueueDepth",
    DatabaseConnections: "DatabaseConnections",
    CPUUtilization: "DatabaseCPU",
    FreeStorageSpace: "FreeStorageSpace",
    NetworkReceiveThroughput: "NetworkReceiveThroughput",
    NetworkTransmitThroughput: "NetworkTransmitThroughput",
  },
  "AWS/RDS": {
    DiskQueueDepth: "DiskQueueDepth",
    DatabaseConnections: "DatabaseConnections",
    CPUUtilization: "DatabaseCPU",
    FreeStorageSpace: "FreeStorageSpace",
    ReadIOPS: "ReadIOPS",
    WriteIOPS: "WriteIOPS",
  },
  "lightsail-instance": {
    CPUUtilization: "InstanceCPU",
    BurstCapacityPercentage: "BurstCapacityPercentage",
    StatusCheckFailed: "StatusCheckFailed",
  },
};

const MINUTE_MS = 60_000;

/** Measurements, kept as one point a minute each. */
export type Meter = {
  /** `most` is the highest within the time that a measurement stands for, where that is known apart from its mean. */
  add: (gauge: Gauge, at: number, value: number, most?: number) => void;
  points: (query: Omit<MetricQuery, "dimension">) => MetricPoint[];
  /** The mean of a gauge's last ten seconds of measurements; nothing where there is none. */
  recent: (gauge: Gauge) => number | undefined;
};

const RECENT_MS = 10_000;

/** A meter without any measurement. */
export function newMeter(): Meter {
  const minutes = new Map<Gauge, Map<number, MetricPoint>>();
  const latest = new Map<Gauge, { at: number; value: number }[]>();
  return {
    add: (gauge, at, value, most = value) => {
      const kept = (latest.get(gauge) ?? []).filter((one) => one.at > at - RECENT_MS);
      latest.set(gauge, [...kept, { at, value }]);
      const own = minutes.get(gauge) ?? new Map<number, MetricPoint>();
      minutes.set(gauge, own);
      const start = at - (at % MINUTE_MS);
      own.set(start, joined(start, own.get(start), { at, average: value, maximum: most, minimum: value, sum: value, sampleCount: 1 }));
    },
    points: ({ namespace, name, periodS, from, to }) => {
      const gauge = METRICS[namespace]?.[name];
      const found = new Map<number, MetricPoint>();
      for (const point of (gauge && minutes.get(gauge)?.values()) ?? []) {
        const start = point.at - (point.at % (periodS * 1000));
        if (start < from.getTime() || start >= to.getTime()) continue;
        found.set(start, joined(start, found.get(start), point));
      }
      return [...found.values()].toSorted((a, b) => a.at - b.at);
    },
    recent: (gauge) => {
      const values = latest.get(gauge) ?? [];
      return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0) / values.length;
    },
  };
}

function joined(at: number, a: MetricPoint | undefined, b: MetricPoint): MetricPoint {
  if (!a) return { ...b, at };
  const [sum, sampleCount] = [a.sum + b.sum, a.sampleCount + b.sampleCount];
  return {
    at,
    average: sum / sampleCount,
    maximum: Math.max(a.maximum, b.maximum),
    minimum: Math.min(a.minimum, b.minimum),
    sum,
    sampleCount,
  };
}
