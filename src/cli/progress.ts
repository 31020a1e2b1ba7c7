import type { Progress as Told } from "../evidence/gather.ts";
import type { Runbook } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { duration } from "../words/numbers.ts";
import { printable } from "./terminal.ts";
import type { Terminal } from "./verbs.ts";

/** Frames of the sign of life, and how often it turns, in milliseconds. */
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const TURN_MS = 120;

/** What is looked at, and the words to tell it in. */
type Looking = { environment: string; runbook: Runbook; words: Words };

/** `stopped` is what to say where a signal ended the look. */
type Progress = { onProgress: (told: Told) => void; done: () => void; stopped: () => string };
type Shown = Omit<Progress, "stopped">;

/** A look's progress on standard error: on a terminal a line that lives and goes away, elsewhere a plain line a step, which stays. */
export function showProgress({ environment, runbook, words }: Looking, terminal: Terminal): Progress {
  const headline = words.progress.looking(environment);
  const shown = terminal.live ? liveLine(headline, words, terminal) : plainLines(headline, { runbook, words }, terminal);
  let stopped = words.progress.stopped;
  const onProgress = (told: Told) => {
    if (told.kind === "cancelled") stopped = words.progress.cancelled(told.commandId, told.taken);
    shown.onProgress(told);
  };
  return { ...shown, onProgress, stopped: () => stopped };
}

function liveLine(headline: string, words: Words, terminal: Terminal): Shown {
  const started = performance.now();
  let turn = 0;
  const show = () => {
    const wholeS = Math.floor((performance.now() - started) / 1000);
    terminal.progress(
      `\r\x1b[2K${SPINNER[turn++ % SPINNER.length]} ${headline} ${wholeS < 1 ? "" : duration(wholeS * 1000, words.language)}`,
    );
  };
  show();
  const timer = setInterval(show, TURN_MS);
  const done = () => {
    clearInterval(timer);
    terminal.progress("\r\x1b[2K");
  };
  return { onProgress: () => {}, done };
}

function plainLines(headline: string, { runbook, words }: Omit<Looking, "environment">, terminal: Terminal): Shown {
  const titles = new Map(runbook.steps.map((step) => [step.id, step.title[words.language]]));
  let hosts = 0;
  const line = (text: string) => terminal.progress(`  ${printable(text)}\n`);
  terminal.progress(`${headline}\n`);
  const onProgress = (told: Told) => {
    if (told.kind === "asking") hosts = told.hosts.length;
    if (told.kind === "sent") line(words.progress.sent(told.sent.document, told.sent.version, told.sent.commandId));
    if (told.kind === "host" && told.unreachable !== undefined)
      line(words.progress.stepUnknown(told.host, words.because(told.unreachable)));
    if (told.kind === "metrics" && told.metrics.kind === "unknown" && !told.metrics.unasked)
      line(words.progress.stepUnknown(titles.get("metrics") ?? "metrics", words.because(told.metrics.because)));
    if (told.kind !== "step") return;
    const title = `${hosts > 1 && told.host ? `${told.host}: ` : ""}${titles.get(told.step) ?? told.step}`;
    line(
      told.raw.kind === "unknown"
        ? words.progress.stepUnknown(title, words.because(told.raw.because))
        : words.progress.step(title, duration(told.ms, words.language)),
    );
  };
  return { onProgress, done: () => {} };
}
