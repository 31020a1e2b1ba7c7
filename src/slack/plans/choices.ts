import type { ActionId, ActionsConfig } from "../../config/action-config.ts";

/** What somebody must choose of each action that the product knows: one of some units, or a table and columns, which are typed. */
const CHOOSES: Readonly<Record<ActionId, "nothing" | "unit" | "table">> = {
  "snapshot-database": "nothing",
  "reboot-database": "nothing",
  "restore-to-ha": "nothing",
  "move-rds-to-gp3": "nothing",
  "create-rds-gp3": "nothing",
  "rehearse-copy": "nothing",
  "move-database": "nothing",
  "restart-service": "unit",
  "end-blocking-session": "nothing",
  "create-index": "table",
  "create-dashboard": "nothing",
  "switch-endpoint": "nothing",
};

/** Whether the product knows an action of this id at all. */
export function isKnownAction(id: string): id is ActionId {
  return Object.hasOwn(CHOOSES, id);
}

/** The units to choose from for an action; nothing where there is no unit to choose. */
export function unitsOf({ allow }: ActionsConfig, action: ActionId): readonly string[] | undefined {
  if (CHOOSES[action] !== "unit") return undefined;
  const rules = allow[action];
  return rules && "units" in rules ? rules.units : [];
}

/** Whether a table and its columns are asked for. */
export function asksForTable(action: ActionId): boolean {
  return CHOOSES[action] === "table";
}

/** Whether a dialog comes before the plan: there is something to choose, and more than one way to. */
export function opensDialog(actions: ActionsConfig | undefined, action: ActionId): boolean {
  return asksForTable(action) || (actions !== undefined && (unitsOf(actions, action)?.length ?? 0) > 1);
}
