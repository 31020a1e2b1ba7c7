import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { PlanRow } from "../../../remediation/plans.ts";
import type { Desk, Repairs } from "../../ask/desk.ts";
import { answer } from "../../messages/answers/answer.ts";
import type { Message } from "../../messages/message.ts";
import { decidedAnswer, notRequesterAnswer, whoMayAnswer } from "../../messages/plan/plan-answers.ts";
import { answeredByValue, markOf, PLAN_ACTION, planOfValue } from "../../messages/plan/plan-buttons.ts";
import type { Asker } from "../../plans/make-plan.ts";
import { attended, pressOf } from "./press.ts";

/** The other buttons of a plan: whoever asked for it takes it back; who may approve it answers whether a step took place. */
export function listenToPlanButtons(app: App, desk: Desk, client: WebClient): void {
  const listen = (actionId: string, act: (asker: Asker, value: string | undefined) => Promise<Message | undefined>) =>
    app.action<BlockAction<ButtonAction>>(actionId, async ({ action, body }) => {
      const press = pressOf(body);
      if (press) await attended(desk, client, press, async (asker) => act(asker, action.value));
    });
  listen(PLAN_ACTION.withdraw, async (asker, value) => withdrawn(desk, asker, value));
  listen(PLAN_ACTION.landed, async (asker, value) => answeredBy(desk, asker, { value, landed: true }));
  listen(PLAN_ACTION.notLanded, async (asker, value) => answeredBy(desk, asker, { value, landed: false }));
}

async function withdrawn(desk: Desk, { by, words }: Asker, value: string | undefined): Promise<Message | undefined> {
  const { repairs, now, log } = desk;
  const id = planOfValue(value);
  const row = id === undefined ? undefined : await repairs?.plans.read(id);
  if (!repairs || !row) return answer(words.slack.plans.refusals.unknown);
  if (row.plan.requestedBy.userId !== by.userId) {
    await noted(desk, repairs, { row, by, guard: "not-requester" });
    return notRequesterAnswer(row, words);
  }
  const isBack = await repairs.plans.withdraw(row.plan.id, by, now());
  log.info({ plan: row.plan.id, user: by.userId, isBack }, "taking a plan back");
  return isBack ? undefined : decidedAnswer((await repairs.plans.read(row.plan.id)) ?? row, words);
}

type Said = { value: string | undefined; landed: boolean };

async function answeredBy(desk: Desk, { by, words }: Asker, { value, landed }: Said): Promise<Message | undefined> {
  const { repairs, now, log } = desk;
  const { refusals } = words.slack.plans;
  const about = answeredByValue(value);
  const row = about && (await repairs?.plans.read(about.plan));
  if (!repairs || !row) return answer(refusals.unknown);
  const { id, policy, requestedBy } = row.plan;
  if (row.state !== "asking" || !row.question || markOf(row.question.step) !== about.mark) return answer(refusals.notAsking);
  const approvers = await repairs.approversOf(policy, by.userId);
  if (!approvers) return answer(refusals["approvers-unknown"]);
  if (!approvers.has(by.userId) && !(policy.solo && requestedBy.userId === by.userId)) {
    await noted(desk, repairs, { row, by, guard: "not-approver" });
    return whoMayAnswer(policy.approvers, words);
  }
  const taken = await repairs.plans.answer(id, row.question.step, landed, by, now());
  log.info({ plan: id, step: row.question.step, landed, user: by.userId, taken }, "answered whether a step took place");
  return taken ? undefined : answer(refusals.notAsking);
}

type Refused = { row: PlanRow; by: Asker["by"]; guard: string };

async function noted({ now, log }: Desk, { plans }: Repairs, { row, by, guard }: Refused): Promise<void> {
  const { id, incident, environment } = row.plan;
  log.info({ plan: id, user: by.userId, guard }, "refused a press");
  await plans.refused({ plan: id, incident, environment, by, guard, at: now() });
}
