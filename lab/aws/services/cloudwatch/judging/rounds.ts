import { change } from "../alarms/composites.ts";
import type { AlarmBook, Kept } from "../alarms/kept.ts";
import { release } from "../alarms/turn.ts";
import { judgeLog } from "./judge-log.ts";
import { judgeMetric } from "./judge.ts";
import { periodOf } from "./series.ts";

/** Alarms on periods of less than a minute are evaluated every 10 s, all others every minute. */
const ROUND_MS = 10_000;

const MINUTE_MS = 60_000;

/** Evaluates alarms by the account's clock until it closes: at each full 10 s those that are due. */
export async function startRounds(book: AlarmBook): Promise<void> {
  const { clock, closing } = book.account;
  while (!closing.aborted) {
    const now = clock.now().getTime();
    const next = Math.floor(now / ROUND_MS) * ROUND_MS + ROUND_MS;
    await clock.sleep(next - now, closing);
    if (!closing.aborted) judgeAlarms(book, (kept) => next % MINUTE_MS === 0 || (kept.type === "MetricAlarm" && periodOf(kept.alarm) < 60));
  }
}

/** Evaluates the alarms that are due now, all of them unless told otherwise, and runs actions that nothing holds back any more. */
export function judgeAlarms(book: AlarmBook, due: (kept: Kept) => boolean = () => true): void {
  for (const kept of book.alarms.values()) if (due(kept)) judge(book, kept);
  release(book);
}

/** Evaluates one alarm; one that cannot be is marked so, and stays as it is. Composite alarms follow theirs by themselves. */
function judge(book: AlarmBook, kept: Kept): void {
  if (kept.type === "CompositeAlarm") return;
  try {
    const state = kept.type === "MetricAlarm" ? judgeMetric(book, kept.alarm) : judgeLog(book, kept.alarm);
    delete kept.alarm.EvaluationState;
    if (state && state.StateValue !== kept.alarm.StateValue) change(book, kept, state);
  } catch {
    kept.alarm.EvaluationState = "EVALUATION_ERROR";
  }
}
