import type { Library } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import type { PlanTelling } from "../messages/plan/plan-telling.ts";

/** What actions and root causes are called, in these words; one that the runbooks do not know any more keeps its id. */
export function planTelling({ actions, runbooks }: Pick<Library, "actions" | "runbooks">, words: Words): Omit<PlanTelling, "halt"> {
  const causes = new Map([...runbooks.values()].flatMap((runbook) => runbook.causes.map(({ id, title }) => [id, title] as const)));
  return {
    words,
    titleOf: (action) => actions.get(action)?.[words.language] ?? action,
    causeOf: (cause) => causes.get(cause)?.[words.language] ?? cause,
  };
}
