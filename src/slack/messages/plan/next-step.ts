import { stepAfter } from "../../../remediation/chain.ts";
import type { PlanRow } from "../../../remediation/plans.ts";
import { chainIn } from "../../plans/chain.ts";
import type { OurBlock } from "../message.ts";
import { bold, filled, line, rich } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { stepButton } from "./offer.ts";
import type { PlanTelling, Room } from "./plan-telling.ts";

/** Below a plan that was done: which step of its chain comes next, with the button that has it planned; nothing once that step has a plan of its own. */
export function nextBlocks({ plan, end }: PlanRow, { words, titleOf, actionsIn, planned }: PlanTelling, { characters }: Room): OurBlock[] {
  if (end?.how !== "done") return [];
  const { incident, environment } = plan;
  const actions = actionsIn?.(environment);
  const next = stepAfter(chainIn(actions), plan.action);
  if (!next || planned?.has(next.action)) return [];
  const title = oneLine(titleOf(next.action), characters);
  return [
    rich(line(...filled(words.slack.plans.offer.next(next.nth, next.of), { step: bold(title) }))),
    { type: "actions", elements: [stepButton(next.action, title, { incident, environment, actions }, words)] },
  ];
}
