import { expect, test } from "vitest";
import { blockFaults, type Surface } from "../../../src/slack/contract/blocks/check-blocks.ts";
import { plain, mrkdwn, option, many, x, button, actions, cell, image, select, container } from "./made-blocks.ts";

test.each<[string, unknown, string, string, Surface?]>([
  ["no list", "x", "/blocks", "must be array"],
  ["no block", [], "/blocks", "no fewer than 1 allowed"],
  ["51 blocks", many(51, () => ({ type: "divider" })), "/blocks", "no more than 50 allowed"],
  ["101 blocks on a Home tab", many(101, () => ({ type: "divider" })), "/blocks", "no more than 100 allowed", "home"],
  ["an unknown block", [{ type: "sparkline" }], "/blocks/0/type", "unsupported type: sparkline"],
  ["a block without a type", [{}], "/blocks/0/type", "unsupported type: none"],
  ["a field that does not exist", [{ type: "divider", colour: "red" }], "/blocks/0", "invalid additional property: colour"],
  ["a long block_id", [{ type: "divider", block_id: x(256) }], "/blocks/0/block_id", "must be less than 256 characters"],
  [
    "a block_id twice",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
    "/blocks/1/block_id",
    "`block_id` already exists: a",
  ],
  [
    "an action_id twice in a block",
    [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
    "/blocks/0/elements/1/action_id",
    "`action_id` already exists: a",
  ],
  ["a section of nothing", [{ type: "section" }], "/blocks/0", "give text or fields"],
  [
    "a section of 3,001 characters",
    [{ type: "section", text: mrkdwn(x(3001)) }],
    "/blocks/0/text/text",
    "must be less than 3001 characters",
  ],
  ["eleven fields", [{ type: "section", fields: many(11, () => plain("a")) }], "/blocks/0/fields", "no more than 10 allowed"],
  [
    "a field of 2,001 characters",
    [{ type: "section", fields: [plain(x(2001))] }],
    "/blocks/0/fields/0/text",
    "must be less than 2001 characters",
  ],
  ["a header of 151 characters", [{ type: "header", text: plain(x(151)) }], "/blocks/0/text/text", "must be less than 151 characters"],
  ["a header in mrkdwn", [{ type: "header", text: mrkdwn("x") }], "/blocks/0/text/type", "must be one of: plain_text"],
  [
    "eleven pieces of context",
    [{ type: "context", elements: many(11, () => plain("a")) }],
    "/blocks/0/elements",
    "no more than 10 allowed",
  ],
  ["26 actions", [actions(...many(26, () => button()))], "/blocks/0/elements", "no more than 25 allowed"],
  [
    "a button text of 76 characters",
    [actions(button({ text: plain(x(76)) }))],
    "/blocks/0/elements/0/text/text",
    "must be less than 76 characters",
  ],
  [
    "a button value of 2,001 characters",
    [actions(button({ value: x(2001) }))],
    "/blocks/0/elements/0/value",
    "must be less than 2001 characters",
  ],
  [
    "an accessibility_label of 76 characters",
    [actions(button({ accessibility_label: x(76) }))],
    "/blocks/0/elements/0/accessibility_label",
    "must be less than 76 characters",
  ],
  [
    "an action_id of 256 characters",
    [actions(button({ action_id: x(256) }))],
    "/blocks/0/elements/0/action_id",
    "must be less than 256 characters",
  ],
  [
    "a confirm title of 101 characters",
    [actions(button({ confirm: { title: plain(x(101)), text: plain("Sure?") } }))],
    "/blocks/0/elements/0/confirm/title/text",
    "must be less than 101 characters",
  ],
  ["a style that does not exist", [actions(button({ style: "warning" }))], "/blocks/0/elements/0/style", "must be one of: primary, danger"],
  [
    "101 options",
    [actions(select({ options: many(101, (nth) => option(`${nth}`)) }))],
    "/blocks/0/elements/0/options",
    "no more than 100 allowed",
  ],
  [
    "an option value of 151 characters",
    [actions(select({ options: [{ text: plain("a"), value: x(151) }] }))],
    "/blocks/0/elements/0/options/0/value",
    "must be less than 151 characters",
  ],
  ["a select of nothing", [actions(select({}))], "/blocks/0/elements/0", "give either options or option_groups"],
  [
    "six overflow options",
    [actions({ type: "overflow", options: many(6, (nth) => option(`${nth}`)) })],
    "/blocks/0/elements/0/options",
    "no more than 5 allowed",
  ],
  [
    "an element that is no action",
    [actions({ type: "plain_text_input" })],
    "/blocks/0/elements/0/type",
    "unsupported type: plain_text_input",
  ],
  ["an image without alt_text", [{ ...image(), alt_text: undefined }], "/blocks/0/alt_text", "missing required field: alt_text"],
  ["an image of nothing", [{ type: "image", alt_text: "A" }], "/blocks/0", "give either image_url or slack_file"],
  [
    "a container in a container",
    [container({ child_blocks: [container()] })],
    "/blocks/0/child_blocks/0/type",
    "unsupported type: container",
  ],
  ["a container without a title", [{ ...container(), title: undefined }], "/blocks/0", "give title or rich_text_title"],
  ["a container that is folded for good", [container({ default_collapsed: true })], "/blocks/0", "default_collapsed needs is_collapsible"],
  [
    "an alert in a message",
    [{ type: "alert", text: plain("x") }],
    "/blocks/0",
    "block type not allowed in this surface: alert in a message",
  ],
  [
    "a table in a modal",
    [{ type: "table", rows: [[cell]] }],
    "/blocks/0",
    "block type not allowed in this surface: table in a modal",
    "modal",
  ],
  ["a video", [{ type: "video", video_url: "https://a.b" }], "/blocks/0/type", "unsupported type: video"],
])("%s is refused", (_, blocks, pointer, says, surface = "message") => {
  const faults = blockFaults(blocks, surface);
  expect(faults.map((fault) => `${fault.pointer} ${fault.message}`).join("\n")).toContain(`${pointer} ${says}`);
});
