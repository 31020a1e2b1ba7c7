import { expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { diagnosisOf } from "../../src/diagnosis/diagnosis.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import { readCase } from "../../src/evidence/read-case.ts";
import { diskQueueChart } from "../../src/report/disk-queue-chart.ts";

const { library, parsers } = await openLibrary();
const { raw } = await readCase("lab/cases/lightsail-disk-queue");
const chartOf = (given: RawEvidence) =>
  diskQueueChart(diagnosisOf("prod", given, library.runbooks.get("web-errors")!, library, parsers).evidence);
const QUEUE = "lightsail-database.DiskQueueDepth";

function queueOf(points: [minutesAgo: number, value: number][]): RawEvidence {
  const metricData = points.map(([ago, average]) => ({
    timestamp: new Date(raw.at.getTime() - ago * 60_000).toISOString(),
    average,
    unit: "Count",
  }));
  return { ...raw, metrics: { kind: "series", texts: new Map([[QUEUE, JSON.stringify({ metricName: "DiskQueueDepth", metricData })]]) } };
}

test("the founding incident's chart shows the queue before it rose, has at most 20 steps, and marks the first 502", () => {
  const chart = chartOf(raw)!;
  expect(chart.steps.length).toBeGreaterThan(10);
  expect(chart.steps.length).toBeLessThanOrEqual(20);
  expect(chart.steps[0]!.value).toBeLessThan(2);
  expect(chart.steps.at(-1)!.value).toBeGreaterThan(20);
  expect(chart.failing).toMatchObject({ status: "502" });
  const step = chart.steps[chart.failing!.nth]!;
  expect(step.at).toBeLessThanOrEqual(chart.failing!.at);
  expect(chart.steps[chart.failing!.nth + 1]!.at).toBeGreaterThan(chart.failing!.at);
});

test("there is no chart where the queue was not measured, or at less than three times", () => {
  expect(chartOf({ ...raw, metrics: { kind: "series", texts: new Map() } })).toBeUndefined();
  expect(chartOf(queueOf([]))).toBeUndefined();
  expect(
    chartOf(
      queueOf([
        [2, 30],
        [1, 31],
      ]),
    ),
  ).toBeUndefined();
});

test("steps are whole minutes, in order, and gaps stay gaps", () => {
  const chart = chartOf(
    queueOf([
      [50, 0.5],
      [49, 0.5],
      [3, 30],
      [2, 30],
      [1, 30],
    ]),
  )!;
  const times = chart.steps.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(chart.steps.length).toBeLessThan(6);
});
