import { expect, test } from "vitest";
import type { MetricPoint, MetricQuery } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { metricsFromCloud, type Sources } from "../../../src/aws/metrics/cloud.ts";
import { readSeries } from "../../../src/evidence/parse/database/metric-series.ts";
import { tellBecause } from "../../../src/words/because.ts";
import { reasonsEn } from "../../../src/words/reasons-en.ts";
import { account, callsOf, meanwhile, type Account } from "../account.ts";

/** A point a minute: the mean says which metric it is of, the maximum is ten times it. */
function pointsOf({ name, from, to }: MetricQuery): MetricPoint[] {
  const average = name.length;
  const points: MetricPoint[] = [];
  for (let at = Math.ceil(from.getTime() / 60_000) * 60_000; at < to.getTime(); at += 60_000)
    points.push({ at, average, maximum: average * 10, minimum: 0, sum: average * 2, sampleCount: 2 });
  return points;
}

const world = {
  lightsailDatabases: [{ name: "shop-db" }],
  lightsailInstances: [{ name: "shop-web" }],
  rdsInstances: [{ DBInstanceIdentifier: "shop" }],
  metrics: pointsOf,
};
const LIGHTSAIL: Sources = { lightsailDatabase: "shop-db", lightsailInstance: "shop-web" };
const RDS: Sources = { rds: "shop", ec2: "i-0123456789abcdef0" };
const SERIES = [
  "lightsail-database.DiskQueueDepth",
  "lightsail-database.FreeStorageSpace",
  "lightsail-instance.CPUUtilization",
  "rds.DiskQueueDepth",
  "rds.ReadLatency",
  "rds.BurstBalance",
  "ec2.CPUUtilization",
];

const read = async ({ access }: Account, sources: Sources) => metricsFromCloud(sources, access)(SERIES, new AbortController().signal);
type Read = Awaited<ReturnType<typeof read>>;
const textsOf = (metrics: Read) => (metrics.kind === "series" ? metrics.texts : new Map<string, string>());
const told = (metrics: Read) =>
  metrics.kind === "series"
    ? Object.fromEntries([...(metrics.unread ?? [])].map(([name, because]) => [name, tellBecause(reasonsEn, because)]))
    : tellBecause(reasonsEn, metrics.because);

test("three hours of what the runbook asks for are read of the sources that are configured, and of no other", async () => {
  const from = await account(world);
  const metrics = await read(from, LIGHTSAIL);
  expect([...textsOf(metrics).keys()]).toEqual(SERIES.filter((name) => name.startsWith("lightsail")));
  expect(told(metrics)).toEqual({});
  const queue = readSeries(textsOf(metrics).get("lightsail-database.DiskQueueDepth") ?? "");
  expect(queue).toMatchObject({ unit: "Count", periodMs: 60_000 });
  expect(queue?.points).toHaveLength(180);
  expect(queue?.points[0]).toMatchObject({ value: 14, peak: 140 });
  // Lightsail keeps most of an instance's metrics by five minutes.
  expect(readSeries(textsOf(metrics).get("lightsail-instance.CPUUtilization") ?? "")).toMatchObject({ periodMs: 300_000 });
  expect(callsOf(from, "GetMetricData")).toEqual([]);
});

test("RDS and EC2 are read in one call, mean and maximum together", async () => {
  const from = await account(world);
  const metrics = await read(from, RDS);
  expect([...textsOf(metrics).keys()]).toEqual(["rds.DiskQueueDepth", "rds.ReadLatency", "rds.BurstBalance", "ec2.CPUUtilization"]);
  expect(callsOf(from, "GetMetricData")).toHaveLength(1);
  const latency = readSeries(textsOf(metrics).get("rds.ReadLatency") ?? "");
  expect(latency).toMatchObject({ name: "ReadLatency", periodMs: 60_000 });
  expect(latency?.points).toHaveLength(180);
  expect(latency?.points.at(-1)).toMatchObject({ value: 11, peak: 110 });
});

test("a series without points is missing, unless only some instances publish it", async () => {
  const from = await account({
    ...world,
    metrics: (query) => (query.name === "ReadLatency" || query.name === "BurstBalance" ? [] : pointsOf(query)),
  });
  const metrics = await read(from, { rds: "shop" });
  expect([...textsOf(metrics).keys()]).toEqual(["rds.DiskQueueDepth"]);
  expect(told(metrics)).toEqual({ "rds.ReadLatency": "no points in this time" });
});

test.each([
  ["GetRelationalDatabaseMetricData", "throttle", "Lightsail throttles our calls, and went on doing so"],
  ["GetRelationalDatabaseMetricData", "access-denied", /^the role lacks lightsail:GetRelationalDatabaseMetricData/],
  ["GetRelationalDatabaseMetricData", "http-500", /^Lightsail refused: /],
] as const)("what Lightsail does not tell (%s, %s) has its reason, and the rest is read", async (operation, kind, words) => {
  const clock = virtualClock(new Date());
  const from = await account(world, { clock });
  from.aws.faults.add({ operation, kind });
  const metrics = await meanwhile(clock, read(from, LIGHTSAIL));
  expect([...textsOf(metrics).keys()]).toEqual(["lightsail-instance.CPUUtilization"]);
  expect(Object.values(told(metrics))).toEqual([expect.stringMatching(words), expect.stringMatching(words)]);
});

test("CloudWatch that throttles, or hangs until the metrics' own limit, is the reason of the whole where nothing else was read", async () => {
  const clock = virtualClock(new Date());
  const throttled = await account(world, { clock });
  throttled.aws.faults.add({ service: "cloudwatch", kind: "throttle" });
  expect(told(await meanwhile(clock, read(throttled, RDS)))).toBe("CloudWatch throttles our calls, and went on doing so");
  const hanging = await account(world, { clock, requestMs: 200 });
  hanging.aws.faults.add({ service: "cloudwatch", kind: "hang" });
  expect(told(await meanwhile(clock, read(hanging, RDS)))).toMatch(/^CloudWatch did not answer within \d+ s$/);
});

test("a database that Lightsail does not have is named", async () => {
  const from = await account(world);
  expect(told(await read(from, { lightsailDatabase: "shop-bd" }))).toBe("there is no Lightsail database shop-bd");
});

test("a stopped look is not one whose metrics are missing", async () => {
  const from = await account(world);
  const reading = metricsFromCloud(LIGHTSAIL, from.access)(SERIES, AbortSignal.abort(new Error("stopped")));
  await expect(reading).rejects.toThrow("stopped");
});
