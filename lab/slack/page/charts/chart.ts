import { h } from "../draw/dom.ts";
import { grid, rowsOf } from "../draw/grid.ts";
import { languageOf } from "../text/nodes.ts";
import { drawAxes, drawSample } from "./axes.ts";
import { drawPie } from "./pie.ts";
import { short } from "./scale.ts";

/** Values along the axis, by the names of its categories. */
export type Series = { name: string; data: { label: string; value: number }[] };

/** A chart along an axis. */
export type AxisChart = {
  type: "line" | "area" | "bar";
  series: Series[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
};

/** A chart of shares. */
export type PieChart = { type: "pie"; segments: { label: string; value: number }[] };

/** Slack's native chart; `@slack/types` does not know it yet. */
export type DataVisualization = { type: "data_visualization"; block_id?: string; title: string; chart: AxisChart | PieChart };

const WIDTHS = { least: 260, most: 640 };

/** A chart with its legend, and all its numbers as a table for those who do not see it or want them exactly. */
export function drawChart({ title, chart }: DataVisualization): HTMLElement {
  const drawing = h("div", { class: "chart-drawing" });
  const summary = summaryOf(title, chart);
  const draw = (width: number) =>
    drawing.replaceChildren(chart.type === "pie" ? drawPie(chart, width, summary) : drawAxes(chart, width, summary));
  draw(480);
  redrawAtWidth(drawing, draw);
  return h("figure", { class: "chart" }, [
    h("figcaption", { lang: languageOf(title) }, title),
    drawing,
    h("ul", { class: "legend", "aria-hidden": "true" }, legendOf(chart)),
    h("details", {}, [h("summary", {}, "Show the numbers"), tableOf(title, chart)]),
  ]);
}

/** Letters in a drawing keep their size, so it is drawn anew for the width that it has. */
function redrawAtWidth(drawing: HTMLElement, draw: (width: number) => void): void {
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, entry?.contentRect.width ?? 0)));
    if (width === drawn || !entry?.contentRect.width) return;
    drawn = width;
    requestAnimationFrame(() => draw(width));
  }).observe(drawing);
}

function legendOf(chart: AxisChart | PieChart): HTMLElement[] {
  if (chart.type !== "pie")
    return chart.series.map(({ name }, at) =>
      h("li", { class: `series-${at % 12}` }, [drawSample(chart.type, at), h("span", { lang: languageOf(name) }, name)]),
    );
  const total = chart.segments.reduce((sum, segment) => sum + segment.value, 0);
  return chart.segments.map(({ label, value }, at) =>
    h("li", { class: `series-${at % 12}` }, [
      h("span", { class: "swatch" }),
      `${label}: ${short(value)} (${Math.round((value / total) * 100)}%)`,
    ]),
  );
}

/** What the chart shows, in a sentence: of each series where it starts, ends and peaks. */
function summaryOf(title: string, chart: AxisChart | PieChart): string {
  if (chart.type === "pie")
    return `Pie chart: ${title}. ${chart.segments.map(({ label, value }) => `${label} ${short(value)}`).join(", ")}.`;
  const told = chart.series.map(({ name, data }) => {
    const peak = data.reduce((most, each) => (each.value > most.value ? each : most), data[0] ?? { label: "", value: 0 });
    return `${name}: from ${short(data[0]?.value ?? 0)} to ${short(data.at(-1)?.value ?? 0)}, highest ${short(peak.value)} at ${peak.label}.`;
  });
  return `${{ line: "Line", area: "Area", bar: "Bar" }[chart.type]} chart: ${title}. ${told.join(" ")}`;
}

function tableOf(title: string, chart: AxisChart | PieChart): HTMLElement {
  const [names, lines] =
    chart.type === "pie"
      ? [["Part", "Value"], chart.segments.map(({ label, value }) => [label, value] as const)]
      : [
          [chart.axis_config.x_label ?? "", ...chart.series.map((series) => series.name)],
          chart.axis_config.categories.map((label, at) => [label, ...chart.series.map((series) => series.data[at]?.value)] as const),
        ];
  const heads = names.map((name, at) => h("th", { scope: "col", class: at > 0 ? "align-right" : undefined }, name));
  const cells = ([label, ...values]: (typeof lines)[number]) => [
    h("th", { scope: "row" }, label),
    ...values.map((value) => h("td", { class: "align-right number" }, String(value ?? ""))),
  ];
  const caption = h("caption", { class: "hidden" }, title);
  return grid({ label: `${title}, numbers`, caption, heads, body: rowsOf(lines.map(cells)) });
}
