import type { Facts, FactValue } from "../../../runbook/facts.ts";

/** The facts that have a value; those that are `undefined` (or not a number at all) could not be told and are left out. */
export function toldFacts(told: Readonly<Record<string, FactValue | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, FactValue] => entry[1] !== undefined && !Number.isNaN(entry[1])),
  );
}
