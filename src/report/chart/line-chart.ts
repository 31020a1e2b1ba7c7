import { plain } from "../../words/numbers.ts";
import { timeTicks, valueTicks } from "./scale.ts";
import { besides, line, rectangle, textAt, widthOf, xmlText, type Anchor } from "./svg.ts";

/** One point in time (ms) of what is drawn. */
export type ChartPoint = { at: number; value: number };

/**
 * What one chart shows: a quantity over time, from 0 up, between two instants (ms). The line breaks where points are more than `gapMs` apart.
 * `span` is the incident, `mark` its first failure, `change` a repair. All texts are in one language and not yet escaped; `alt` says in words what is to be seen.
 */
export type LineChart = {
  title: string;
  subtitle: string;
  alt: string;
  timezone: string;
  from: number;
  to: number;
  points: readonly ChartPoint[];
  gapMs: number;
  unit: string;
  threshold?: { value: number; label: string };
  span: { from: number; to: number; label: string };
  mark?: { at: number; label: string };
  change?: { at: number; label: string };
};

/** The picture's size in CSS pixels; it is drawn at twice that. */
const CHART = { width: 800, height: 360 };
const PLOT = { left: 64, right: 24, top: 100, bottom: 34 };

// Okabe and Ito's colours, which people who see no red or no green tell apart; each has a form of its own besides.
const COLOURS = {
  line: "#0072b2",
  threshold: "#b84a00",
  span: "#e69f00",
  mark: "#1d1c1d",
  ink: "#1d1c1d",
  quiet: "#57565a",
  grid: "#e8e8e8",
};

/** Draw a chart as SVG, 800 by 360 pixels, with a title and a description for readers that speak. Text needs the font of `png.ts`. Pure. */
export function lineChartSvg(chart: LineChart): string {
  const values = valueTicks(Math.max(...chart.points.map(({ value }) => value), chart.threshold?.value ?? 0, 0));
  const frame = frameOf(chart, values.at(-1) ?? 1);
  const parts = [
    rectangle({ x: 0, y: 0, width: CHART.width, height: CHART.height, fill: "#fff" }),
    textAt(16, 30, chart.title, { size: 18, weight: 700, fill: COLOURS.ink }),
    textAt(16, 51, chart.subtitle, { fill: COLOURS.quiet }),
    ...axes(chart, values, frame),
    ...spanParts(chart, frame),
    ...thresholdParts(chart, frame),
    ...strokes(chart, frame),
    ...markParts(chart.mark, frame, { y: PLOT.top - 19 }),
    ...markParts(chart.change, frame, { y: PLOT.top + 12, halo: true }),
  ];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART.width}" height="${CHART.height}" font-family="NanumGothic" font-size="12" role="img">`;
  return `${head}<title>${xmlText(chart.title)}</title><desc>${xmlText(chart.alt)}</desc>${parts.join("")}</svg>`;
}

/** Where an instant and a value stand in the picture; both are held within the plot. */
type Frame = { x: (at: number) => number; y: (value: number) => number; right: number; bottom: number };

function frameOf({ from, to }: LineChart, top: number): Frame {
  const right = CHART.width - PLOT.right;
  const bottom = CHART.height - PLOT.bottom;
  const within = (share: number) => Math.min(1, Math.max(0, share));
  return {
    x: (at) => PLOT.left + within((at - from) / Math.max(1, to - from)) * (right - PLOT.left),
    y: (value) => bottom - within(value / top) * (bottom - PLOT.top),
    right,
    bottom,
  };
}

function axes({ from, to, timezone, unit }: LineChart, values: readonly number[], { x, y, right, bottom }: Frame): string[] {
  const across = values.map((value) => line({ x1: PLOT.left, y1: y(value), x2: right, y2: y(value), stroke: COLOURS.grid }));
  const amounts = values.map((value) => textAt(PLOT.left - 8, y(value) + 4, plain(value) + unit, { anchor: "end", fill: COLOURS.quiet }));
  const times = timeTicks(from, to, timezone).flatMap(({ at, label }) => [
    line({ x1: x(at), y1: bottom, x2: x(at), y2: bottom + 5, stroke: COLOURS.quiet }),
    textAt(x(at), bottom + 20, label, { anchor: "middle", fill: COLOURS.quiet }),
  ]);
  return [...across, ...amounts, line({ x1: PLOT.left, y1: bottom, x2: right, y2: bottom, stroke: COLOURS.quiet }), ...times];
}

function spanParts({ span }: LineChart, { x, bottom }: Frame): string[] {
  const [left, right] = [x(span.from), x(span.to)];
  const area = { x: left, y: PLOT.top, width: Math.max(1, right - left), height: bottom - PLOT.top, fill: COLOURS.span, opacity: 0.16 };
  const room = right - left - 8;
  const label = widthOf(span.label) <= room ? [textAt(left + 6, bottom - 8, span.label, { fill: COLOURS.quiet })] : [];
  return [rectangle(area), ...label];
}

function thresholdParts({ threshold }: LineChart, { y, right }: Frame): string[] {
  if (!threshold) return [];
  const at = y(threshold.value);
  return [
    line({ x1: PLOT.left, y1: at, x2: right, y2: at, stroke: COLOURS.threshold, dash: "7 4", width: 1.5 }),
    textAt(PLOT.left + 6, at - 6, threshold.label, { fill: COLOURS.threshold, halo: true }),
  ];
}

/** The line in pieces without gaps; a piece of a single point is a dot. */
function strokes({ points, gapMs }: LineChart, { x, y }: Frame): string[] {
  const pieces: ChartPoint[][] = [];
  for (const point of points) {
    const piece = pieces.at(-1);
    const last = piece?.at(-1);
    if (piece && last && point.at - last.at <= gapMs) piece.push(point);
    else pieces.push([point]);
  }
  const place = ({ at, value }: ChartPoint) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
  return pieces.map((piece) => {
    const [first] = piece;
    if (piece.length === 1 && first)
      return `<circle cx="${x(first.at).toFixed(1)}" cy="${y(first.value).toFixed(1)}" r="3" fill="${COLOURS.line}"/>`;
    return `<polyline fill="none" stroke="${COLOURS.line}" stroke-width="2" stroke-linejoin="round" points="${piece.map(place).join(" ")}"/>`;
  });
}

/** A line through the plot with its label at a height of its own, so that two do not write over each other. */
function markParts(mark: LineChart["mark"], { x, bottom, right }: Frame, { y, halo = false }: { y: number; halo?: boolean }): string[] {
  if (!mark) return [];
  const at = x(mark.at);
  const anchor: Anchor = besides(at, mark.label, { left: PLOT.left, right });
  const to = { start: at - 4, middle: at, end: at + 4 }[anchor];
  return [
    line({ x1: at, y1: PLOT.top - 10, x2: at, y2: bottom, stroke: COLOURS.mark, dash: "2 3", width: 1.5 }),
    `<path d="M ${(at - 5).toFixed(1)} ${PLOT.top - 14} h 10 l -5 8 z" fill="${COLOURS.mark}"/>`,
    textAt(to, y, mark.label, { anchor, weight: 700, fill: COLOURS.ink, halo }),
  ];
}
