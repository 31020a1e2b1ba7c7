import type { RichTextSection, TableBlock } from "@slack/types";
import type { Numbers } from "../../../incident/numbers.ts";
import type { PlanRow } from "../../../remediation/plans.ts";
import type { Symptom, Unseen } from "../../../remediation/proof.ts";
import type { ProofKept } from "../../../remediation/proof-kept.ts";
import { beforeAfter } from "../../../report/before-after.ts";
import { queueSteps } from "../../../report/disk-queue-chart.ts";
import type { Words } from "../../../words/en.ts";
import { tellPlan } from "../../../words/plan-say.ts";
import type { OurBlock } from "../message.ts";
import { boldLine, filled, line, moment, rich } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { chartBlocks } from "../thread/chart.ts";
import { listsIn, type PlanTelling, type Room } from "./plan-telling.ts";

/** What is shown of the disk queue before the change. */
const LEAD_MS = 30 * 60_000;

/** Fewer steps are no course of time. */
const LEAST_STEPS = 3;

/** The proof of a plan that is done: how it stands, the figures before and now, the disk queue over time, and what can be done where it is not proven. */
export function proofBlocks({ plan, proof }: PlanRow, telling: PlanTelling, room: Room): OurBlock[] {
  if (!proof) return [];
  const { words } = telling;
  return [
    rich(boldLine(words.proof.title), ...standingLines(proof, words, room)),
    ...tableOf(proof, words),
    ...chartOf(proof, telling.timezoneOf?.(plan.environment) ?? "UTC", words),
    ...backBlocks({ plan, proof }, telling, room),
  ];
}

function standingLines(proof: ProofKept, words: Words, room: Room): RichTextSection[] {
  const { proof: said } = words;
  const { stands, limits } = proof;
  if (proof.superseded) return [line(said.superseded)];
  if (stands.is === "proven") return [line(said.proven(limits.goodMs))];
  if (proof.samples.length === 0 && proof.state === "under-way") return [line(said.waits)];
  const unseen = stands.unseen.slice(0, room.items).map((each) => line(unseenIn(each, words, room)));
  if (stands.is === "good-so-far") {
    const until = filled(said.until, { at: moment(new Date(stands.needsUntil)) });
    return [line(said.good(stands.goodMs, limits.goodMs)), line(...until), ...unseen];
  }
  if (stands.is === "unseen") return [...(stands.over ? [line(said.notSeenAtAll(limits.withinMs))] : []), ...unseen];
  const bad = stands.bad.map((symptom) => said.symptom[symptom]);
  return [
    ...(stands.is === "worse" ? [line(said.worse(bad))] : []),
    line(stands.over ? said.notProven(limits.withinMs, bad) : said.notGood(bad)),
    ...unseen,
  ];
}

function unseenIn({ of, because }: Unseen, words: Words, room: Room): string {
  const symptom: Symptom | "look" = of;
  return words.proof.unseen(words.proof.symptom[symptom], oneLine(words.because(because), room.characters));
}

/** A table with the header in its first row; nothing where no number is known. */
function tableOf({ stands, before, limits }: ProofKept, words: Words): TableBlock[] {
  const { columns } = words.proof;
  const rows = beforeAfter(before, afterIn(stands), words, limits);
  if (rows.length === 0) return [];
  const header = [columns.number, columns.before, stands.is === "proven" ? columns.after : columns.now, columns.good];
  const cells = [header, ...rows.map((row) => [row.name, row.before, row.after, row.good ?? "–"])];
  return [{ type: "table", rows: cells.map((row) => row.map((text) => ({ type: "raw_text" as const, text }))) }];
}

/** The numbers of after the change, as far as there are any. */
function afterIn(stands: ProofKept["stands"]): Numbers {
  return stands.is === "proven" ? stands.after : "figures" in stands ? stands.figures : {};
}

function chartOf({ points, changedAt, before, stands }: ProofKept, timezone: string, words: Words): OurBlock[] {
  const steps = queueSteps(points.filter(({ at }) => at >= changedAt - LEAD_MS));
  if (steps.length < LEAST_STEPS) return [];
  const nth = steps.findLastIndex(({ at }) => at <= changedAt);
  const changed = { nth, at: changedAt, before: before.queueMean, after: afterIn(stands).queueMean };
  return chartBlocks({ steps, ...(nth < 0 ? {} : { changed }) }, timezone, words);
}

/** Said where nothing was proven, and as soon as things are worse: how the change is taken back, in the plan's own words. */
function backBlocks({ plan, proof }: { plan: PlanRow["plan"]; proof: ProofKept }, { words }: PlanTelling, room: Room): OurBlock[] {
  if (proof.superseded || (proof.state !== "not-proven" && proof.stands.is !== "worse")) return [];
  const ways = plan.draft.says.undo.map((each) => [oneLine(tellPlan(each, words), room.characters)]);
  return listsIn(room, words)(words.proof.back, ways);
}
