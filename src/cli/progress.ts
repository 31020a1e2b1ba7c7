import type { Reach } from "../evidence/gather.ts";
import type { Runbook } from "../runbook/library.ts";
import { en } from "../words/en.ts";
import { duration } from "../words/numbers.ts";
import { printable } from "./terminal.ts";
import type { Terminal } from "./verbs.ts";

/** Frames of the sign of life, and how often it turns, in milliseconds. */
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TURN_MS = 120;

type Progress = { onStep: NonNullable<Reach["onStep"]>; done: () => void };

/** A look's progress on standard error: on a terminal a line that lives and goes away, elsewhere a plain line a step, which stays. */
export function showProgress(environment: string, runbook: Runbook, hosts: number, terminal: Terminal): Progress {
  const headline = en.progress.looking(environment, hosts);
  return terminal.live ? liveLine(headline, terminal) : plainLines(headline, runbook, hosts, terminal);
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
  return { onStep: () => {}, done };
}

function plainLines(headline: string, runbook: Runbook, hosts: number, terminal: Terminal): Progress {
  const titles = new Map(runbook.steps.map((step) => [step.id, step.title[en.language]]));
  terminal.progress(`${headline}\n`);
  const onStep: Progress["onStep"] = ({ host, step, raw, ms }) => {
    const title = `${hosts > 1 && host ? `${host}: ` : ""}${titles.get(step) ?? step}`;
    const said = raw.kind === "unknown" ? en.progress.stepUnknown(title, raw.because) : en.progress.step(title, duration(ms));
    terminal.progress(`  ${printable(said)}\n`);
  };
  return { onStep, done: () => {} };
}
