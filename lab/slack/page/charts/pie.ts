import { svg } from "../draw/dom.ts";
import type { PieChart } from "./chart.ts";
import { short } from "./scale.ts";

const HEIGHT = 200;

/** A pie, its parts clockwise from the top; the legend beside it gives their names and shares. */
export function drawPie({ segments }: PieChart, width: number, summary: string): SVGSVGElement {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  const [cx, cy, r] = [Math.min(width, HEIGHT + 40) / 2, HEIGHT / 2, HEIGHT / 2 - 8];
  let turned = 0;
  const slices = segments.map(({ label, value }, at) => {
    const from = turned;
    turned += value / total;
    const slice = segments.length === 1 ? svg("circle", { cx, cy, r }) : svg("path", { d: sliceOf(cx, cy, r, from, turned) });
    slice.setAttribute("class", `slice series-${at % 12}`);
    slice.append(svg("title", {}, `${label}: ${short(value)}`));
    return slice;
  });
  return svg(
    "svg",
    { class: "plot", width: cx * 2, height: HEIGHT, viewBox: `0 0 ${cx * 2} ${HEIGHT}`, role: "img", "aria-label": summary },
    slices,
  );
}

function sliceOf(cx: number, cy: number, r: number, from: number, to: number): string {
  const at = (turn: number) =>
    `${(cx + r * Math.sin(turn * 2 * Math.PI)).toFixed(2)},${(cy - r * Math.cos(turn * 2 * Math.PI)).toFixed(2)}`;
  return `M${cx},${cy}L${at(from)}A${r},${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
}
