import type { Checkboxes, Option, PlainTextInput, RadioButtons } from "@slack/types";
import { h } from "../draw/dom.ts";
import { readers, type Surface } from "./surface.ts";
import { drawLine, drawText, plain } from "./words.ts";

/** What an input block says of the element in it. */
export type Field = { label: string; describedBy: string; required: boolean };

/** Tells of a choice, of several with commas between them; false where the person took it back. */
type Choose = (value: string | undefined, control: HTMLElement) => Promise<boolean>;

/** One line of text, one number, one day: what the browser has an input for. */
export type LineInput = { type: keyof typeof LINES; action_id?: string; placeholder?: { type: "plain_text"; text: string } } & Record<
  string,
  unknown
>;

const LINES = {
  email_text_input: { input: "email", initial: "initial_value", value: "value" },
  url_text_input: { input: "url", initial: "initial_value", value: "value" },
  number_input: { input: "number", initial: "initial_value", value: "value" },
  datepicker: { input: "date", initial: "initial_date", value: "selected_date" },
  timepicker: { input: "time", initial: "initial_time", value: "selected_time" },
} as const;

/** Whether an element is one of those. */
export function isLineInput(element: { type: string }): element is LineInput {
  return Object.hasOwn(LINES, element.type);
}

/** A browser's own input. */
export function drawLineInput(element: LineInput, surface: Surface, field: Field | undefined): HTMLElement {
  const { input, initial, value } = LINES[element.type];
  const drawn = h("input", {
    class: "input",
    type: input,
    value: element[initial] as string | undefined,
    placeholder: element.placeholder && plain(element.placeholder),
    ...common(element.action_id, surface, field),
  });
  readers.set(drawn, () => ({ type: element.type, [value]: drawn.value === "" ? null : drawn.value }));
  return drawn;
}

/** Text on one line or on several. */
export function drawTextInput(element: PlainTextInput, surface: Surface, field: Field | undefined): HTMLElement {
  const attributes = {
    class: "input",
    placeholder: element.placeholder && plain(element.placeholder),
    maxlength: element.max_length ?? 3000,
    ...common(element.action_id, surface, field),
  };
  const drawn = element.multiline
    ? h("textarea", { rows: 4, ...attributes }, element.initial_value ?? "")
    : h("input", { type: "text", value: element.initial_value, ...attributes });
  readers.set(drawn, () => ({ type: "plain_text_input", value: drawn.value === "" ? null : drawn.value }));
  return drawn;
}

function common(actionId: string | undefined, surface: Surface, field: Field | undefined) {
  return {
    "data-keep": `${surface.key}:${actionId}`,
    "aria-label": field ? undefined : (actionId ?? "input"),
    "aria-describedby": field?.describedBy,
    "aria-required": field?.required ? "true" : undefined,
  };
}

/** Options to tick, any number of them. */
export function drawCheckboxes(element: Checkboxes, surface: Surface, field: Field | undefined, choose: Choose): HTMLElement {
  const initial = element.initial_options?.map((option) => option.value) ?? [];
  const name = `${surface.key}:${element.action_id}`;
  const group = drawOptions({ type: "checkbox", options: element.options, initial, name }, surface, field, choose);
  readers.set(group, () => ({ type: "checkboxes", selected_options: chosenIn(group, element.options) }));
  return group;
}

/** Options of which one is chosen. */
export function drawRadioButtons(element: RadioButtons, surface: Surface, field: Field | undefined, choose: Choose): HTMLElement {
  const initial = element.initial_option ? [element.initial_option.value] : [];
  const name = `${surface.key}:${element.action_id}`;
  const group = drawOptions({ type: "radio", options: element.options, initial, name }, surface, field, choose);
  readers.set(group, () => ({ type: "radio_buttons", selected_option: chosenIn(group, element.options)[0] ?? null }));
  return group;
}

function chosenIn(group: HTMLElement, options: readonly Option[]): Option[] {
  const inputs = [...group.querySelectorAll("input")];
  return options.filter((_, at) => inputs[at]?.checked);
}

type Options = { type: "checkbox" | "radio"; options: readonly Option[]; initial: readonly (string | undefined)[]; name: string };

function drawOptions(
  { type, options, initial, name }: Options,
  { reader }: Surface,
  field: Field | undefined,
  choose: Choose,
): HTMLElement {
  const inputs = options.map((option, at) =>
    h("input", { type, name, value: option.value, checked: initial.includes(option.value), "data-keep": `${name}:${at}` }),
  );
  const drawn = options.map((option, at) =>
    h("label", { class: "option" }, [
      inputs[at],
      h("span", {}, [
        drawLine(option.text, reader),
        option.description && h("span", { class: "option-description" }, [drawText(option.description, reader)]),
      ]),
    ]),
  );
  const role = type === "radio" ? "radiogroup" : "group";
  const told = { role, "aria-label": field?.label ?? "Options", "aria-describedby": field?.describedBy };
  const group = h("div", { class: "options", ...told }, drawn);
  let before = inputs.map((input) => input.checked);
  const change = async () => {
    const chosen = chosenIn(group, options).map((option) => option.value);
    const kept = await choose(chosen.length > 0 ? chosen.join(",") : undefined, group);
    if (!kept) inputs.forEach((input, at) => (input.checked = before[at] ?? false));
    before = inputs.map((input) => input.checked);
  };
  group.addEventListener("change", () => void change());
  return group;
}
