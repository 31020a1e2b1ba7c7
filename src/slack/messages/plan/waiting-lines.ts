import type { PlanRow } from "../../../remediation/plans.ts";
import { bold, filled, link, moment, type Piece } from "../rich.ts";
import type { PlanTelling } from "./plan-telling.ts";

/** A plan that waits for approval, with the way to its incident's thread, where that is known. */
export type WaitingPlan = { row: PlanRow; url?: string | undefined };

/** Plans that are named; the others are counted. */
const NAMED = 20;

/** Plans that wait for approval, a line each. */
export function waitingLines(waiting: readonly WaitingPlan[], { words, titleOf }: Pick<PlanTelling, "words" | "titleOf">): Piece[][] {
  const lines = waiting.slice(0, NAMED).map(({ row: { plan }, url }): Piece[] => [
    ...filled(words.slack.plans.waiting.line(titleOf(plan.action), plan.environment), {
      by: bold(plan.requestedBy.name),
      until: moment(plan.expiresAt),
    }),
    ...(url === undefined ? [] : [" · ", link(url, words.slack.buttons.openThread)]),
  ]);
  return waiting.length > NAMED ? [...lines, [words.slack.moreLines(waiting.length - NAMED)]] : lines;
}
