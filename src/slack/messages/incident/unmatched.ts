import type { RichTextBlock } from "@slack/types";
import type { Words } from "../../../words/en.ts";
import { fullest, message, type Message } from "../message.ts";
import { filled, line, moment, rich, titledList } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { alarmName } from "./alarm-lists.ts";

/** An alarm that belongs to no environment, and how often it changed today. */
export type Unmatched = { key: string; name: string; count: number; lastAt: Date };

/** Alarms that are named, tried in this order until the message is within Slack's limits; the others are counted. */
const NAMED = [20, 12, 6, 3];

/** Names in the example of what to write. */
const EXAMPLE = 3;

/** The alarms of a day (2026-11-26) that nobody looks at, the most frequent first; and what to write so that somebody does. */
export function unmatchedMessage(day: string, alarms: readonly Unmatched[], environment: string, words: Words): Message {
  return fullest(NAMED, (named) => formOf({ day, alarms, environment, named }, words));
}

type Form = { day: string; alarms: readonly Unmatched[]; environment: string; named: number };

function formOf({ day, alarms, environment, named }: Form, words: Words): Message {
  const said = words.slack.incident.unmatched;
  const sorted = alarms.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const times = alarms.reduce((sum, { count }) => sum + count, 0);
  const lines = sorted
    .slice(0, named)
    .map(({ name, count, lastAt }) => [alarmName(name), ": ", ...filled(said.line(count), { at: moment(lastAt) })]);
  const left = sorted.length - lines.length;
  return message([
    ...titledList(said.title(alarms.length, times, day), left > 0 ? [...lines, [words.slack.moreLines(left)]] : lines),
    rich(line(said.howTo)),
    example(environment, sorted.slice(0, EXAMPLE)),
    rich(line(said.restart)),
  ]);
}

/** YAML as it can be pasted: names in quotes, as they are. */
function example(environment: string, alarms: readonly Unmatched[]): RichTextBlock {
  const names = alarms.map(({ name }) => JSON.stringify(oneLine(name, 255))).join(", ");
  const text = `environments:\n  ${environment}:\n    alarms:\n      names: [${names}]`;
  return { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }] };
}
