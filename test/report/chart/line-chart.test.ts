import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { lineChartSvg, type LineChart } from "../../../src/report/chart/line-chart.ts";
import { pngOf } from "../../../src/report/chart/png.ts";

const FROM = Date.parse("2025-10-03T08:00:00Z");
const MINUTE = 60_000;

const chart: LineChart = {
  title: "Requests waiting",
  subtitle: "prod",
  alt: "Requests waiting: 40 at the highest",
  timezone: "UTC",
  from: FROM,
  to: FROM + 60 * MINUTE,
  points: Array.from({ length: 60 }, (_, nth) => ({ at: FROM + nth * MINUTE, value: nth < 30 ? 1 : 40 })),
  gapMs: 2.5 * MINUTE,
  unit: "",
  threshold: { value: 10, label: "alarm threshold 10" },
  span: { from: FROM + 30 * MINUTE, to: FROM + 50 * MINUTE, label: "incident, 20 min" },
  mark: { at: FROM + 30 * MINUTE, label: "first failed request 08:30:00" },
};
const korean: LineChart = {
  ...chart,
  title: "디스크를 기다리는 요청",
  threshold: { value: 10, label: "경보 임계값 10" },
  span: { ...chart.span, label: "장애 20분" },
  mark: { at: chart.mark!.at, label: "첫 실패 08:30:00" },
};

test("a picture is a PNG of 1600 by 720 pixels", () => {
  const png = pngOf(lineChartSvg(chart));
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 720]);
  expect(png.length).toBeLessThan(150_000);
});

test.each([
  ["English", chart],
  ["Korean", korean],
])("its text is really drawn, in %s", (_, drawn) => {
  const svg = lineChartSvg(drawn);
  const withoutFont = pngOf(svg, []);
  const withoutText = pngOf(svg.replaceAll(/<text.*?<\/text>/g, ""));
  expect(withoutFont).toEqual(withoutText);
  expect(pngOf(svg).length).toBeGreaterThan(withoutFont.length * 1.3);
});

test("each Korean letter has a form of its own: none is drawn as the box of a letter that the font lacks", () => {
  const of = (title: string) => pngOf(lineChartSvg({ ...chart, title }));
  const [one, other, missing] = [of("가"), of("힣"), of("\u{1f9ff}")];
  expect(one).not.toEqual(other);
  expect(one).not.toEqual(missing);
  expect(other).not.toEqual(missing);
});

test("both weights of the font are there", () => {
  const require = createRequire(import.meta.url);
  const regular = [require.resolve("@expo-google-fonts/nanum-gothic/400Regular/NanumGothic_400Regular.ttf")];
  expect(pngOf(lineChartSvg(chart))).not.toEqual(pngOf(lineChartSvg(chart), regular));
});

test("hostile names stay text, and what XML forbids is taken out", () => {
  const svg = lineChartSvg({ ...chart, title: '</text><script>alert("1")</script>\u0000\ud800', subtitle: "&lt; \u001b[31m" });
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&lt;/text&gt;&lt;script&gt;");
  expect(svg).toContain("&amp;lt;");
  expect(pngOf(svg).length).toBeGreaterThan(10_000);
});

test("the line breaks at a gap, and a point that stands alone is a dot", () => {
  const points = chart.points.filter((_, nth) => nth < 10 || nth === 20 || nth > 30);
  const svg = lineChartSvg({ ...chart, points });
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg.match(/<circle/g)).toHaveLength(1);
});

test("a mark at either edge keeps its label within the picture", () => {
  const markAt = (minutes: number) =>
    lineChartSvg({ ...chart, mark: { at: FROM + minutes * MINUTE, label: "first failed request 08:30:00" } });
  expect(markAt(0)).not.toMatch(/text-anchor="(?:middle|end)" font-weight="700"|font-weight="700" text-anchor/);
  expect(markAt(60)).toContain('text-anchor="end"');
});

test("what lies outside of the picture's time is drawn at its edge", () => {
  const svg = lineChartSvg({ ...chart, span: { from: FROM - 1e9, to: FROM + 1e9, label: "incident" } });
  expect(svg).toContain('<rect x="64.0" y="100.0" width="712.0"');
});

test("readers that speak have a title and a description", () => {
  const svg = lineChartSvg(chart);
  expect(svg).toContain('role="img"><title>Requests waiting</title><desc>Requests waiting: 40 at the highest</desc>');
});
