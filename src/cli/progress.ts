import type { Progress as Told } from "../evidence/gather.ts";
import type { Runbook } from "../runbook/library.ts";
import { en } from "../words/en.ts";
import { duration } from "../words/numbers.ts";
import { printable } from "./terminal.ts";
import type { Terminal } from "./verbs.ts";

/** Frames of the sign of life, and how often it turns, in milliseconds. */
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TURN_MS = 120;

type Progress = { onProgress: (told: Told) => void; done: () => void };

/** A look's progress on standard error: on a terminal a line that lives and goes away, elsewhere a plain line a step, which stays. */
export function showProgress(environment: string, runbook: Runbook, terminal: Terminal): Progress {
  const headline = en.progress.looking(environment);
  return terminal.live ? liveLine(headline, terminal) : plainLines(headline, runbook, terminal);
}

function liveLine(headline: string, terminal: Terminal): Progress {
  const started = performance.now();
  let turn = 0;
  const show = () => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    terminal.progress(`\r\x1b[2K${SPINNER[turn++ % SPINNER.length]} ${headline} ${seconds} s`);
  };
  show();
  const timer = setInterval(show, TURN_MS);
  const done = () => {
    clearInterval(timer);
    terminal.progress("\r\x1b[2K");
  };
  return { onProgress: () => {}, done };
}

function plainLines(headline: string, runbook: Runbook, terminal: Terminal): Progress {
  const titles = new Map(runbook.steps.map((step) => [step.id, step.title[en.language]]));
  let hosts = 0;
  const line = (text: string) => terminal.progress(`  ${printable(text)}\n`);
  terminal.progress(`${headline}\n`);
  const onProgress = (told: Told) => {
    if (told.kind === "asking") hosts = told.hosts.length;
    if (told.kind === "host" && told.unreachable !== undefined) line(en.progress.stepUnknown(told.host, told.unreachable));
    if (told.kind === "metrics" && told.metrics.kind === "unknown" && !told.metrics.unasked)
      line(en.progress.stepUnknown(titles.get("metrics") ?? "metrics", told.metrics.because));
    if (told.kind !== "step") return;
    const title = `${hosts > 1 && told.host ? `${told.host}: ` : ""}${titles.get(told.step) ?? told.step}`;
    line(told.raw.kind === "unknown" ? en.progress.stepUnknown(title, told.raw.because) : en.progress.step(title, duration(told.ms)));
  };
  return { onProgress, done: () => {} };
}
