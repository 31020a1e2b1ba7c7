import { h } from "./dom.ts";

type Grid = { label: string; caption?: HTMLElement | undefined; heads: readonly HTMLElement[]; body: HTMLElement };

/** A table that scrolls in a frame of its own, so that nothing else is as wide as it; `label` is what the frame is called. */
export function grid({ label, caption, heads, body }: Grid): HTMLElement {
  const table = h("table", {}, [caption, h("thead", {}, [row(heads)]), body]);
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": label }, [table]);
}

/** The rows below a table's heads. */
export function rowsOf(rows: readonly (readonly HTMLElement[])[]): HTMLElement {
  return h("tbody", {}, rows.map(row));
}

/** One row of cells. */
export function row(cells: readonly HTMLElement[]): HTMLElement {
  return h("tr", {}, cells);
}
