import type { ActionsConfig } from "../../config/action-config.ts";
import { chainOf } from "../../remediation/chain.ts";
import { isKnownAction } from "./choices.ts";

/** The chain of repairs that an environment allows, by the actions that the product has; nothing where there is none. */
export function chainIn(actions: ActionsConfig | undefined): readonly string[] | undefined {
  return chainOf((action) => isKnownAction(action) && actions?.allow[action] !== undefined);
}
