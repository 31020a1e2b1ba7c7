import { h } from "../draw/dom.ts";
import { drawBoxBlock } from "./boxes.ts";
import { drawChart, type DataVisualization } from "../charts/chart.ts";
import { drawActions, drawContextActions, drawInput } from "./controls.ts";
import { drawContext, drawHeader, drawImageBlock, drawMarkdown, drawRichText, drawSection } from "./plain-blocks.ts";
import { drawPlan, drawTask } from "./plan.ts";
import type { AnyBlock, Surface } from "./surface.ts";
import { drawDataTable, drawTable } from "./tables.ts";

type Draw = (block: never, surface: Surface) => HTMLElement;

const DRAW: Record<string, Draw> = {
  section: drawSection,
  header: drawHeader,
  divider: () => h("hr", { class: "divider" }),
  context: drawContext,
  actions: drawActions,
  context_actions: drawContextActions,
  image: drawImageBlock,
  input: drawInput,
  markdown: drawMarkdown,
  rich_text: drawRichText,
  table: drawTable,
  data_table: drawDataTable,
  task_card: drawTask,
  plan: drawPlan,
  data_visualization: (block: DataVisualization) => drawChart(block),
  container: (block: AnyBlock, surface) => drawBoxBlock(block, surface, drawBlock),
  card: (block: AnyBlock, surface) => drawBoxBlock(block, surface, drawBlock),
  carousel: (block: AnyBlock, surface) => drawBoxBlock(block, surface, drawBlock),
  alert: (block: AnyBlock, surface) => drawBoxBlock(block, surface, drawBlock),
};

/** Draw any block. One that is not known, or not as it should be, is shown as what it is: its JSON, in a box that says so. */
export function drawBlock(block: AnyBlock, surface: Surface): HTMLElement {
  const draw = Object.hasOwn(DRAW, block.type) ? DRAW[block.type] : undefined;
  if (!draw) return drawUnknown(`Unknown block: ${block.type}`, block);
  try {
    const drawn = draw(block as never, surface);
    drawn.classList.add("block", `block-${block.type}`);
    return drawn;
  } catch (error) {
    return drawUnknown(`The block ${block.type} could not be drawn: ${(error as Error).message}`, block);
  }
}

function drawUnknown(title: string, block: AnyBlock): HTMLElement {
  return h("section", { class: "block unknown", "aria-label": title }, [
    h("p", { class: "unknown-title" }, title),
    h("pre", { tabindex: 0 }, JSON.stringify(block, undefined, 2)),
  ]);
}
