import type { DataTableBlock, RawNumberElement, RawTextElement, RichTextBlock, TableBlock } from "@slack/types";
import { h, setText } from "../draw/dom.ts";
import { grid, row, rowsOf } from "../draw/grid.ts";
import { drawPassages, languageOf, type Reader } from "../text/nodes.ts";
import { readRichText } from "../text/rich-text.ts";
import type { Surface } from "./surface.ts";

type Cell = RawTextElement | RawNumberElement | RichTextBlock;

/** A table whose first row heads the others. */
export function drawTable({ rows, column_settings: settings = [] }: TableBlock, { reader }: Surface): HTMLElement {
  const [head = [], ...body] = rows;
  const look = (at: number) => `align-${settings[at]?.align ?? "left"}${settings[at]?.is_wrapped ? "" : " one-line"}`;
  const cells = (tag: "th" | "td", line: readonly Cell[]) =>
    line.map((cell, at) => h(tag, { scope: tag === "th" && "col", class: look(at) }, [drawCell(cell, reader)]));
  return grid({ label: "table", heads: cells("th", head), body: rowsOf(body.map((line) => cells("td", line))) });
}

function drawCell(cell: Cell, reader: Reader): HTMLElement {
  if (cell.type === "rich_text") return drawPassages(readRichText(cell), reader);
  const text = cell.text ?? String((cell as RawNumberElement).value);
  return h("span", { lang: languageOf(text), class: cell.type === "raw_number" ? "number" : undefined }, text);
}

/** A captioned table that is turned over page by page; the column that names each row heads it. */
export function drawDataTable(block: DataTableBlock, { reader }: Surface): HTMLElement {
  const { rows, caption: words, page_size: size = 5, row_header_column_index: naming = 0 } = block;
  const [head = [], ...all] = rows;
  const numeric = head.map((_, at) => all.length > 0 && all.every((line) => line[at]?.type === "raw_number"));
  const side = (at: number) => `align-${numeric[at] ? "right" : "left"}`;
  const heads = head.map((cell, at) => h("th", { scope: "col", class: side(at) }, [drawCell(cell, reader)]));
  const cells = (line: readonly Cell[]) =>
    line.map((cell, at) => h(at === naming ? "th" : "td", { scope: at === naming && "row", class: side(at) }, [drawCell(cell, reader)]));
  const body = rowsOf([]);
  const show = (from: number) => body.replaceChildren(...all.slice(from, from + size).map((line) => row(cells(line))));
  const caption = h("caption", { lang: languageOf(words) }, words);
  return h("div", {}, [grid({ label: words, caption, heads, body }), pager(all.length, size, show)]);
}

/** What turns the pages, and says which one it is; nothing where there is only one. */
function pager(count: number, size: number, show: (from: number) => void): HTMLElement | undefined {
  const told = h("span", { "aria-live": "polite" });
  let from = 0;
  const turn = (by: number) => {
    from += by;
    show(from);
    setText(told, `${from + 1}–${Math.min(count, from + size)} of ${count}`);
    previous.disabled = from === 0;
    next.disabled = from + size >= count;
  };
  const previous = h("button", { type: "button", class: "button small" }, "Previous", { click: () => turn(-size) });
  const next = h("button", { type: "button", class: "button small" }, "Next", { click: () => turn(size) });
  turn(0);
  return count > size ? h("div", { class: "pager" }, [previous, told, next]) : undefined;
}
