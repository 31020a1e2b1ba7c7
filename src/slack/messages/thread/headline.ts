import type { ContextBlock } from "@slack/types";
import type { Told } from "../../../report/told.ts";
import type { Words } from "../../../words/en.ts";
import { message, type Message } from "../message.ts";
import { bold, line, rich } from "../rich.ts";
import { oneLine } from "../texts.ts";

/** Who asked (by name: a mention would ping them for what they just did), and by which runbook is looked. */
export type AskedFor = { environment: string; runbook: string; by?: string };

/** How it went: the time of the look and how long it took, in words. */
export type Timed = { at: string; took: string };

/** Suspicions that the headline names; the thread has them all. */
const SUSPECTS = 2;

/** The headline while it is being looked. */
export function lookingHeadline(words: Words, asked: AskedFor): Message {
  return message([rich(line(bold(words.progress.looking(asked.environment)))), context(askedIn(words, asked))]);
}

/** The headline once it is known: the verdict, the cause with what it says, what to do next. */
export function verdictHeadline(words: Words, asked: AskedFor, told: Told, { at, took }: Timed): Message {
  const { headline } = words.slack;
  const titles = told.roots.map(({ title }) => title);
  const lines = [line(bold(headline.verdict(told.verdict, asked.environment, titles)))];
  for (const root of told.roots) lines.push(line(root.where === undefined ? "" : `${words.slack.where(root.where)}. `, root.says));
  const suspected = told.suspected.slice(0, SUSPECTS).map(({ title }) => title);
  if (told.roots.length === 0 && suspected.length > 0) lines.push(line(headline.suspected(suspected)));
  if (told.notSeen.length > 0) lines.push(line(headline.notSeen(told.notSeen.length)));
  if (told.advice[0] !== undefined) lines.push(line(headline.next(told.advice[0])));
  return message([rich(...lines), context(headline.took(at, took), askedIn(words, asked), headline.inThread)]);
}

/** The headline of a diagnosis that an error of our own ended; `id` leads to it in the log. */
export function failedHeadline(words: Words, asked: AskedFor, id: string): Message {
  return message([rich(line(words.slack.headline.failed(asked.environment, id))), context(askedIn(words, asked))]);
}

/** The headline of a diagnosis that was stopped because the program is. */
export function stoppedHeadline(words: Words, asked: AskedFor): Message {
  return message([rich(line(words.slack.headline.restarted(asked.environment))), context(askedIn(words, asked))]);
}

function askedIn({ slack: { headline } }: Words, { by, runbook }: AskedFor): string {
  return by === undefined ? headline.unasked(runbook) : headline.asked(by, runbook);
}

function context(...texts: readonly string[]): ContextBlock {
  return { type: "context", elements: texts.map((text) => ({ type: "plain_text", text: oneLine(text) || "?", emoji: false })) };
}
