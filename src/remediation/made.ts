import type { Input } from "./plan.ts";
import type { PlanRow, Plans } from "./plans.ts";

/** What the plans of an incident that were done have given to later ones; of two that gave the same thing, what the later one gave. */
export async function madeIn(plans: Pick<Plans, "of">, incident: number): Promise<Input> {
  const done = (await plans.of(incident)).filter(({ end }) => end?.how === "done").toSorted((a, b) => endedMs(a) - endedMs(b));
  return Object.assign({}, ...done.map(({ end }) => (end?.how === "done" ? end.gives : undefined) ?? {}));
}

function endedMs({ endedAt }: PlanRow): number {
  return endedAt?.getTime() ?? 0;
}

/** The actions that need no planning in an incident: of plans that were done, or have not ended yet. */
export async function plannedIn(plans: Pick<Plans, "of">, incident: number): Promise<ReadonlySet<string>> {
  return new Set(
    (await plans.of(incident)).flatMap(({ plan, state, end }) => (state !== "ended" || end?.how === "done" ? [plan.action] : [])),
  );
}

/** The actions of an incident's plans that were done. */
export async function doneIn(plans: Pick<Plans, "of">, incident: number): Promise<ReadonlySet<string>> {
  return new Set((await plans.of(incident)).flatMap(({ plan, end }) => (end?.how === "done" ? [plan.action] : [])));
}
