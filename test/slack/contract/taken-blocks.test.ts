import { expect, test } from "vitest";
import { blockFaults, type Surface } from "../../../src/slack/contract/blocks/check-blocks.ts";
import {
  plain,
  mrkdwn,
  rich,
  option,
  many,
  x,
  button,
  actions,
  input,
  cell,
  task,
  image,
  line,
  chart,
  pie,
  select,
  container,
} from "./made-blocks.ts";

test.each<[string, unknown[], Surface?]>([
  [
    "a section with fields and an accessory",
    [{ type: "section", fields: many(10, () => mrkdwn(x(2000))), accessory: image(), expand: true }],
  ],
  [
    "every element of an actions block",
    [
      actions(
        button({ value: x(2000) }),
        select({ options: many(100, (nth) => option(`o${nth}`)) }),
        { type: "overflow", options: many(5, (nth) => option(`${nth}`)) },
        { type: "datepicker", initial_date: "2026-11-02" },
        { type: "users_select", placeholder: plain("Who") },
      ),
    ],
  ],
  ["context with text and images", [{ type: "context", elements: [...many(9, () => mrkdwn(x(3000))), image()] }]],
  [
    "feedback",
    [
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            action_id: "f",
            positive_button: { text: plain("Yes"), value: "y" },
            negative_button: { text: plain("No"), value: "n" },
          },
          { type: "icon_button", icon: "trash", text: plain("Delete"), action_id: "d" },
        ],
      },
    ],
  ],
  [
    "a plan with its steps",
    [
      {
        type: "plan",
        title: "Looking",
        tasks: [
          task({
            status: "complete",
            output: rich("3 errors"),
            details: rich("why"),
            sources: [{ type: "url", url: "https://a.b", text: "log" }],
          }),
          task({ task_id: "u", status: "error" }),
        ],
      },
    ],
  ],
  ["loose task cards", [task(), task({ task_id: "u" })]],
  [
    "a table",
    [{ type: "table", rows: many(100, () => many(20, () => cell)), column_settings: [{ align: "right" }, null, { is_wrapped: true }] }],
  ],
  [
    "a data table",
    [
      {
        type: "data_table",
        caption: "Requests",
        rows: many(101, () => [cell, { type: "raw_number", value: 1, text: "1" }]),
        page_size: 100,
        row_header_column_index: 1,
      },
    ],
  ],
  ["two charts", [chart(line()), chart(pie(1, 2))]],
  [
    "six series over twenty points",
    [
      chart(
        line(
          { series: many(6, (s) => ({ name: `s${s}`, data: many(20, (p) => ({ label: `p${p}`, value: p })) })) },
          { categories: many(20, (p) => `p${p}`) },
        ),
      ),
    ],
  ],
  [
    "rich text of every kind",
    [
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_list",
            style: "bullet",
            elements: [
              {
                type: "rich_text_section",
                elements: [
                  { type: "user", user_id: "U1" },
                  { type: "link", url: "https://a.b" },
                  { type: "date", timestamp: 1, format: "{time}", fallback: "x" },
                ],
              },
            ],
          },
          { type: "rich_text_quote", elements: [] },
          { type: "rich_text_preformatted", elements: [{ type: "text", text: "$ ss -tn" }], border: 1 },
        ],
      },
    ],
  ],
  ["a container that folds", [container({ is_collapsible: true, default_collapsed: true, child_blocks: many(10, () => rich("x")) })]],
  [
    "cards",
    [
      {
        type: "carousel",
        elements: many(10, () => ({
          type: "card",
          title: mrkdwn(x(150)),
          body: mrkdwn(x(200)),
          actions: many(3, (nth) => button({ action_id: `a${nth}` })),
        })),
      },
    ],
  ],
  [
    "12,000 characters of markdown",
    [
      { type: "markdown", text: x(6000) },
      { type: "markdown", text: x(6000) },
    ],
  ],
  ["an alert in a modal", [{ type: "alert", text: plain(x(200)), level: "warning" }], "modal"],
  [
    "every kind of input in a modal",
    [
      input({ type: "plain_text_input", multiline: true }),
      input({ type: "number_input", is_decimal_allowed: false }),
      input({ type: "file_input", max_files: 10 }),
      input({ type: "radio_buttons", options: many(10, (nth) => option(`${nth}`)) }),
    ],
    "modal",
  ],
  ["a hundred blocks on a Home tab", many(100, () => ({ type: "divider" })), "home"],
])("%s is taken", (_, blocks, surface = "message") => {
  expect(blockFaults(blocks, surface)).toEqual([]);
});
