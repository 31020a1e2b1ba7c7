import type { HeaderBlock, RichTextBlock } from "@slack/types";
import type { ActionsConfig } from "../../../config/action-config.ts";
import type { DiskQueueChart } from "../../../report/disk-queue-chart.ts";
import type { Incident } from "../../../incident/incident.ts";
import type { Told, ToldCause, ToldMoment } from "../../../report/told.ts";
import type { Words } from "../../../words/en.ts";
import { LIMITS } from "../../contract/limits.ts";
import { reportButton } from "../incident/report.ts";
import { message, messages, type Message, type OurBlock } from "../message.ts";
import { offerBlocks } from "../plan/offer.ts";
import { bold, line, rich, titledList, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { chartBlocks } from "./chart.ts";
import { lookBlocks } from "./looks.ts";

/** The newest changes shown. */
const CHANGES = 6;
/** Lines of one list; what is beyond is counted. */
const LINES = 20;

/**
 * How a verdict is told; `report` is the incident whose report the last message offers to write, unless all is well; `actions` are the repairs that its
 * environment allows.
 */
export type VerdictTelling = {
  words: Words;
  timezone: string;
  chart?: DiskQueueChart;
  report?: Pick<Incident, "id" | "environment">;
  actions?: ActionsConfig | undefined;
  /** The actions that were done in the incident, and what those are called that the cause itself does not name. */
  done?: ReadonlySet<string>;
  titleOf?: (action: string) => string;
};

/** The whole verdict as messages of a thread: what it is, what to do and what proves it in the first; what else was weighed in the next. */
export function verdictMessages(told: Told, telling: VerdictTelling): Message[] {
  const { words, timezone, chart, report } = telling;
  const { sections } = words;
  const found: OurBlock[] = [
    header(`${words.verdict[told.verdict]} · ${told.name}`),
    ...causeBlocks(told, words),
    ...list(sections.advice, told.advice.map(whole), words),
    ...actionBlocks(told, telling),
    ...list(sections.chain, chainLines(told, words), words),
    ...lookBlocks(told, words),
    ...(chart ? chartBlocks(chart, timezone, words) : []),
  ];
  const weighed: OurBlock[] = [
    ...list(sections.suspected, told.suspected.map(causeLine), words),
    ...list(words.slack.sections.notSeen, notSeenLines(told, words), words),
    ...list(words.slack.sections.unknown, unknownLines(told, words), words),
    ...list(words.slack.sections.ruledOut, told.ruledOut.map(causeLine), words),
    ...list(sections.timeline, told.happened.map(momentLine), words),
    ...list(sections.changed, told.changed.slice(-CHANGES).map(momentLine), words),
    ...list(sections.history, told.history.map(momentLine), words),
  ];
  const all = [...messages(found), ...messages(weighed)];
  return report && told.verdict !== "healthy" ? withButton(all, report, words) : all;
}

/** The button in the last message, or below it where that one is full. */
function withButton(all: readonly Message[], report: NonNullable<VerdictTelling["report"]>, words: Words): Message[] {
  const button = reportButton(report, words);
  const blocks = [...(all.at(-1)?.blocks ?? []), button];
  const fits = JSON.stringify(blocks).length < LIMITS.message.blocksJsonBudget && blocks.length <= LIMITS.message.blocks;
  if (fits) return [...all.slice(0, -1), message(blocks)];
  return [...all, message([rich(line(words.slack.incident.report.label(report.environment, report.id))), button])];
}

function header(text: string): HeaderBlock {
  return { type: "header", text: { type: "plain_text", text: oneLine(text, LIMITS.header), emoji: false } };
}

/** Each root cause with what it says, where it is, and the facts that prove it; or what is known without one. */
function causeBlocks(told: Told, words: Words): RichTextBlock[] {
  const roots = told.roots.flatMap((root) => {
    const where = root.where === undefined ? [] : [line(words.slack.where(root.where))];
    return [rich(line(bold(root.title)), line(root.says), ...where), ...list(words.slack.why, root.why.map(whole), words)];
  });
  const none = told.verdict === "root-cause" ? [] : [line(words.headline[told.verdict])];
  const times = [...(told.began === undefined ? [] : [told.began]), ...told.earlier].map((sentence) => line(sentence));
  const rest = [...none, ...times];
  return rest.length > 0 ? [...roots, rich(...rest)] : roots;
}

function actionBlocks({ actions, roots }: Told, { words, report, actions: allowed, done, titleOf }: VerdictTelling): OurBlock[] {
  if (roots.length === 0 || !report) return [];
  const more = { ...(done ? { done } : {}), ...(titleOf ? { titleOf } : {}) };
  return offerBlocks(actions, { incident: report.id, environment: report.environment, actions: allowed, ...more }, words);
}

function notSeenLines({ notSeen, unanswered }: Told, words: Words): Piece[][] {
  return unanswered.length === 0 ? notSeen.map(whole) : [...notSeen.map(whole), [words.slack.unanswered(unanswered)]];
}

function chainLines({ chain, arithmetic, alsoSeen }: Told, words: Words): Piece[][] {
  if (chain.length === 0) return [];
  const also = alsoSeen.length > 0 ? [[words.alsoSeen(alsoSeen)]] : [];
  return [[chain.join(" → ")], ...arithmetic.map(whole), ...also];
}

function unknownLines({ unknown, notSettled }: Told, words: Words): Piece[][] {
  const lacking = unknown.map(({ title, why }): Piece[] => [bold(title), `: ${words.missingFacts(why)}`]);
  return notSettled.length > 0 ? [...lacking, [words.notSettled(notSettled)]] : lacking;
}

function causeLine({ title, why }: ToldCause): Piece[] {
  return [bold(title), `: ${why.join("; ")}`];
}

function momentLine({ when, what }: ToldMoment): Piece[] {
  return [`${when}  `, what];
}

function whole(sentence: string): Piece[] {
  return [sentence];
}

function list(title: string, items: readonly Piece[][], words: Words): RichTextBlock[] {
  const left = items.length - LINES;
  return titledList(title, left > 0 ? [...items.slice(0, LINES), [words.slack.moreLines(left)]] : items);
}
