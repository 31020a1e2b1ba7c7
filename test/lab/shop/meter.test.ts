import { expect, it } from "vitest";
import { newMeter } from "../../../lab/shop/meter.ts";

const start = Date.parse("2026-03-01T10:00:00Z");
const asked = {
  namespace: "lightsail-database",
  name: "DiskQueueDepth",
  periodS: 60,
  from: new Date(start),
  to: new Date(start + 600_000),
};

it("keeps one point a minute with what CloudWatch tells of it", () => {
  const meter = newMeter();
  meter.add("DiskQueueDepth", start + 1_000, 1, 4);
  meter.add("DiskQueueDepth", start + 31_000, 3);
  meter.add("DiskQueueDepth", start + 61_000, 10);
  expect(meter.points(asked)).toEqual([
    { at: start, average: 2, maximum: 4, minimum: 1, sum: 4, sampleCount: 2 },
    { at: start + 60_000, average: 10, maximum: 10, minimum: 10, sum: 10, sampleCount: 1 },
  ]);
});

it("joins minutes to the period that is asked for, and leaves out what is outside the time", () => {
  const meter = newMeter();
  for (let minute = -2; minute < 12; minute++) meter.add("DiskQueueDepth", start + minute * 60_000, minute);
  const points = meter.points({ ...asked, periodS: 300 });
  expect(points.map(({ at, average }) => [at - start, average])).toEqual([
    [0, 2],
    [300_000, 7],
  ]);
});

it("has no points for a metric that the service does not know", () => {
  const meter = newMeter();
  meter.add("ReadIOPS", start, 100);
  expect(meter.points({ ...asked, name: "ReadIOPS" })).toEqual([]);
  expect(meter.points({ ...asked, namespace: "AWS/RDS", name: "ReadIOPS" })).toHaveLength(1);
});

it("tells the mean of the last ten seconds, and nothing of what was never measured", () => {
  const meter = newMeter();
  for (let second = 0; second <= 20; second++) meter.add("DiskQueueDepth", start + second * 1_000, second < 15 ? 1 : 11);
  expect(meter.recent("DiskQueueDepth")).toBe((4 * 1 + 6 * 11) / 10);
  expect(meter.recent("ReadIOPS")).toBeUndefined();
});
