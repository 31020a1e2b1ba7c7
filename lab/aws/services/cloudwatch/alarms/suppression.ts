import type { ActionsSuppressedBy, CompositeAlarm } from "@aws-sdk/client-cloudwatch";
import { activeMute } from "../mutes/mute-rules.ts";
import { nameOf, type AlarmBook, type Kept } from "./kept.ts";

/** What holds an alarm's actions back now: a mute rule's ARN, or how its suppressor does. */
export function heldBy(book: AlarmBook, kept: Kept): string | undefined {
  const mute = activeMute(book, kept.alarm.AlarmName ?? "");
  if (mute) return mute.arn;
  return kept.type === "CompositeAlarm" ? suppressorOf(book, kept.alarm) : undefined;
}

/** What a composite alarm says of its suppressor now; undefined members where nothing is suppressed. */
export function suppressed(
  book: AlarmBook,
  { alarm }: Extract<Kept, { type: "CompositeAlarm" }>,
): Pick<CompositeAlarm, "ActionsSuppressedBy" | "ActionsSuppressedReason"> {
  const by = suppressorOf(book, alarm);
  return { ActionsSuppressedBy: by, ActionsSuppressedReason: by && `Actions suppressed by ${by}` };
}

/**
 * While the suppressor is in ALARM, and for the extension period after it. An alarm that fires waits before it acts, for the wait period at most,
 * whether its suppressor will too.
 */
function suppressorOf(book: AlarmBook, alarm: CompositeAlarm): ActionsSuppressedBy | undefined {
  const { ActionsSuppressor, ActionsSuppressorWaitPeriod = 0, ActionsSuppressorExtensionPeriod = 0 } = alarm;
  if (ActionsSuppressor === undefined) return undefined;
  const name = nameOf(ActionsSuppressor);
  const now = book.account.clock.now().getTime();
  const suppressor = book.alarms.get(name)?.alarm;
  if (suppressor?.StateValue === "ALARM") return "Alarm";
  const firedAt = alarm.StateTransitionedTimestamp?.getTime() ?? 0;
  const quietAt = suppressor?.StateTransitionedTimestamp?.getTime() ?? 0;
  const wasFiring = book.history.some(
    ({ AlarmName, HistorySummary = "", Timestamp }) =>
      AlarmName === name && HistorySummary.startsWith("Alarm updated from ALARM") && Timestamp?.getTime() === quietAt,
  );
  if (wasFiring && now - quietAt < ActionsSuppressorExtensionPeriod * 1000) return "ExtensionPeriod";
  return alarm.StateValue === "ALARM" && now - firedAt < ActionsSuppressorWaitPeriod * 1000 ? "WaitPeriod" : undefined;
}
