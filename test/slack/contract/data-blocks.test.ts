import { expect, test } from "vitest";
import { blockFaults, type Surface } from "../../../src/slack/contract/blocks/check-blocks.ts";
import { rich, many, x, cell, task, line, chart, pie } from "./made-blocks.ts";

test.each<[string, unknown, string, string, Surface?]>([
  ["a task_id twice", [task(), task()], "/blocks/1/task_id", "`task_id` already exists: t"],
  [
    "12,001 characters of markdown",
    [
      { type: "markdown", text: x(6000) },
      { type: "markdown", text: x(6001) },
    ],
    "/blocks",
    "markdown blocks have more than 12000 characters in all",
  ],
  [
    "an empty cell",
    [{ type: "table", rows: [[{ type: "raw_text", text: "" }]] }],
    "/blocks/0/rows/0/0/text",
    "must be more than 0 characters",
  ],
  ["101 rows", [{ type: "table", rows: many(101, () => [cell]) }], "/blocks/0/rows", "no more than 100 allowed"],
  ["21 columns", [{ type: "table", rows: [many(21, () => cell)] }], "/blocks/0/rows/0", "no more than 20 allowed"],
  [
    "10,001 characters of cells",
    [{ type: "table", rows: [[{ type: "raw_text", text: x(10_001) }]] }],
    "/blocks/0/rows",
    "cells have more than 10000 characters in all",
  ],
  [
    "two tables",
    [
      { type: "table", rows: [[cell]] },
      { type: "table", rows: [[cell]] },
    ],
    "/blocks",
    "only one table is allowed in a message",
  ],
  [
    "a data table without a caption",
    [{ type: "data_table", rows: [[cell], [cell]] }],
    "/blocks/0/caption",
    "missing required field: caption",
  ],
  ["a data table of a header only", [{ type: "data_table", caption: "c", rows: [[cell]] }], "/blocks/0/rows", "no fewer than 2 allowed"],
  [
    "a ragged data table",
    [{ type: "data_table", caption: "c", rows: [[cell], [cell, cell]] }],
    "/blocks/0",
    "every row needs as many cells as the header",
  ],
  [
    "a row header beyond the columns",
    [{ type: "data_table", caption: "c", rows: [[cell], [cell]], row_header_column_index: 1 }],
    "/blocks/0",
    "row_header_column_index names no column",
  ],
  [
    "a task that is completed",
    [task({ status: "completed" })],
    "/blocks/0/status",
    "must be one of: pending, in_progress, complete, error",
  ],
  ["a task's output as text", [task({ output: "3 errors" })], "/blocks/0/output", "must be object"],
  ["a plan beside a task card", [{ type: "plan", title: "p" }, task()], "/blocks", "plan and task_card exclude each other"],
  ["three charts", [chart(pie(1)), chart(pie(1)), chart(pie(1))], "/blocks", "no more than 2 data_visualization blocks allowed"],
  ["a chart title of 51 characters", [chart(pie(1), { title: x(51) })], "/blocks/0/title", "must be less than 51 characters"],
  ["a chart of an unknown type", [chart({ type: "radar" })], "/blocks/0/chart/type", "unsupported type: radar"],
  [
    "seven series",
    [
      chart(
        line({
          series: many(7, (s) => ({
            name: `s${s}`,
            data: [
              { label: "a", value: 1 },
              { label: "b", value: 1 },
            ],
          })),
        }),
      ),
    ],
    "/blocks/0/chart/series",
    "no more than 6 allowed",
  ],
  [
    "two series of one name",
    [
      chart(
        line({
          series: many(2, () => ({
            name: "s",
            data: [
              { label: "a", value: 1 },
              { label: "b", value: 1 },
            ],
          })),
        }),
      ),
    ],
    "/blocks/0/chart",
    "series names must be unique",
  ],
  [
    "21 points",
    [
      chart(
        line({ series: [{ name: "s", data: many(21, (p) => ({ label: `p${p}`, value: p })) }] }, { categories: many(21, (p) => `p${p}`) }),
      ),
    ],
    "/blocks/0/chart/axis_config/categories",
    "no more than 20 allowed",
  ],
  [
    "a value that is none",
    [
      chart(
        line({
          series: [
            {
              name: "s",
              data: [
                { label: "a", value: null },
                { label: "b", value: 1 },
              ],
            },
          ],
        }),
      ),
    ],
    "/blocks/0/chart/series/0/data/0/value",
    "must be number",
  ],
  [
    "a label that is no category",
    [chart(line({}, { categories: ["a", "c"] }))],
    "/blocks/0/chart",
    "every series needs one value for each category",
  ],
  [
    "a label of 21 characters",
    [chart({ type: "pie", segments: [{ label: x(21), value: 1 }] })],
    "/blocks/0/chart/segments/0/label",
    "must be less than 21 characters",
  ],
  ["a segment of nothing", [chart(pie(1, 0))], "/blocks/0/chart/segments/1/value", "must be greater than 0"],
  ["a plan on a Home tab", [{ type: "plan", title: "p" }], "/blocks/0", "block type not allowed in this surface: plan in a home", "home"],
  ["an empty rich text", [{ type: "rich_text", elements: [] }], "/blocks/0/elements", "no fewer than 1 allowed"],
  ["an empty piece of rich text", [rich("")], "/blocks/0/elements/0/elements/0/text", "must be more than 0 characters"],
])("%s is refused", (_, blocks, pointer, says, surface = "message") => {
  const faults = blockFaults(blocks, surface);
  expect(faults.map((fault) => `${fault.pointer} ${fault.message}`).join("\n")).toContain(`${pointer} ${says}`);
});
