import type { ContextBlock, RichTextBlock, RichTextSection } from "@slack/types";
import type { Call } from "../../../remediation/plan.ts";
import type { PlanRow } from "../../../remediation/plans.ts";
import type { Words } from "../../../words/en.ts";
import { tellPlan, type PlanSay } from "../../../words/plan-say.ts";
import { fullest, message, type Message, type OurBlock } from "../message.ts";
import { bold, boldLine, code, filled, line, mention, moment, rich, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { nextBlocks } from "./next-step.ts";
import { planButtons } from "./plan-buttons.ts";
import { differenceLines, stateLines } from "./plan-state.ts";
import { proofBlocks } from "./proof-blocks.ts";
import { listsIn, within, type PlanTelling, type Room } from "./plan-telling.ts";

/** Room of lists and texts, tried in this order until the message is within Slack's limits; the number is that of items. */
const CHARACTERS: Readonly<Record<number, number>> = { 24: 400, 12: 400, 6: 160, 3: 80, 1: 60 };
const ROOMS = Object.entries(CHARACTERS)
  .map(([items, characters]): Room => ({ items: Number(items), characters }))
  .toSorted((a, b) => b.items - a.items);

/** Room of what stands where a plan is done: what was planned gives way to it, as long as that helps. */
const STANDS: Room = { items: 12, characters: 900 };
const SHARES = [...ROOMS.map((room) => ({ room, stands: STANDS })), ...ROOMS.map((room) => ({ room, stands: room }))];

/** Characters of a digest that are shown; the button carries all of it. */
const DIGEST = 12;

/** A plan as it stands, as the one message that is edited in place. Pure: the same row makes the same message. */
export function planMessage(row: PlanRow, telling: PlanTelling): Message {
  return fullest(SHARES, (share) => message(blocksOf(row, telling, share)));
}

/** The key of a plan's message. */
export function planKey(id: string): string {
  return `plan:${id}`;
}

function blocksOf(whole: PlanRow, telling: PlanTelling, { room, stands }: (typeof SHARES)[number]): OurBlock[] {
  const row = within(whole, room);
  const { plan } = row;
  const { words } = telling;
  const short = (text: string) => oneLine(text, room.characters);
  const title = words.slack.plans.title(short(telling.titleOf(plan.action)), plan.environment);
  return [
    rich(boldLine(title), ...stateLines(row, telling, room), ...haltLines(row, telling)),
    ...differenceLines(row, telling, row.end?.how === "done" ? stands : room),
    ...proofBlocks(row, telling, room),
    rich(line(...asked(row, words)), line(words.slack.plans.causes(plan.rootCauses.map((cause) => short(telling.causeOf(cause)))))),
    ...saysBlocks(row, words, room),
    ...approverBlocks(row, words, room),
    contextOf(row, words),
    ...nextBlocks(whole, telling, room),
    ...planButtons(whole, telling),
  ];
}

function haltLines({ plan, state }: PlanRow, { words, halt }: PlanTelling): RichTextSection[] {
  if (!halt || state === "ended") return [];
  const { environment } = plan;
  const elements = { by: halt.by.name, at: moment(halt.at), code: code(`/diagnose resume ${environment}`) };
  return [boldLine(...filled(words.slack.plans.halted(environment), elements))];
}

function asked({ plan }: PlanRow, words: Words): Piece[] {
  return filled(words.slack.plans.asked(plan.incident), { by: bold(plan.requestedBy.name), at: moment(plan.plannedAt) });
}

function saysBlocks({ plan }: PlanRow, words: Words, room: Room): RichTextBlock[] {
  const { sections } = words.slack.plans;
  const { calls, says } = plan.draft;
  const list = listsIn(room, words);
  const told = (title: string, sentences: readonly PlanSay[]) =>
    list(
      title,
      sentences.map((say) => [oneLine(tellPlan(say, words), room.characters)]),
    );
  return [
    ...told(sections.does, says.does),
    ...list(
      sections.calls,
      calls.map((call) => callLine(call, words, room)),
    ),
    ...told(sections.risks, says.risks),
    ...told(sections.takes, says.takes),
    ...told(sections.costs, says.costs),
    ...told(sections.undo, says.undo),
    ...told(sections.unchecked, says.unchecked),
  ];
}

/** A call to the letter: what is called, on what, and every value; what does not fit is counted. */
/** A yes or no stands without `=`: what follows `ManageMasterUserPassword=` would be taken out of the message as a secret. */
function partOf(name: string, value: unknown): string {
  if (typeof value === "boolean") return `${name} ${value}`;
  return `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
}

function callLine(call: Call, words: Words, room: Room): Piece[] {
  const { plans } = words.slack;
  const { items, characters } = room;
  const short = (text: string) => code(oneLine(text, characters));
  const [head, values] =
    call.on === "aws"
      ? [[short(`${call.service}:${call.operation}`), ...call.resources.slice(0, items).flatMap((arn) => [" ", short(arn)])], call.input]
      : [[short(call.document), ` ${oneLine(plans.onHosts(call.hosts), characters)}`], call.values];
  const parts = Object.entries(values).map(([name, value]) => partOf(name, value));
  const resources = call.on === "aws" ? Math.max(0, call.resources.length - items) : 0;
  const left = Math.max(0, parts.length - items) + resources;
  return [
    ...head,
    ...parts.slice(0, items).flatMap((part): Piece[] => [" ", short(part)]),
    ...(left > 0 ? [` ${plans.moreParts(left)}`] : []),
  ];
}

function approverBlocks({ plan, state }: PlanRow, words: Words, room: Room): RichTextBlock[] {
  if (state !== "proposed") return [];
  const { plans } = words.slack;
  const { approvers, approvals, solo, typed } = plan.policy;
  const named = approvers.slice(0, room.items).flatMap((id, nth): Piece[] => [...(nth > 0 ? [", "] : []), mention(id)]);
  const more = approvers.length > room.items ? [` ${words.slack.moreLines(approvers.length - room.items)}`] : [];
  const who = plans.needs(approvals).split("{who}");
  return [
    rich(
      ...(solo ? [boldLine(plans.solo)] : []),
      line(who[0] ?? "", ...named, ...more, who[1] ?? ""),
      ...(solo ? [] : [line(...filled(plans.notRequester, { by: bold(plan.requestedBy.name) }))]),
      ...(typed ? [line(plans.typed(plan.environment))] : []),
      line(...filled(plans.until, { until: moment(plan.expiresAt) })),
    ),
  ];
}

function contextOf({ plan }: PlanRow, words: Words): ContextBlock {
  const text = words.slack.plans.digest(plan.digest.slice(0, DIGEST));
  return { type: "context", elements: [{ type: "plain_text", text, emoji: false }] };
}
