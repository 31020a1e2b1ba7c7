import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { RichText } from "./rich-text.ts";
import { block } from "./texts.ts";

const Cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string().min(1) }),
  RichText,
]);

const rows = (most: number, least: number, columns: number, text: number) =>
  z
    .array(z.array(Cell).min(1).max(columns))
    .min(least)
    .max(most)
    .refine((all) => lengthOf(all) <= text, `cells have more than ${text} characters in all`);

/** Characters that a table's cells show. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + lengthOf(each), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === "text" && typeof each === "string" ? each.length : lengthOf(each)),
    0,
  );
}

/** A `table`: its first row is the header; one in a message. */
export const Table = z.strictObject({
  ...block("table"),
  rows: rows(LIMITS.table.rows, 1, LIMITS.table.columns, LIMITS.table.text),
  column_settings: z
    .array(z.strictObject({ align: z.enum(["left", "center", "right"]).optional(), is_wrapped: z.boolean().optional() }).nullable())
    .max(LIMITS.table.columns)
    .optional(),
});

/** A `data_table`: a caption, a header row and data, in pages. */
export const DataTable = z
  .strictObject({
    ...block("data_table"),
    caption: z.string().min(1),
    rows: rows(LIMITS.dataTable.rows, 2, LIMITS.dataTable.columns, LIMITS.dataTable.text),
    page_size: z.number().int().min(1).max(LIMITS.dataTable.pageSize).optional(),
    row_header_column_index: z.number().int().min(0).optional(),
  })
  .refine((table) => table.rows.every((row) => row.length === table.rows[0]?.length), "every row needs as many cells as the header")
  .refine((table) => (table.row_header_column_index ?? 0) < (table.rows[0]?.length ?? 0), "row_header_column_index names no column");
