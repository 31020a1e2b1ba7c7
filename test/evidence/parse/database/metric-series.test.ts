import { expect, it } from "vitest";
import { readSeries } from "../../../../src/evidence/parse/database/metric-series.ts";

const [first, second] = ["2026-03-01T11:00:00Z", "2026-03-01T11:05:00Z"];
const points = [
  { at: Date.parse(first), value: 1, peak: 3 },
  { at: Date.parse(second), value: 2, peak: 4 },
];

it.each([
  [
    "Lightsail",
    {
      metricName: "M",
      metricData: [
        { average: 1, maximum: 3, timestamp: "2026-03-01T20:00:00+09:00", unit: "Count" },
        { average: 2, maximum: 4, timestamp: Date.parse(second) / 1000, unit: "Count" },
      ],
    },
  ],
  [
    "CloudWatch statistics in no order",
    {
      Label: "M",
      Datapoints: [
        { Timestamp: second, Average: 2, Maximum: 4, Unit: "Count" },
        { Timestamp: first, Average: 1, Maximum: 3, Unit: "Count" },
      ],
    },
  ],
])("reads %s", (_, said) => {
  expect(readSeries(JSON.stringify(said))).toEqual({ name: "M", unit: "Count", periodMs: 300_000, points });
});

it.each([
  ["alone", { Id: "m1", Label: "M", Timestamps: [second, first], Values: [2, 1] }],
  [
    "in a list of results",
    {
      MetricDataResults: [
        { Label: "empty", Timestamps: [], Values: [] },
        { Label: "M", Timestamps: [second, first], Values: [2, 1] },
      ],
    },
  ],
])("reads GetMetricData's result %s", (_, said) => {
  expect(readSeries(JSON.stringify(said))).toMatchObject({
    name: "M",
    points: [
      { value: 1, peak: 1 },
      { value: 2, peak: 2 },
    ],
  });
});

it("takes the sum over the samples where no average was asked for", () => {
  const said = {
    Label: "M",
    Datapoints: [
      { Timestamp: first, Sum: 12, SampleCount: 4 },
      { Timestamp: second, Sum: 7 },
    ],
  };
  expect(readSeries(JSON.stringify(said))?.points.map(({ value }) => value)).toEqual([3, 7]);
});

it("passes over points without a time or a value, and reads a list of none as none", () => {
  expect(readSeries(JSON.stringify({ Label: "M", Datapoints: [{ Timestamp: first }, { Average: 1 }, null, 7] }))?.points).toEqual([]);
  expect(readSeries('{"metricName":"M","metricData":[]}')).toMatchObject({ name: "M", points: [] });
});

it.each([
  "",
  "[]",
  "null",
  "{}",
  '{"metricName":"M"}',
  '{"metricName":"M","metricData":[{"average":1,"timest',
  "An error occurred (Throttling)\n",
])("is no series: %j", (text) => expect(readSeries(text)).toBeUndefined());
