import type { RichTextBlock } from "@slack/types";
import { LOOKS } from "../../../diagnosis/looks.ts";
import type { Told, ToldLook } from "../../../report/told.ts";
import type { Words } from "../../../words/en.ts";
import { bold, titledList, type Piece } from "../rich.ts";

const MARKS: Record<ToldLook["state"], string> = { telling: "!", clean: "✓", "not-seen": "?" };

/** Hosts of which one look shows what each says, of those with the same outcome; the others are counted. */
const HOSTS = 4;

/** The five looks by name, each with its mark, the word for it, and its number or why it was not seen. */
export function lookBlocks(told: Told, words: Words): RichTextBlock[] {
  const lines = LOOKS.flatMap((look) => {
    const taken = told.looks.filter((each) => each.look === look);
    return (["telling", "not-seen", "clean"] as const).flatMap((state) =>
      linesOf(
        taken.filter((each) => each.state === state),
        words,
      ),
    );
  });
  return titledList(words.sections.looks, lines);
}

function linesOf(looks: readonly ToldLook[], words: Words): Piece[][] {
  const [first] = looks;
  if (!first) return [];
  // What was not seen says so in its own sentence.
  const state = first.state === "not-seen" ? ": " : ` (${words.slack.lookStates[first.state]}): `;
  const begin = [`${MARKS[first.state]} `, bold(words.lookNames[first.look]), state];
  if (first.state === "clean" && looks.length > HOSTS) return [[...begin, words.slack.cleanHosts(looks.length)]];
  const shown = looks.slice(0, HOSTS).map(({ host, says }): Piece[] => [...begin, host === undefined ? says : `${host}: ${says}`]);
  const left = looks.length - shown.length;
  return left > 0 ? [...shown, [...begin, words.slack.moreLines(left)]] : shown;
}
