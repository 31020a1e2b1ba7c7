import { columnsOf, padded } from "../terminal.ts";

/** Rows of text under each other, as lines; the last column is not filled up. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, nth) => Math.max(...rows.map((row) => columnsOf(row[nth] ?? ""))));
  return rows.map((row) => row.map((cell, nth) => (nth === row.length - 1 ? cell : padded(cell, widths[nth] ?? 0))).join("  "));
}
