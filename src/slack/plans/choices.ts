import type { ActionId, ActionsConfig } from "../../config/action-config.ts";

/** What somebody must choose of each action that the product knows. */
const CHOOSES: Readonly<Record<ActionId, "nothing" | "unit">> = {
  "snapshot-database": "nothing",
  "reboot-database": "nothing",
  "restore-to-ha": "nothing",
  "move-rds-to-gp3": "nothing",
  "create-rds-gp3": "nothing",
  "rehearse-copy": "nothing",
  "move-database": "nothing",
  "restart-service": "unit",
  "switch-endpoint": "nothing",
};

/** Whether the product knows an action of this id at all. */
export function isKnownAction(id: string): id is ActionId {
  return Object.hasOwn(CHOOSES, id);
}

/** The units to choose from for an action; nothing where there is nothing to choose. */
export function unitsOf({ allow }: ActionsConfig, action: ActionId): readonly string[] | undefined {
  if (CHOOSES[action] === "nothing") return undefined;
  const rules = allow[action];
  return rules && "units" in rules ? rules.units : [];
}
