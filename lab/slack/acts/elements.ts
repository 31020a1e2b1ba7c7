import { objectsIn } from "../../../src/slack/contract/walk.ts";
import type { Block } from "../workspace.ts";

/** An element that can be acted on, and the block that it stands in. */
type Found = { block: Block; element: Record<string, unknown> };

/** The element that stands in blocks under an action_id; the block must be named where several have one. */
export function elementIn(blocks: readonly Block[], actionId: string, blockId: string | undefined): Found {
  const inner = blocks.flatMap((block) => [block, ...((block["child_blocks"] as Block[] | undefined) ?? [])]);
  const found = inner
    .filter((block) => blockId === undefined || block.block_id === blockId)
    .flatMap((block) =>
      ownElements(block)
        .filter(({ action_id }) => action_id === actionId)
        .map((element) => ({ block, element })),
    );
  const [only] = found;
  if (!only) throw new Error(`nothing to press is called ${actionId}${blockId === undefined ? "" : ` in the block ${blockId}`}`);
  if (found.length > 1) throw new Error(`${actionId} stands in ${found.length} blocks; name one`);
  return only;
}

function ownElements(block: Block): Record<string, unknown>[] {
  const { child_blocks: _, ...own } = block;
  return objectsIn(own, "").map(({ value }) => value);
}

type Choice = { value?: string; text?: unknown };

/** What an action says was pressed or chosen; a button's value is the one it was posted with. */
export function actionOf({ block, element }: Found, value: string | undefined, at: string): Record<string, unknown> {
  const { type, action_id } = element;
  const base = { type, action_id, block_id: block.block_id, action_ts: at };
  switch (type) {
    case "button":
    case "icon_button":
    case "workflow_button":
      if (value !== undefined && value !== element["value"]) throw new Error(`${String(action_id)} does not have the value ${value}`);
      return { ...base, text: element["text"], ...(element["value"] === undefined ? {} : { value: element["value"] }) };
    case "feedback_buttons":
      return { ...base, ...pick([element["positive_button"], element["negative_button"]] as Choice[], value) };
    case "overflow":
    case "static_select":
    case "radio_buttons":
      return { ...base, selected_option: pick(optionsOf(element), value) };
    case "checkboxes":
    case "multi_static_select":
      return { ...base, selected_options: value === undefined ? [] : value.split(",").map((each) => pick(optionsOf(element), each)) };
    default:
      return { ...base, ...typedValue(String(type), value) };
  }
}

/** Elements whose value is one word: a person, a channel, a date, a text. */
const SINGLE: Record<string, string> = {
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};

/** The value of an input as a view's or a message's state holds it, from a bare word. */
export function typedValue(type: string, value: string | undefined): Record<string, unknown> {
  return { [SINGLE[type] ?? "value"]: value ?? null };
}

function optionsOf(element: Record<string, unknown>): Choice[] {
  const groups = (element["option_groups"] as { options: Choice[] }[] | undefined) ?? [];
  return [...((element["options"] as Choice[] | undefined) ?? []), ...groups.flatMap(({ options }) => options)];
}

/** The choice with a value; one that is not offered cannot be chosen. */
function pick(choices: readonly Choice[], value: string | undefined): Choice {
  const choice = choices.find((each) => each.value === value);
  if (!choice) throw new Error(`${String(value)} is not offered; there is ${choices.map((each) => each.value).join(", ")}`);
  return choice;
}
