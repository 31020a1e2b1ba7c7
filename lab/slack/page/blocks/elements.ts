import type { Button, Checkboxes, Overflow, PlainTextInput, PlainTextOption, RadioButtons, StaticSelect } from "@slack/types";
import { h } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import { openMenu } from "../draw/menu.ts";
import { languageOf } from "../text/nodes.ts";
import { drawButton, sentenceOf } from "./button.ts";
import { drawCheckboxes, drawLineInput, drawRadioButtons, drawTextInput, isLineInput, type Field } from "./fields.ts";
import { readers, type Press, type Surface } from "./surface.ts";
import { plain } from "./words.ts";

type Element = Button | Overflow | StaticSelect | Checkboxes | RadioButtons | PlainTextInput;

/**
 * Draw an element that people press, choose in or fill in. In an input block it has a `field`: a label of its own, and nobody is told before
 * the modal is submitted. One that is not known is shown as its JSON.
 */
export function drawElement(element: { type: string }, blockId: string | undefined, surface: Surface, field?: Field): HTMLElement {
  if (isLineInput(element)) return named(drawLineInput(element, surface, field), element.action_id, blockId);
  const known = element as Element;
  switch (known.type) {
    case "button":
      return drawButton(known, blockId, surface);
    case "overflow":
      return drawOverflow(known, blockId, surface);
    case "static_select":
      return named(drawSelect(known, blockId, surface, field), known.action_id, blockId);
    case "checkboxes":
      return named(drawCheckboxes(known, surface, field, tellOnChange(known, blockId, surface, field)), known.action_id, blockId);
    case "radio_buttons":
      return named(drawRadioButtons(known, surface, field, tellOnChange(known, blockId, surface, field)), known.action_id, blockId);
    case "plain_text_input":
      return named(drawTextInput(known, surface, field), known.action_id, blockId);
    default:
      return h("pre", { class: "unknown", tabindex: 0 }, `Unknown element: ${JSON.stringify(element, undefined, 2)}`);
  }
}

/** Under which names a modal finds what was filled in here. */
function named(element: HTMLElement, actionId: string | undefined, blockId: string | undefined): HTMLElement {
  element.dataset["action"] = actionId ?? "";
  element.dataset["block"] = blockId ?? "";
  return element;
}

type Choosing = { action_id?: string; confirm?: StaticSelect["confirm"] };

/** Tell the app of a choice at once, as elements outside of input blocks do; false where the person took it back. */
function tellOnChange(
  { action_id: actionId = "", confirm }: Choosing,
  blockId: string | undefined,
  surface: Surface,
  field: Field | undefined,
) {
  return async (value: string | undefined, control: HTMLElement): Promise<boolean> => {
    if (field) return true;
    if (confirm && !(await surface.confirm(confirm, surface.reader))) return false;
    const press: Press = { actionId, ...(blockId === undefined ? {} : { blockId }), ...(value === undefined ? {} : { value }) };
    const failed = sentenceOf(await surface.press(press));
    control.parentElement?.querySelector(":scope > .press-failed")?.remove();
    if (failed !== undefined) control.after(h("span", { class: "press-failed", role: "alert" }, [icon("warn"), failed]));
    return true;
  };
}

function drawOverflow(element: Overflow, blockId: string | undefined, surface: Surface): HTMLElement {
  const choose = tellOnChange(element, blockId, surface, undefined);
  const button = h("button", {
    type: "button",
    class: "button square",
    "aria-label": "More options",
    "aria-haspopup": "menu",
    "data-keep": `${surface.key}:${element.action_id}`,
  });
  button.append(icon("more"));
  button.addEventListener("click", () =>
    openMenu(
      button,
      element.options.map((option) => ({ label: plain(option.text), run: () => void choose(option.value ?? "", button) })),
    ),
  );
  return h("span", { class: "pressable" }, [button]);
}

function drawSelect(element: StaticSelect, blockId: string | undefined, surface: Surface, field: Field | undefined): HTMLElement {
  const groups = element.option_groups ?? [];
  const options = element.options ?? groups.flatMap((group) => group.options);
  const placeholder = element.placeholder ? plain(element.placeholder) : "Choose an option";
  const initial = element.initial_option?.value;
  const drawn = (option: PlainTextOption) =>
    h("option", { value: option.value, selected: option.value === initial, lang: languageOf(option.text.text) }, plain(option.text));
  const select = h(
    "select",
    {
      class: "select",
      "aria-label": field ? undefined : placeholder,
      "data-keep": `${surface.key}:${element.action_id}`,
      ...described(field),
    },
    [
      h("option", { value: "", disabled: field?.required !== false, selected: initial === undefined }, placeholder),
      ...(element.options?.map(drawn) ?? groups.map((group) => h("optgroup", { label: plain(group.label) }, group.options.map(drawn)))),
    ],
  );
  let chosen = initial ?? "";
  const choose = tellOnChange(element, blockId, surface, field);
  const change = async () => {
    select.disabled = !field;
    const kept = await choose(select.value, select);
    select.disabled = false;
    if (!kept) select.value = chosen;
    chosen = select.value;
  };
  select.addEventListener("change", () => void change());
  readers.set(select, () => ({ type: "static_select", selected_option: options.find((option) => option.value === select.value) ?? null }));
  return select;
}

function described(field: Field | undefined) {
  return { "aria-describedby": field?.describedBy, "aria-required": field?.required ? "true" : undefined };
}
