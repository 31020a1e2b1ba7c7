import { createHash } from "node:crypto";
import type { ActionsBlock } from "@slack/types";
import type { PlanRow } from "../../../remediation/plans.ts";
import { tellPlan } from "../../../words/plan-say.ts";
import { button } from "../button.ts";
import type { PlanTelling } from "./plan-telling.ts";

/** The action ids of a plan's buttons; `type` approves after a dialog in which something is typed. */
export const PLAN_ACTION = {
  approve: "plan:approve",
  type: "plan:type",
  withdraw: "plan:withdraw",
  landed: "plan:landed",
  notLanded: "plan:not-landed",
} as const;

/** The buttons that mean something now; none where nobody is waited for. */
export function planButtons(row: PlanRow, telling: PlanTelling): ActionsBlock[] {
  if (row.state === "proposed") return [{ type: "actions", elements: [approveButton(row, telling), withdrawButton(row, telling)] }];
  return row.state === "asking" && row.question ? [answerButtons(row, row.question.step, telling)] : [];
}

/** The plan and the digest that a click says yes to; nothing where the value is none of ours. */
export function approvedByValue(value: string | undefined): { plan: string; digest: string } | undefined {
  const [, plan, digest] = /^([A-Za-z0-9_-]{1,64}):([0-9a-f]{64})$/.exec(value ?? "") ?? [];
  return plan !== undefined && digest !== undefined ? { plan, digest } : undefined;
}

/** The plan that a click means; nothing where the value is none of ours. */
export function planOfValue(value: string | undefined): string | undefined {
  return value !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;
}

/** The plan and the mark of the step that an answer is about; nothing where the value is none of ours. */
export function answeredByValue(value: string | undefined): { plan: string; mark: string } | undefined {
  const [, plan, mark] = /^([A-Za-z0-9_-]{1,64}):([0-9a-f]{16})$/.exec(value ?? "") ?? [];
  return plan !== undefined && mark !== undefined ? { plan, mark } : undefined;
}

/** What stands for a step's name in a button: a name may be anything, and a value is read by whoever sees the message. */
export function markOf(step: string): string {
  return createHash("sha256").update(step).digest("hex").slice(0, 16);
}

function approveButton({ plan }: PlanRow, { words, titleOf }: PlanTelling) {
  const { buttons, confirm } = words.slack.plans;
  const [action, { environment }] = [titleOf(plan.action), plan];
  const lost = plan.draft.says.risks.map((say) => tellPlan(say, words)).join(". ") || confirm.nothingLost;
  return button({
    action: plan.policy.typed ? PLAN_ACTION.type : PLAN_ACTION.approve,
    value: `${plan.id}:${plan.digest}`,
    text: buttons.approve,
    label: buttons.approveLabel(action, environment),
    primary: true,
    // Who types the environment's name is asked by that.
    ...(plan.policy.typed
      ? {}
      : {
          confirm: { title: confirm.title(environment), text: confirm.text(action, environment, lost), yes: confirm.yes, no: confirm.no },
        }),
  });
}

function withdrawButton({ plan }: PlanRow, { words, titleOf }: PlanTelling) {
  const { buttons } = words.slack.plans;
  const label = buttons.withdrawLabel(titleOf(plan.action), plan.environment);
  return button({ action: PLAN_ACTION.withdraw, value: plan.id, text: buttons.withdraw, label });
}

function answerButtons({ plan }: PlanRow, step: string, { words }: PlanTelling): ActionsBlock {
  const { buttons, confirm } = words.slack.plans;
  const value = `${plan.id}:${markOf(step)}`;
  const asked = (text: string) => ({ title: confirm.answerTitle, text, yes: confirm.answer, no: confirm.no });
  return {
    type: "actions",
    elements: [
      button({
        action: PLAN_ACTION.landed,
        value,
        text: buttons.landed,
        label: buttons.landedLabel(step, plan.environment),
        confirm: asked(confirm.landed(step)),
      }),
      button({
        action: PLAN_ACTION.notLanded,
        value,
        text: buttons.notLanded,
        label: buttons.notLandedLabel(step, plan.environment),
        confirm: asked(confirm.notLanded(step)),
      }),
    ],
  };
}
