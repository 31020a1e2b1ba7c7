import { describe, expect, it } from "vitest";
import { metricFacts, readMetrics } from "../../src/evidence/metrics.ts";
import { AT, incidentReading } from "./incident-reading.ts";

/** One value a minute; the last stands for the minute that begins at the look. */
const seriesOf = (values: readonly number[], unit = "Count", newest = AT) =>
  JSON.stringify({
    Label: "M",
    Datapoints: values.map((value, at) => ({
      Timestamp: new Date(newest.getTime() - (values.length - 1 - at) * 60_000),
      Average: value,
      Unit: unit,
    })),
  });
const flat = (count: number, value: number) => Array.from({ length: count }, () => value);
const read = (files: Record<string, string>) => readMetrics(new Map(Object.entries(files)), incidentReading);
const factsOf = (files: Record<string, string>) => read(files).facts;

describe("the level of a metric in the incident", () => {
  it("is told beside its peak and what was usual before", () => {
    const { facts, series } = read({ "rds.DiskQueueDepth.json": seriesOf([...flat(50, 0.5), ...flat(11, 30)]) });
    expect(facts).toMatchObject({ diskQueue: 30, diskQueuePeak: 30, diskQueueBaseline: 0.5, diskQueueStaleS: 0 });
    expect(facts["diskQueueRoseAtMs"]).toBe(Date.parse("2026-03-01T11:50:00Z"));
    expect(series.map(({ name }) => name)).toEqual(["rds.DiskQueueDepth"]);
  });

  it("comes with whether latency is measured and whether the host is flooded, for conditions on metrics that may be missing", () => {
    const queue = { "rds.DiskQueueDepth": seriesOf(flat(61, 0.5)) };
    expect(factsOf(queue)).toMatchObject({ latencyTold: false, networkFlood: false });
    const more = {
      "rds.ReadLatency": seriesOf(flat(61, 0.001)),
      "lightsail-instance.NetworkIn": seriesOf([...flat(50, 2e6), ...flat(11, 3e7)]),
    };
    expect(factsOf({ ...queue, ...more })).toMatchObject({ latencyTold: true, networkFlood: true });
  });

  it("has no baseline where fewer than ten points end ten minutes before it", () => {
    const facts = factsOf({ "rds.DiskQueueDepth": seriesOf([...flat(20, 0.5), ...flat(10, 30)]) });
    expect(facts["diskQueue"]).toBeCloseTo((0.5 + 10 * 30) / 11);
    expect(facts).not.toHaveProperty("diskQueueBaseline");
    expect(facts).not.toHaveProperty("diskQueueRoseAtMs");
  });

  it("has one sooner where points are finer than a minute", () => {
    const Datapoints = Array.from({ length: 90 }, (_, at) => ({
      Timestamp: AT.getTime() / 1000 - (89 - at) * 10,
      Average: at < 29 ? 1 : 40,
    }));
    expect(factsOf({ "rds.DiskQueueDepth": JSON.stringify({ Label: "M", Datapoints }) })).toMatchObject({
      diskQueue: 40,
      diskQueueBaseline: 1,
    });
  });

  it("does not fall for a newest minute that is only partly filled", () => {
    expect(factsOf({ "rds.DiskQueueDepth": seriesOf([...flat(50, 0.5), ...flat(10, 30), 1]) })).toMatchObject({ diskQueue: 30 });
  });

  it("does not take one dip for the end of a rise, but the end for an end", () => {
    const dip = factsOf({ "rds.DiskQueueDepth": seriesOf([...flat(50, 0.5), 30, 30, 1, ...flat(8, 30)]) });
    expect(dip["diskQueueRoseAtMs"]).toBe(Date.parse("2026-03-01T11:50:00Z"));
    expect(factsOf({ "rds.DiskQueueDepth": seriesOf([...flat(50, 0.5), ...flat(7, 30), ...flat(4, 0.5)]) })).not.toHaveProperty(
      "diskQueueRoseAtMs",
    );
  });

  it("leaves out points from after the look", () => {
    expect(
      factsOf({ "rds.DiskQueueDepth": seriesOf([...flat(50, 0.5), ...flat(20, 30)], "Count", new Date(AT.getTime() + 40 * 60_000)) }),
    ).toMatchObject({
      diskQueue: 0.5,
    });
  });

  it("is milliseconds for latencies, which the API tells in seconds", () => {
    expect(factsOf({ "rds.ReadLatency": seriesOf(flat(61, 0.2), "Seconds") })["readLatencyMs"]).toBeCloseTo(200);
    expect(factsOf({ "rds.ReadLatency": seriesOf(flat(61, 200), "Milliseconds") })["readLatencyMs"]).toBeCloseTo(200);
  });

  it("is the newest value for what fills or drains", () => {
    const facts = factsOf({
      "rds.FreeStorageSpace": seriesOf([...flat(58, 900), 300, 5, 400]),
      "rds.BurstBalance": seriesOf([...flat(60, 50), 0.3]),
    });
    expect(facts).toMatchObject({ freeStorageBytes: 400, freeStorageLowestBytes: 5, freeStorageBaselineBytes: 900, burstBalance: 0.3 });
  });

  it("keeps the host's CPU apart from the database's", () => {
    const files = {
      "lightsail-instance.CPUUtilization": seriesOf(flat(61, 90)),
      "lightsail-database.CPUUtilization": seriesOf(flat(61, 10)),
    };
    expect(factsOf(files)).toMatchObject({ hostCpu: 90, dbCpu: 10 });
  });
});

