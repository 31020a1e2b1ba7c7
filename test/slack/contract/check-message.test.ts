import { expect, test } from "vitest";
import { faultsOf, refusalsOf } from "../../../src/slack/contract/check-message.ts";

const SUMMARY = "prod is choking on its database's disk: 41 requests failed since 09:12";
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const plain = (text: string) => ({ type: "plain_text", text });
const button = (more: object = {}) => ({
  type: "button",
  text: plain("Run again"),
  action_id: "run:again",
  accessibility_label: "Run the diagnosis of prod again",
  ...more,
});
const actions = (...elements: object[]) => ({ type: "actions", elements });
const message = (blocks: unknown, more: object = {}) => ({ text: SUMMARY, blocks, ...more });

test("a good message has no fault", () => {
  const elements = [button({ value: "id-1" }), button({ action_id: "open", url: "https://example.com/x?a=1&b=2" })];
  const metadata = { event_type: "gumshoe_message", event_payload: { key: "k1", nth: 2 } };
  expect(
    faultsOf(
      message([section("*Cause*: the disk &amp; its queue, <!date^1700000000^{time}|09:12>, <@U0MINA>"), actions(...elements)], {
        metadata,
      }),
    ),
  ).toEqual([]);
  expect(faultsOf({ text: "Done" })).toEqual([]);
});

test.each([
  ["no text", { blocks: [section("x")] }, "/text: it is what screen readers read"],
  ["a text too short to be a summary", { text: "Done", blocks: [section("x")] }, '"Done" is too short'],
  ["a text that no update takes", { text: "x".repeat(4001) }, "over 4000 no update is taken"],
  ["a password in a block", message([section("password=hunter2 was used")]), "/blocks/0/text/text: looks like it holds a secret"],
  [
    "a token in a button's value",
    message([actions(button({ value: "xoxb-1234567890-abcdefgh" }))]),
    "/blocks/0/elements/0/value: looks like",
  ],
  [
    "a secret in metadata",
    message([section("x")], { metadata: { event_type: "e", event_payload: { url: "postgres://u:secret@h/db" } } }),
    "/metadata/event_payload/url: looks",
  ],
  ["a call to the channel", message([section("<!channel> look")]), "calls everyone in the channel"],
  ["a call in the text", { text: "<!here> look at this, it is on fire" }, "/text: calls everyone"],
  [
    "a call in rich text",
    message([{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "broadcast", range: "everyone" }] }] }]),
    "calls everyone",
  ],
  ["a raw <", message([section("a <script> tag")]), '/blocks/0/text/text: "<" is not escaped'],
  ["a raw &", { text: "Tom & Jerry are down since yesterday" }, '/text: "&" is not escaped'],
  [
    "a button that has no name",
    message([actions({ type: "button", text: plain("Go"), action_id: "go" })]),
    "/blocks/0/elements/0: needs an accessibility_label",
  ],
  [
    "two primary buttons",
    message([actions(button({ style: "primary" }), button({ style: "primary", action_id: "b" }))]),
    "2 primary buttons",
  ],
  ["a danger button that does not ask", message([actions(button({ style: "danger" }))]), "a danger button needs a confirm dialog"],
  ["a button without an action_id", message([actions({ ...button(), action_id: undefined })]), "needs an action_id"],
  ["deep metadata", message([section("x")], { metadata: { event_type: "e", event_payload: { a: { b: 1 } } } }), "metadata is flat"],
  [
    "metadata without a payload",
    message([section("x")], { metadata: { event_type: "e" } }),
    "/metadata: needs event_type and event_payload",
  ],
  ["more than the budget", message(Array.from({ length: 5 }, () => section("x".repeat(2400)))), "over the budget of 12000"],
])("%s is a fault", (_, bad, fault) => {
  expect(faultsOf(bad).join("\n")).toContain(fault);
});

test("a message that is meant for everyone may call everyone", () => {
  expect(faultsOf({ text: "<!channel> prod is down" }, { mentionsAll: true })).toEqual([]);
});

test("Slack's own refusals come first, in its words", () => {
  expect(refusalsOf({})).toMatchObject([{ code: "no_text" }]);
  expect(refusalsOf({ text: "x".repeat(40_001) })).toMatchObject([{ code: "msg_too_long" }]);
  expect(faultsOf(message([section("")]))).toEqual(["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"]);
});

test("text as long as Slack allows passes", () => {
  expect(refusalsOf(message([section("가".repeat(3000)), { type: "header", text: plain("x".repeat(150)) }]))).toEqual([]);
});
