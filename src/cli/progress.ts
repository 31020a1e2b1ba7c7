import type { Reach } from "../evidence/gather.ts";
import type { Runbook } from "../runbook/library.ts";
import { en } from "../words/en.ts";
import { duration } from "../words/numbers.ts";
import { printable } from "./terminal.ts";
import type { Terminal } from "./verbs.ts";

/** Frames of the sign of life, and how often it turns, in milliseconds. */
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TURN_MS = 120;

/** A look's progress on standard error: on a terminal a line that lives and goes away, elsewhere plain lines that stay. */
export function showProgress(
  environment: string,
  runbook: Runbook,
  hosts: number,
  steps: number,
  terminal: Terminal,
): { onStep: NonNullable<Reach["onStep"]>; done: () => void } {
  const titles = new Map(runbook.steps.map((step) => [step.id, step.title[en.language]]));
  const headline = en.progress.looking(environment, hosts);
  const started = performance.now();
  let seen = 0;
  const line = (frame: number) =>
    `${SPINNER[frame % SPINNER.length]} ${headline} ${duration(performance.now() - started)} · ${seen}/${steps * hosts}`;
  let frame = 0;
  const timer = terminal.live ? setInterval(() => terminal.progress(`\r\x1b[2K${line(frame++)}`), TURN_MS) : undefined;
  terminal.progress(terminal.live ? line(frame) : `${headline}\n`);
  return {
    onStep: ({ host, step, raw, ms }) => {
      seen++;
      if (terminal.live) return;
      const title = `${hosts > 1 && host ? `${host}: ` : ""}${titles.get(step) ?? step}`;
      terminal.progress(
        `  ${printable(raw.kind === "unknown" ? en.progress.stepUnknown(title, raw.because) : en.progress.step(title, duration(ms)))}\n`,
      );
    },
    done: () => {
      clearInterval(timer);
      if (terminal.live) terminal.progress("\r\x1b[2K");
    },
  };
}