describe("I/O against a ceiling", () => {
  const before = Array.from({ length: 50 }, (_, at) => 10 + (at % 5));
  const wobble = [300, 305, 298, 302, 310, 296, 301, 300, 304, 299, 303];

  it("is pinned where reads and writes together keep one level far above the usual", () => {
    const facts = factsOf({ "rds.ReadIOPS": seriesOf([...before, ...wobble]), "rds.WriteIOPS": seriesOf([...before, ...flat(11, 4)]) });
    expect(facts).toMatchObject({ iopsPinned: true, iopsPlateau: 305 });
  });

  it("is not where it swings, or is no higher than usual", () => {
    expect(factsOf({ "rds.ReadIOPS": seriesOf([...before, ...wobble.map((value, at) => (at % 2 ? value : value * 2))]) })).toMatchObject({
      iopsPinned: false,
    });
    expect(factsOf({ "rds.ReadIOPS": seriesOf([...before, ...flat(11, 12)]) })).toMatchObject({ iopsPinned: false });
  });

  it("cannot be told without a baseline", () => expect(factsOf({ "rds.ReadIOPS": seriesOf(wobble) })).not.toHaveProperty("iopsPinned"));
});

describe("what cannot be told", () => {
  it("a series that ended long before the look tells its age and nothing else", () => {
    expect(factsOf({ "rds.DiskQueueDepth": seriesOf(flat(61, 30), "Count", new Date(AT.getTime() - 20 * 60_000)) })).toEqual({
      diskQueueStaleS: 1200,
    });
  });

  it("another source stands in where the first is stale", () => {
    const stale = seriesOf(flat(61, 99), "Count", new Date(AT.getTime() - 20 * 60_000));
    expect(factsOf({ "rds.DatabaseConnections": stale, "lightsail-database.DatabaseConnections": seriesOf(flat(61, 7)) })).toMatchObject({
      dbConnections: 7,
    });
  });

  it("a file that was cut is named, and none of it is used", () => {
    const found = read({ "rds.DiskQueueDepth.json": seriesOf(flat(61, 30)).slice(0, -5), "rds.CPUUtilization.json": seriesOf([]) });
    expect(found).toMatchObject({ facts: {}, unreadable: ["rds.DiskQueueDepth"] });
  });

  it("every fact told is declared", () => {
    const names = ["DiskQueueDepth", "ReadIOPS", "WriteIOPS", "ReadLatency", "FreeStorageSpace", "ReplicaLag", "EBSIOBalance%"];
    const facts = factsOf(Object.fromEntries(names.map((name) => [`rds.${name}`, seriesOf([...flat(50, 1), ...flat(11, 50)])])));
    expect(Object.keys(facts).length).toBeGreaterThan(20);
    expect(Object.keys(facts).filter((name) => !(name in metricFacts))).toEqual([]);
  });
});
