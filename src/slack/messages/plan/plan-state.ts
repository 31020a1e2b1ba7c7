import type { RichTextBlock, RichTextSection } from "@slack/types";
import type { Difference } from "../../../remediation/digest.ts";
import type { Progress } from "../../../remediation/durable.ts";
import type { PlanEnd, PlanRow } from "../../../remediation/plans.ts";
import type { Words } from "../../../words/en.ts";
import { tellPlan } from "../../../words/plan-say.ts";
import { bold, boldLine, code, filled, line, moment, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { listsIn, type PlanTelling, type Room } from "./plan-telling.ts";

/** How a plan stands, below its title: the state in bold, who approved it, and what is under way, asked, or came of it. */
export function stateLines(row: PlanRow, { words }: PlanTelling, room: Room): RichTextSection[] {
  const { state } = words.slack.plans;
  const { plan, approvals } = row;
  const approved = approvals.map(({ name, at }) => line(...filled(state.approvedBy, { by: bold(name), at: moment(at) })));
  switch (row.state) {
    case "proposed":
      return [boldLine(state.proposed(approvals.length, plan.policy.approvals)), ...approved];
    case "approved":
      return [boldLine(state.approved), ...approved];
    case "running":
      return [boldLine(...since(state.running, row.beganAt ?? row.approvedAt)), ...progressLines(row.progress, words, room), ...approved];
    case "asking":
      return [...questionLines(row, words, room), ...approved];
    case "ended":
      return [...endLines(row, words, room), ...approved];
  }
}

/** What differs where an approval did not hold any more, and what stands where a plan is done. */
export function differenceLines({ end }: PlanRow, { words }: PlanTelling, room: Room): RichTextBlock[] {
  const { sections } = words.slack.plans;
  const list = listsIn(room, words);
  if (end?.how === "done")
    return list(
      sections.stands,
      end.says.map((each) => [oneLine(tellPlan(each, words), room.characters)]),
    );
  if (end?.how !== "void") return [];
  return list(
    sections.differs,
    end.differences.map((each) => differenceLine(each, words, room)),
  );
}

/** How a plan ended, in a sentence. */
export function endSentence(end: PlanEnd, endedAt: Date | undefined, words: Words): Piece[] {
  const { state } = words.slack.plans;
  switch (end.how) {
    case "done":
      return since(state.doneAt, endedAt);
    case "void":
      return [state.void];
    case "failed":
      return [state.failed(end.step)];
    case "late":
      return [state.late(end.step)];
    case "halted":
      return [state.haltedAt(end.step)];
    case "broke":
      return [state.broke(end.errorId)];
    case "withdrawn":
      return filled(state.withdrawn, { by: end.by.name });
    case "expired":
      return [state.expired];
    case "lapsed":
      return [state.lapsed];
  }
}

function endLines({ end, endedAt }: PlanRow, words: Words, room: Room): RichTextSection[] {
  if (!end) return [];
  const because = "because" in end && end.because ? [line(oneLine(tellPlan(end.because, words), room.characters))] : [];
  return [boldLine(...endSentence(end, endedAt, words)), ...because];
}

function progressLines(progress: Progress | undefined, words: Words, room: Room): RichTextSection[] {
  if (!progress) return [];
  const { state } = words.slack.plans;
  const parts = [
    state[progress.state],
    ...(progress.status === undefined ? [] : [oneLine(progress.status, room.characters)]),
    ...(progress.percent === undefined ? [] : [state.percent(Math.min(100, Math.max(0, progress.percent)))]),
    state.elapsed(progress.elapsedMs, progress.expectedMs),
  ];
  return [line(state.step(progress.step)), line(parts.join(", "))];
}

function questionLines({ plan, question }: PlanRow, words: Words, room: Room): RichTextSection[] {
  const { state } = words.slack.plans;
  if (!question) return [boldLine(state.asking)];
  const because = oneLine(tellPlan(question.because, words), room.characters);
  return [boldLine(state.asking), line(state.step(question.step)), line(because), line(state.askingNext(plan.environment))];
}

/** What it was and what it is, as values; whether a thing is there at all is told in words. */
function differenceLine({ kind, name, of, was, is }: Difference, words: Words, room: Room): Piece[] {
  const { plans } = words.slack;
  const short = (value: string) => oneLine(value, room.characters);
  const shown = (value: string): Piece => {
    if (of === "existence")
      return bold(Object.hasOwn(plans.existence, value) ? plans.existence[value as keyof typeof plans.existence] : short(value));
    return value === "" ? bold(plans.nothing) : code(short(value));
  };
  const sentence = kind === "calls" ? plans.callsDiffer : plans.difference(short(kind), short(name), short(of));
  return filled(sentence, { was: shown(was), is: shown(is) });
}

function since(sentence: string, at: Date | undefined): Piece[] {
  return filled(sentence, { at: at ? moment(at) : "?" });
}
