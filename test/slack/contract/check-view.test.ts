import { expect, test } from "vitest";
import { faultsOfView, viewRefusalsOf } from "../../../src/slack/contract/check-view.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const input = { type: "input", label: plain("Name"), element: { type: "plain_text_input" } };
const modal = (more: object = {}) => ({ type: "modal", title: plain("Diagnose this"), blocks: [input], submit: plain("Start"), ...more });

test("a modal with its inputs and a Home tab without blocks are taken", () => {
  expect(faultsOfView(modal({ close: plain("Cancel"), private_metadata: "x".repeat(3000), notify_on_close: true }))).toEqual([]);
  expect(faultsOfView({ type: "home", blocks: [] })).toEqual([]);
});

test.each([
  ["no submit for an input", modal({ submit: undefined }), "/view", "missing required field: submit"],
  ["a title of 25 characters", modal({ title: plain("x".repeat(25)) }), "/view/title/text", "must be less than 25 characters"],
  ["a submit of 25 characters", modal({ submit: plain("x".repeat(25)) }), "/view/submit/text", "must be less than 25 characters"],
  [
    "private_metadata of 3,001 characters",
    modal({ private_metadata: "x".repeat(3001) }),
    "/view/private_metadata",
    "must be less than 3001 characters",
  ],
  ["a callback_id of 256 characters", modal({ callback_id: "x".repeat(256) }), "/view/callback_id", "must be less than 256 characters"],
  ["a title on a Home tab", { type: "home", title: plain("x"), blocks: [] }, "/view", "invalid additional property: title"],
  ["a block that modals do not show", modal({ blocks: [{ type: "markdown", text: "x" }] }), "/view/blocks/0", "block type not allowed"],
  ["no view", null, "/view", "must be object"],
])("%s is refused", (_, view, pointer, says) => {
  const faults = viewRefusalsOf(view);
  expect(faults.map((fault) => `${fault.pointer} ${fault.message}`).join("\n")).toContain(`${pointer} ${says}`);
  expect(faults.every(({ code }) => code === "invalid_arguments")).toBe(true);
});

test("more than 250 KB is too large, counted in bytes", () => {
  expect(viewRefusalsOf({ type: "home", blocks: [], private_metadata: "가".repeat(84_000) })).toMatchObject([{ code: "view_too_large" }]);
});

test("a secret in a view is a fault", () => {
  expect(faultsOfView(modal({ private_metadata: "token=abcdefgh" }))).toEqual(["/view/private_metadata: looks like it holds a secret"]);
});
