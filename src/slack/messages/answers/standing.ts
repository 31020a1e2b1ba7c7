import type { RichTextBlock } from "@slack/types";
import type { Environment } from "../../../config/config.ts";
import type { Words } from "../../../words/en.ts";
import type { Ended, Running } from "../../thread/open-diagnoses.ts";
import { message, type Message } from "../message.ts";
import { bold, filled, line, link, rich, titledList, type Piece } from "../rich.ts";

/** How one environment stands: what is under way, what came last, each with the way to its thread where that is known. */
export type Standing = {
  name: string;
  environment: Environment;
  running?: { running: Running; url?: string };
  last?: { ended: Ended; url?: string };
};

/** `/diagnose status`: every environment with what is under way and what came last. */
export function statusMessage(standing: readonly Standing[], now: Date, words: Words): Message {
  const { status } = words.slack;
  const running = standing.filter((each) => each.running !== undefined).length;
  const blocks = [rich(line(status.open(running))), ...standingBlocks(standing, now, words)];
  return message(blocks);
}

/** Every environment, a line each. */
export function standingBlocks(standing: readonly Standing[], now: Date, words: Words): RichTextBlock[] {
  const { status } = words.slack;
  if (standing.length === 0) return [rich(line(status.noEnvironments))];
  return titledList(
    status.title,
    standing.map((each) => [bold(each.name), `: ${hostsOf(each.environment, words)}; `, ...stateOf(each, now, words)]),
  );
}

/** What is under way, a line each. */
export function runningLines(standing: readonly Standing[], now: Date, words: Words): Piece[][] {
  return standing.flatMap(({ name, running }) => (running ? [runningLine(name, running, now, words)] : []));
}

function stateOf({ name, running, last }: Standing, now: Date, words: Words): Piece[] {
  const { status } = words.slack;
  if (running) return runningLine(name, running, now, words);
  if (!last) return [status.neverLooked];
  const ago = words.slack.ago(now.getTime() - last.ended.at.getTime());
  const told = status.lastLook(verdictOf(last.ended, words), ago);
  return last.url === undefined ? [told] : [`${told} · `, link(last.url, words.slack.buttons.openThread)];
}

function runningLine(name: string, { running, url }: NonNullable<Standing["running"]>, now: Date, words: Words): Piece[] {
  const sentence = words.slack.status.running(name, Math.max(0, now.getTime() - running.startedAt.getTime()), "{link}");
  return filled(sentence, { link: url === undefined ? running.runbook.title[words.language] : link(url, words.slack.buttons.openThread) });
}

function verdictOf({ how }: Ended, words: Words): string {
  if (typeof how === "string") return words.slack.status[how];
  const titles = how.titles.map((title) => title[words.language]);
  return [words.verdict[how.verdict], ...(titles.length > 0 ? [titles.join("; ")] : [])].join(": ");
}

function hostsOf({ hosts }: Environment, words: Words): string {
  const { status } = words.slack;
  if (Array.isArray(hosts)) return status.hosts(hosts.length);
  return status.hostsByTags(Object.entries(hosts.tags).map(([name, value]) => `${name}=${value}`));
}
