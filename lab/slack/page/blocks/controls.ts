import type { ActionsBlock, ContextActionsBlock, FeedbackButtons, IconButton, InputBlock } from "@slack/types";
import { h } from "../draw/dom.ts";
import { icon, isIcon } from "../draw/icons.ts";
import { languageOf } from "../text/nodes.ts";
import { pressable } from "./button.ts";
import { drawElement } from "./elements.ts";
import type { Surface } from "./surface.ts";
import { plain } from "./words.ts";

/** Buttons and menus in a row. */
export function drawActions({ elements, block_id: blockId }: ActionsBlock, surface: Surface): HTMLElement {
  return h(
    "div",
    { class: "controls" },
    elements.map((element) => drawElement(element, blockId, surface)),
  );
}

/** Small buttons below a message: was it of use, and what else can be done with it. */
export function drawContextActions({ elements, block_id: blockId }: ContextActionsBlock, surface: Surface): HTMLElement {
  const drawn = elements.flatMap((element) =>
    element.type === "feedback_buttons" ? drawFeedback(element, blockId, surface) : drawIconButton(element, blockId, surface),
  );
  return h("div", { class: "controls quiet" }, drawn);
}

function drawFeedback(element: FeedbackButtons, blockId: string | undefined, surface: Surface): HTMLElement[] {
  const sides = [
    ["good", element.positive_button],
    ["bad", element.negative_button],
  ] as const;
  return sides.map(([sign, side]) =>
    pressable({
      face: [icon(sign), plain(side.text)],
      label: side.accessibility_label,
      press: { actionId: element.action_id ?? "", ...(blockId === undefined ? {} : { blockId }), value: side.value },
      surface,
    }),
  );
}

function drawIconButton(element: IconButton, blockId: string | undefined, surface: Surface): HTMLElement[] {
  const { visible_to_user_ids: seenBy, icon: sign, value } = element;
  if (seenBy && !seenBy.includes(surface.reader.me)) return [];
  return [
    pressable({
      face: [isIcon(sign) && icon(sign), plain(element.text)],
      label: element.accessibility_label,
      press: {
        actionId: element.action_id ?? "",
        ...(blockId === undefined ? {} : { blockId }),
        ...(value === undefined ? {} : { value }),
      },
      confirm: element.confirm,
      surface,
    }),
  ];
}

/** A labelled field of a modal, with its hint and room for what is wrong with it. */
export function drawInput(block: InputBlock, surface: Surface): HTMLElement {
  const label = plain(block.label);
  const id = `${surface.key}:${block.block_id ?? label}`;
  const described = [block.hint && `${id}:hint`, `${id}:error`].filter(Boolean).join(" ");
  const field = drawElement(block.element, block.block_id, surface, { label, describedBy: described, required: block.optional !== true });
  const control = field.matches("input, select, textarea") ? field : undefined;
  if (control) control.id = id;
  const words = [label, block.optional === true && h("span", { class: "faint" }, " (optional)")];
  return h("div", { class: "field", "data-input": block.block_id ?? "", lang: languageOf(label) }, [
    control ? h("label", { for: id }, words) : h("span", { class: "label", "aria-hidden": "true" }, words),
    field,
    block.hint && h("p", { class: "hint", id: `${id}:hint` }, plain(block.hint)),
    h("p", { class: "field-error", id: `${id}:error`, "aria-live": "polite" }),
  ]);
}
