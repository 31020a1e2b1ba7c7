import type { LogAlarm, StateValue } from "@aws-sdk/client-cloudwatch";
import { stamp, type AlarmBook, type State } from "../alarms/kept.ts";
import { BREACHES, stateBy } from "./judge.ts";

const MINUTE_MS = 60_000;

/** Runs the alarm's query where its schedule says so, and judges by its last results. Where the world has no logs, its state stays. */
export function judgeLog(book: AlarmBook, alarm: LogAlarm): State | undefined {
  const { AlarmName = "", QueryResultsToEvaluate: periods = 1, QueryResultsToAlarm: toAlarm = 1, ComparisonOperator = "" } = alarm;
  const query = alarm.ScheduledQueryConfiguration;
  const { queryLogs } = book.account.world;
  if (!queryLogs || !query) return undefined;
  const now = book.account.clock.now();
  const everyMs = rateOf(query.ScheduleConfiguration?.ScheduleExpression ?? "");
  const results = book.results.get(AlarmName) ?? [];
  book.results.set(AlarmName, results);
  if (now.getTime() - (results.at(-1)?.at.getTime() ?? 0) < everyMs) return undefined;
  const reachMs = (query.ScheduleConfiguration?.StartTimeOffset ?? everyMs / 1000) * 1000;
  const value = queryLogs({
    query: query.QueryString ?? "",
    groups: query.LogGroupIdentifiers ?? [],
    from: new Date(now.getTime() - reachMs),
    to: now,
  });
  results.push({ at: now, value });
  results.splice(0, results.length - periods);
  const breaches = (found: number) => BREACHES[ComparisonOperator]?.(found, alarm.Threshold ?? 0, { lower: 0, upper: 0 }) ?? false;
  const newestFirst = Array.from({ length: periods }, (_, index) => {
    const { at, value: found } = results.at(-1 - index) ?? {};
    return at && found !== undefined ? { at: at.getTime(), value: found, breaches: breaches(found) } : undefined;
  });
  const state = stateBy(newestFirst, { periods, toAlarm, missing: alarm.TreatMissingData ?? "missing" });
  return state && reasonBy(alarm, { state, newestFirst: newestFirst.flatMap((point) => point?.value ?? []), now });
}

type Results = { state: StateValue; newestFirst: readonly number[]; now: Date };

function reasonBy({ Threshold = 0, QueryResultsToEvaluate = 1 }: LogAlarm, { state, newestFirst, now }: Results): State {
  const reason =
    newestFirst.length === 0
      ? `Insufficient Data: ${QueryResultsToEvaluate} query results were unknown.`
      : `Threshold Crossed: query results [${newestFirst.join(", ")}] against the threshold (${Threshold}).`;
  const data = { version: "1.0", queryDate: stamp(now), recentDatapoints: newestFirst.toReversed(), threshold: Threshold };
  return { StateValue: state, StateReason: reason, StateReasonData: JSON.stringify(data) };
}

/** Milliseconds of `rate(5 minutes)`. */
function rateOf(expression: string): number {
  const [, count = "1", unit = "minutes"] = /^rate\((\d+) (minutes?|hours?)\)$/.exec(expression) ?? [];
  return Number(count) * (unit.startsWith("hour") ? 60 : 1) * MINUTE_MS;
}
