import type { Guard } from "../../../remediation/guards.ts";
import type { Halt, PlanRow } from "../../../remediation/plans.ts";
import type { Words } from "../../../words/en.ts";
import { answer } from "../answers/answer.ts";
import { message, type Message } from "../message.ts";
import { bold, code, filled, line, mention, moment, rich, type Piece } from "../rich.ts";
import { endSentence } from "./plan-state.ts";

/** People and groups that are named in an answer; the others are counted. */
const NAMED = 20;

/** What a refusal's sentence may need beside the plan: the halt, where there is one, and how many changes a day may be begun. */
export type RefusedFacts = { halt?: Halt | undefined; perDay: number };

/** Why somebody's yes does not count: one sentence for each guard, told to that person only. */
export function guardAnswer(guard: Guard, row: PlanRow, { halt, perDay }: RefusedFacts, words: Words): Message {
  const { refusals } = words.slack.plans;
  const { plan } = row;
  switch (guard) {
    case "decided":
      return decidedAnswer(row, words);
    case "expired":
      return answer(...filled(refusals.expired, { until: moment(plan.expiresAt) }));
    case "not-approver":
      return whoMayAnswer(plan.policy.approvers, words);
    case "twice":
      return answer(refusals.twice(Math.max(0, plan.policy.approvals - row.approvals.length)));
    case "not-typed":
      return answer(refusals["not-typed"](plan.environment));
    case "halted":
      return answer(
        ...filled(refusals.halted(plan.environment), {
          by: bold(halt?.by.name ?? "?"),
          code: code(`/diagnose resume ${plan.environment}`),
        }),
      );
    case "too-many-today":
      return answer(refusals["too-many-today"](plan.environment, perDay));
    case "clock-back":
    case "other-plan":
    case "same-person":
    case "approvers-unknown":
      return answer(refusals[guard]);
  }
}

/** A plan that waits for nobody's yes any more: by whom it was approved, and how it ended, where it has. */
export function decidedAnswer({ state, approvals, end, endedAt }: PlanRow, words: Words): Message {
  const { refusals, state: said } = words.slack.plans;
  const first = state === "proposed" ? refusals.notTheMoment : refusals.decided;
  const yeses = approvals.map(({ name, at }) => line(...filled(said.approvedBy, { by: bold(name), at: moment(at) })));
  return message([rich(line(first), ...yeses, ...(end ? [line(...endSentence(end, endedAt, words))] : []))]);
}

/** Who may, to somebody who may not. */
export function whoMayAnswer(approvers: readonly string[], words: Words): Message {
  const named = approvers.slice(0, NAMED).flatMap((id, nth): Piece[] => [...(nth > 0 ? [", "] : []), mention(id)]);
  const more = approvers.length > NAMED ? [` ${words.slack.moreLines(approvers.length - NAMED)}`] : [];
  const [before = "", after = ""] = words.slack.plans.refusals["not-approver"].split("{who}");
  return answer(before, ...named, ...more, after);
}

/** Only who asked for a plan takes it back; everybody else can stop everything. */
export function notRequesterAnswer({ plan }: PlanRow, words: Words): Message {
  const elements = { by: bold(plan.requestedBy.name), code: code(`/diagnose stop ${plan.environment}`) };
  return answer(...filled(words.slack.plans.refusals.notRequester, elements));
}
