import { svg } from "../draw/dom.ts";
import type { AxisChart, Series } from "./chart.ts";
import { short, shownLabels, ticksFor } from "./scale.ts";

const HEIGHT = 220;
const MARGIN = { top: 12, right: 16, bottom: 24, left: 12 };
const LETTER = 6.6;

type Frame = {
  width: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (at: number) => number;
  y: (value: number) => number;
  step: number;
};

/** Lines, areas or groups of bars over their categories. Series differ by colour, by dash and by the shape of their points. */
export function drawAxes(chart: AxisChart, width: number, summary: string): SVGSVGElement {
  const { categories, x_label: xLabel, y_label: yLabel } = chart.axis_config;
  const ticks = ticksFor(
    chart.series.flatMap((series) => series.data.map((each) => each.value)),
    4,
  );
  const frame = frameFor(chart, width, ticks);
  const height = frame.bottom + MARGIN.bottom + (xLabel === undefined ? 0 : 18);
  return svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": summary }, [
    ...drawGrid(frame, ticks, yLabel),
    ...drawCategories(frame, categories, xLabel),
    ...chart.series.map((series, at) => drawSeries(chart, series, at, frame)),
    svg("line", { class: "axis", x1: frame.left, x2: frame.right, y1: frame.y(0), y2: frame.y(0) }),
  ]);
}

function frameFor({ type, axis_config: axis }: AxisChart, width: number, ticks: readonly number[]): Frame {
  const widest = Math.max(...ticks.map((tick) => short(tick).length));
  const left = MARGIN.left + widest * LETTER + 6;
  const right = width - MARGIN.right;
  const top = MARGIN.top + (axis.y_label === undefined ? 0 : 18);
  const bottom = top + HEIGHT - MARGIN.bottom;
  const count = axis.categories.length;
  const inset = type === "bar" ? (right - left) / count / 2 : 0;
  const step = type === "bar" ? (right - left) / count : (right - left) / Math.max(1, count - 1);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top);
  return { width, left, right, top, bottom, step, y, x: (at) => (count === 1 ? (left + right) / 2 : left + inset + at * step) };
}

function drawGrid(frame: Frame, ticks: readonly number[], label: string | undefined): SVGElement[] {
  const lines = ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: frame.left, x2: frame.right, y1: frame.y(tick), y2: frame.y(tick) }),
    svg("text", { class: "tick", x: frame.left - 6, y: frame.y(tick) + 4, "text-anchor": "end" }, short(tick)),
  ]);
  return label === undefined ? lines : [...lines, svg("text", { class: "axis-label", x: MARGIN.left, y: 14 }, label)];
}

function drawCategories(frame: Frame, categories: readonly string[], label: string | undefined): SVGElement[] {
  const widest = Math.max(...categories.map((category) => category.length)) * LETTER + 14;
  const shown = shownLabels(categories, Math.floor((frame.right - frame.left) / widest));
  const names = categories.flatMap((category, at) => {
    if (!shown.has(at)) return [];
    const half = (category.length * LETTER) / 2;
    const x = Math.min(Math.max(frame.x(at), half), frame.width - half);
    return [
      svg("line", { class: "axis", x1: frame.x(at), x2: frame.x(at), y1: frame.bottom, y2: frame.bottom + 4 }),
      svg("text", { class: "tick", x, y: frame.bottom + 18, "text-anchor": "middle" }, category),
    ];
  });
  if (label === undefined) return names;
  return [
    ...names,
    svg("text", { class: "axis-label", x: (frame.left + frame.right) / 2, y: frame.bottom + 36, "text-anchor": "middle" }, label),
  ];
}

function drawSeries(chart: AxisChart, series: Series, at: number, frame: Frame): SVGElement {
  const parts = chart.type === "bar" ? drawBars(chart, series, at, frame) : drawLine(chart, series, at, frame);
  return svg("g", { class: `series-${at % 12}` }, parts);
}

function drawLine({ type, axis_config: { categories } }: AxisChart, { name, data }: Series, at: number, frame: Frame): SVGElement[] {
  const points = data.map(({ value }, index) => `${frame.x(index).toFixed(1)},${frame.y(value).toFixed(1)}`);
  const line = svg("path", { class: "line", d: `M${points.join("L")}` });
  const closed = `M${frame.x(0)},${frame.y(0)}L${points.join("L")}L${frame.x(data.length - 1)},${frame.y(0)}Z`;
  const area = type === "area" ? [svg("path", { class: "area", d: closed })] : [];
  const marks = data.map(({ value }, index) =>
    drawMark(at, frame.x(index), frame.y(value), `${name}, ${categories[index]}: ${short(value)}`),
  );
  return [...area, line, ...marks];
}

/** How a series is told from the others: a piece of its line with one of its points, or a patch of its colour. */
export function drawSample(type: AxisChart["type"], at: number): SVGSVGElement {
  const line = [svg("path", { class: "line", d: "M0,6H30" }), shapeOf(at, 15, 6)];
  return svg(
    "svg",
    { class: "sample plot", width: 30, height: 12, viewBox: "0 0 30 12" },
    type === "bar" ? [svg("rect", { class: "bar", x: 9, width: 12, height: 12, rx: 3 })] : line,
  );
}

function drawMark(at: number, x: number, y: number, title: string): SVGElement {
  const shape = shapeOf(at, x, y);
  shape.append(svg("title", {}, title));
  return shape;
}

function shapeOf(at: number, x: number, y: number): SVGElement {
  return [
    svg("circle", { class: "mark", cx: x, cy: y, r: 3 }),
    svg("rect", { class: "mark", x: x - 3, y: y - 3, width: 6, height: 6 }),
    svg("path", { class: "mark", d: `M${x},${y - 4}l4,7h-8z` }),
    svg("path", { class: "mark", d: `M${x},${y - 4.5}l4.5,4.5l-4.5,4.5l-4.5,-4.5z` }),
  ][at % 4]!;
}

function drawBars({ series: all, axis_config: { categories } }: AxisChart, { name, data }: Series, at: number, frame: Frame): SVGElement[] {
  const group = Math.min(frame.step * 0.72, 64 * all.length);
  const width = group / all.length;
  return data.map(({ value }, index) => {
    const x = frame.x(index) - group / 2 + at * width;
    const [top, foot] = [frame.y(Math.max(0, value)), frame.y(Math.min(0, value))];
    const bar = svg("rect", {
      class: "bar",
      x: x + 0.5,
      y: top,
      width: Math.max(1, width - 1),
      height: Math.max(1, foot - top),
      rx: Math.min(3, width / 4),
    });
    bar.append(svg("title", {}, `${name}, ${categories[index]}: ${short(value)}`));
    return bar;
  });
}
