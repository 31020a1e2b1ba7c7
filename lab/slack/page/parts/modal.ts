import type { PlainTextElement } from "@slack/types";
import type { PageState } from "../../page-state.ts";
import { sentenceOf } from "../blocks/button.ts";
import { drawBlock } from "../blocks/draw-block.ts";
import { readers, type AnyBlock } from "../blocks/surface.ts";
import { plain } from "../blocks/words.ts";
import { h, setText } from "../draw/dom.ts";
import { icon } from "../draw/icons.ts";
import { keep } from "../draw/keyed.ts";
import type { Page, Part } from "../page.ts";
import { surfaceOn } from "../messages/surfaces.ts";

type View = NonNullable<PageState["modal"]>;

/** The modal that the app opened for this person: filled in, sent, or closed. */
export function modalPart(page: Page): Part {
  let view: View | undefined;
  let leaving = "";
  const frame = modalFrame(
    () => {
      if (!view) return;
      leaving = view.id;
      frame.dialog.close();
      void page.act({ act: "close-view", viewId: view.id });
    },
    () => view && void send(page, view.id, frame),
  );
  document.body.append(frame.dialog);
  return {
    draw: () => {
      const { modal } = page.state();
      if (modal?.id !== view?.id) fail(frame, undefined);
      view = modal;
      if (modal && modal.id !== leaving) show(page, modal, frame);
      else if (frame.dialog.open) frame.dialog.close();
    },
  };
}

type Frame = ReturnType<typeof modalFrame>;

function modalFrame(leave: () => void, submitted: () => void) {
  const title = h("h2", { id: "modal-title" });
  const cross = h("button", { type: "button", class: "tool", "aria-label": "Close" }, [icon("close")], { click: leave });
  const blocks = h("div", { class: "modal-blocks" });
  const failure = h("p", { class: "modal-failure", role: "alert", hidden: true });
  const cancel = h("button", { type: "button", class: "button" }, [], { click: leave });
  const submit = h("button", { type: "submit", class: "button is-primary" });
  const foot = h("div", { class: "dialog-buttons" }, [cancel, submit]);
  const form = h("form", { novalidate: true }, [h("div", { class: "dialog-head" }, [title, cross]), failure, blocks, foot]);
  const dialog = h("dialog", { class: "dialog modal", "aria-labelledby": title.id }, [form]);
  const instead = (act: () => void) => (event: Event) => {
    event.preventDefault();
    act();
  };
  dialog.addEventListener("cancel", instead(leave));
  form.addEventListener("submit", instead(submitted));
  return { dialog, title, blocks, failure, cancel, submit };
}

function show(page: Page, view: View, { dialog, title, blocks, cancel, submit }: Frame): void {
  setText(title, view.title ? plain(view.title as PlainTextElement) : "");
  setText(cancel, view.close ? plain(view.close as PlainTextElement) : "Cancel");
  setText(submit, view.submit ? plain(view.submit as PlainTextElement) : "");
  submit.hidden = !view.submit;
  drawBlocks(page, blocks, view);
  if (dialog.open) return;
  dialog.showModal();
  (blocks.querySelector<HTMLElement>("input, select, textarea, button") ?? (submit.hidden ? cancel : submit)).focus();
}

function fail({ failure }: Frame, sentence: string | undefined): void {
  failure.hidden = sentence === undefined;
  setText(failure, sentence ?? "");
}

async function send(page: Page, viewId: string, frame: Frame): Promise<void> {
  const { blocks, submit } = frame;
  if (submit.getAttribute("aria-disabled") === "true") return;
  submit.setAttribute("aria-disabled", "true");
  showErrors(blocks, {});
  const acted = await page.act({ act: "submit-view", viewId, values: valuesIn(blocks) });
  submit.removeAttribute("aria-disabled");
  const errors = "payload" in acted ? errorsOf(acted.payload) : {};
  showErrors(blocks, errors);
  fail(frame, Object.keys(errors).length > 0 ? undefined : sentenceOf(acted));
}

function drawBlocks(page: Page, root: HTMLElement, view: View): void {
  const surface = surfaceOn(page, "modal", `modal:${view.id}`, { viewId: view.id });
  keep(
    root,
    view.blocks.map((block, at) => ({
      key: `${view.id}:${at}:${block.type}`,
      print: JSON.stringify([block, page.reader().locale]),
      build: () => drawBlock(block as AnyBlock, { ...surface, key: `${surface.key}:${block.block_id ?? at}` }),
    })),
  );
}

/** What was filled in in input blocks, by block and action, in Slack's form. */
function valuesIn(root: HTMLElement): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const element of root.querySelectorAll<HTMLElement>("[data-input] [data-action]")) {
    const read = readers.get(element);
    if (read) (values[element.dataset["block"] ?? ""] ??= {})[element.dataset["action"] ?? ""] = read();
  }
  return values;
}

function errorsOf(payload: unknown): Record<string, string> {
  const told = payload as { response_action?: string; errors?: Record<string, string> } | undefined;
  return told?.response_action === "errors" ? (told.errors ?? {}) : {};
}

/** Say at each field what is wrong with it, and go to the first. */
function showErrors(root: HTMLElement, errors: Record<string, string>): void {
  let first: HTMLElement | undefined;
  for (const field of root.querySelectorAll<HTMLElement>("[data-input]")) {
    const error = errors[field.dataset["input"] ?? ""];
    const [words, control] = [field.querySelector(".field-error"), field.querySelector<HTMLElement>("input, select, textarea")];
    if (words) setText(words, error ?? "");
    if (error === undefined) control?.removeAttribute("aria-invalid");
    else control?.setAttribute("aria-invalid", "true");
    if (error !== undefined) first ??= field;
  }
  first?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  first?.scrollIntoView({ block: "nearest" });
}
