import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { alarmMessage } from "../telling/sns-message.ts";
import { stateEvent } from "../telling/event.ts";
import { note, noteState } from "./history.ts";
import { stateOf, type AlarmBook, type Kept, type State } from "./kept.ts";
import { heldBy, suppressed } from "./suppression.ts";

/**
 * Puts one alarm into a state. Where that is another one, its history has it, the event bus hears of it, and its actions run, unless something
 * holds them back.
 */
export function turn(book: AlarmBook, kept: Kept, to: State): void {
  const before = stateOf(kept);
  const since = kept.alarm.StateTransitionedTimestamp;
  const now = book.account.clock.now();
  const changed = before.StateValue !== to.StateValue;
  const { StateValue, StateReason, StateReasonData } = to;
  Object.assign(kept.alarm, { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp: now });
  if (!changed) return;
  kept.alarm.StateTransitionedTimestamp = now;
  if (kept.type === "CompositeAlarm") Object.assign(kept.alarm, suppressed(book, kept));
  noteState(book, kept, { from: before, to });
  book.emit(stateEvent(book, kept, { ...before, since }));
  act(book, kept, before.StateValue);
}

function act(book: AlarmBook, kept: Kept, from: StateValue): void {
  const name = kept.alarm.AlarmName ?? "";
  book.held.delete(name);
  if (kept.alarm.ActionsEnabled === false) return;
  const by = heldBy(book, kept);
  if (by === undefined) return run(book, kept, from);
  book.held.set(name, { from, to: stateOf(kept).StateValue });
  note(book, kept, { type: "Action", summary: `Actions suppressed by ${by}`, data: { actionState: "Suppressed", suppressedBy: by } });
}

/** Runs the actions of the alarm's state that are topics. */
function run(book: AlarmBook, kept: Kept, from: StateValue): void {
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = kept.alarm;
  const actions = { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions }[stateOf(kept).StateValue];
  const { subject, message } = alarmMessage(book.account, kept, from);
  for (const action of actions) {
    if (!action.startsWith("arn:aws:sns:")) continue;
    book.notify(action, subject, message);
    note(book, kept, {
      type: "Action",
      summary: `Successfully executed action ${action}`,
      data: { actionState: "Succeeded", publishedMessage: message },
    });
  }
}

/** Runs actions that nothing holds back any more, of alarms that are still in the state that they were held back in. */
export function release(book: AlarmBook): void {
  for (const [name, { from, to }] of book.held) {
    const kept = book.alarms.get(name);
    if (kept?.type === "CompositeAlarm") Object.assign(kept.alarm, suppressed(book, kept));
    if (kept && heldBy(book, kept) !== undefined) continue;
    book.held.delete(name);
    if (kept && stateOf(kept).StateValue === to) run(book, kept, from);
  }
}
