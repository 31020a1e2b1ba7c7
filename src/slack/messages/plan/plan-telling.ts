import type { RichTextBlock } from "@slack/types";
import type { ActionsConfig } from "../../../config/action-config.ts";
import type { Halt, PlanRow } from "../../../remediation/plans.ts";
import type { Words } from "../../../words/en.ts";
import { titledList, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";

/** How a plan is told: in which words, what an action and a root cause are called in them, and whether its environment is halted. */
export type PlanTelling = {
  words: Words;
  titleOf: (action: string) => string;
  causeOf: (cause: string) => string;
  halt?: Halt | undefined;
  /** What an environment allows: what follows a step that was done. */
  actionsIn?: (environment: string) => ActionsConfig | undefined;
  /** The actions of the plan's incident that are planned already, or done: what follows needs no button for them. */
  planned?: ReadonlySet<string>;
  /** The time zone of an environment, for charts. */
  timezoneOf?: (environment: string) => string;
};

/** How many items a list may have, and how long each text may be that comes from outside. */
export type Room = { items: number; characters: number };

/** Titled lists of at most so many items each; what is beyond is counted. */
export function listsIn({ items: most }: Room, words: Words): (title: string, items: readonly (readonly Piece[])[]) => RichTextBlock[] {
  return (title, items) => {
    const left = items.length - most;
    return titledList(title, left > 0 ? [...items.slice(0, most), [words.slack.moreLines(left)]] : items);
  };
}

/** The same with every name and step that comes from outside within the room. What buttons carry is not to be taken from it. */
export function within(row: PlanRow, { items, characters }: Room): PlanRow {
  const short = <Named extends { name: string }>(who: Named): Named => ({ ...who, name: oneLine(who.name, characters) });
  const stepped = <Stepped extends object>(part: Stepped): Stepped =>
    "step" in part && typeof part.step === "string" ? { ...part, step: oneLine(part.step, characters) } : part;
  const { plan, end, question, progress } = row;
  return {
    ...row,
    plan: { ...plan, requestedBy: short(plan.requestedBy), rootCauses: plan.rootCauses.slice(0, items) },
    approvals: row.approvals.map(short),
    ...(end ? { end: end.how === "withdrawn" ? { ...end, by: short(end.by) } : stepped(end) } : {}),
    ...(question ? { question: stepped(question) } : {}),
    ...(progress ? { progress: stepped(progress) } : {}),
  };
}
