import type { Environment } from "../config/config.ts";
import type { Runbook } from "../runbook/library.ts";
import type { Alarm } from "./alarm.ts";

/** What of a library is asked for alarms. */
export type Runbooks = { runbooks: ReadonlyMap<string, Pick<Runbook, "alarms">> };

/**
 * The runbook by which an alarm is looked into: one whose `alarms` name a metric that it watches, in any namespace where they name none. Of several the
 * environment's own comes first, then the library's order. Where none does, the environment's own. A
 * scheduled look says itself by which it is.
 */
export function runbookOf(
  { kind, watched }: Pick<Alarm, "kind" | "watched">,
  { runbook: own }: Pick<Environment, "runbook">,
  library: Runbooks,
): string {
  const { runbooks } = library;
  const said = kind === "check" ? watched[0]?.dimensions["Runbook"] : undefined;
  if (said !== undefined && runbooks.has(said)) return said;
  const fits = (id: string) =>
    runbooks
      .get(id)
      ?.alarms.some(({ metric, namespace }) =>
        watched.some((one) => one.metric === metric && (namespace ?? one.namespace) === one.namespace),
      );
  return [own, ...runbooks.keys()].find(fits) ?? own;
}
