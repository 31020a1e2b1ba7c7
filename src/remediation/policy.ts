import type { ActionId, ActionsConfig } from "../config/action-config.ts";
import type { Policy } from "./plan.ts";

/** What can part data from its application: whoever approves it types the environment's name, too. */
const TYPED: readonly string[] = ["switch-endpoint", "move-database"] satisfies ActionId[];

/** Who may say yes to an action, as the environment's configuration has it; nothing where it does not allow the action. */
export function policyOf(actions: ActionsConfig | undefined, action: string): Policy | undefined {
  const rules = actions?.allow[action as ActionId];
  if (!actions || !rules) return undefined;
  const { approvers = actions.approvers, approvals } = rules;
  return { approvers: approvers.toSorted(), approvals, solo: actions.solo, typed: TYPED.includes(action) };
}
