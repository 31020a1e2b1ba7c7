import type { RichTextBlock } from "@slack/types";
import type { Words } from "../../../words/en.ts";
import type { Known } from "../../ask/read-ask.ts";
import { message, type Message } from "../message.ts";
import { bold, code, line, rich, titledList } from "../rich.ts";

/** `/diagnose help`. */
export function helpMessage(known: Known, words: Words): Message {
  const { help } = words.slack;
  return message([rich(line(bold(help.title)), line(help.intro)), ...helpBlocks(known, words)]);
}

/** What can be written, by examples with the names there are; and who may. */
export function helpBlocks({ environments, runbooks }: Known, words: Words): RichTextBlock[] {
  const { help, status, shortcut } = words.slack;
  const examples = help.commands({ environment: environments[0] ?? "prod", runbook: runbooks[0] ?? "web-errors", mention: "@Gumshoe" });
  return [
    rich(...examples.map(([example, does]) => line(code(example), ` ${does}`))),
    ...titledList(status.title, [[environments.join(", ") || status.noEnvironments]]),
    ...titledList(shortcut.runbook, [[runbooks.join(", ")]]),
    rich(line(help.who)),
  ];
}
