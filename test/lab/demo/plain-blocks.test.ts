import { expect, test } from "vitest";
import { plainLines } from "../../../lab/demo/plain-blocks.ts";

const rich = (...elements: object[]) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] });

test("a message is told line by line, with times, links and whoever is called", () => {
  const blocks = [
    { type: "section", text: { type: "mrkdwn", text: "*prod* &amp; more: <!date^1^{time}|09:00 UTC>" } },
    rich(
      { type: "usergroup", usergroup_id: "S0ONCALL" },
      { type: "text", text: " fired at " },
      { type: "date", timestamp: 1, format: "{time}", fallback: "09:00 UTC" },
      { type: "link", url: "https://shop.example" },
    ),
    {
      type: "plan",
      title: "Looking",
      tasks: [{ type: "task_card", title: "Metrics", status: "complete", output: rich({ type: "text", text: "read" }) }],
    },
  ];
  expect(plainLines({ text: "", blocks })).toEqual([
    "prod & more: 09:00 UTC",
    "@S0ONCALL fired at 09:00 UTChttps://shop.example",
    "Looking",
    "  ✓ Metrics: read",
  ]);
  expect(plainLines({ text: "only\ntext" })).toEqual(["only", "text"]);
});
