import type { PlanBlock, TaskCardBlock } from "@slack/types";
import { h, hidden } from "../draw/dom.ts";
import { icon, type Icon } from "../draw/icons.ts";
import { drawLink, drawPassages, languageOf } from "../text/nodes.ts";
import { readRichText } from "../text/rich-text.ts";
import type { Surface } from "./surface.ts";

type Status = TaskCardBlock["status"];

/** How a step stands, for the eye and in words; never by colour alone. */
const STATUS: Record<Status, { icon: Icon; words: string }> = {
  pending: { icon: "pending", words: "waiting" },
  in_progress: { icon: "running", words: "running" },
  complete: { icon: "done", words: "done" },
  error: { icon: "failed", words: "failed" },
};

/** The steps of one piece of work, as they turn over; closed, its line still says how far it is. */
export function drawPlan({ title, tasks = [] }: PlanBlock, surface: Surface): HTMLElement {
  const steps = tasks as TaskCardBlock[];
  return h("details", { open: true, "data-keep": `${surface.key}:plan` }, [
    h("summary", { "data-keep": `${surface.key}:plan-line` }, [
      icon("open"),
      h("span", { class: "plan-title", lang: languageOf(title) }, title),
      h("span", { class: "plan-progress" }, progressOf(steps)),
    ]),
    h(
      "div",
      { class: "plan-bar", "aria-hidden": "true" },
      steps.map(({ status }) => h("span", { class: `is-${status}` })),
    ),
    h(
      "ol",
      {},
      steps.map((step) => h("li", {}, [drawTask(step, surface)])),
    ),
  ]);
}

function progressOf(steps: readonly TaskCardBlock[]): string {
  const count = (status: Status) => steps.filter((step) => step.status === status).length;
  const failed = count("error");
  return `${count("complete")} of ${steps.length} done${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** One step: how it stands, what it is, and what came out of it. */
export function drawTask({ title, status, details, output, sources = [] }: TaskCardBlock, { reader }: Surface): HTMLElement {
  const { icon: sign, words } = STATUS[status];
  return h("div", { class: `task is-${status}` }, [
    h("span", { class: "task-sign" }, [icon(sign)]),
    h("div", { class: "task-body" }, [
      h("div", { class: "task-line" }, [
        h("span", { class: "task-title", lang: languageOf(title) }, title),
        hidden(", "),
        h("span", { class: "task-status" }, words),
      ]),
      details && h("div", { class: "task-details" }, [drawPassages(readRichText(details), reader)]),
      output && h("div", { class: "task-output" }, [drawPassages(readRichText(output), reader)]),
      sources.length > 0 &&
        h(
          "ul",
          { class: "task-sources", "aria-label": "Sources" },
          sources.map(({ url, text }) => h("li", {}, [drawLink(url, text)])),
        ),
    ]),
  ]);
}
