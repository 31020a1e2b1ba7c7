import type { CompositeAlarm } from "@aws-sdk/client-cloudwatch";
import { stamp, type AlarmBook, type Kept, type State } from "./kept.ts";
import { childrenOf, holds, parseRule } from "./rule.ts";
import { turn } from "./turn.ts";

/** Composite alarms of composite alarms: a change is through after so many levels. */
const LEVELS = 10;

type Composite = Extract<Kept, { type: "CompositeAlarm" }>;

/** Puts an alarm into a state, and then the composite alarms into theirs. */
export function change(book: AlarmBook, kept: Kept, to: State): void {
  turn(book, kept, to);
  judgeComposites(book);
}

/** Evaluates the rules of all composite alarms until nothing changes any more; `created` names one that is new. */
export function judgeComposites(book: AlarmBook, created?: string): void {
  for (let level = 0; level < LEVELS; level++) {
    const changed = [...book.alarms.values()].filter((kept) => kept.type === "CompositeAlarm" && judge(book, kept, created));
    if (changed.length === 0) return;
  }
}

function judge(book: AlarmBook, kept: Composite, created: string | undefined): boolean {
  const { alarm } = kept;
  const rule = parseRule(alarm.AlarmRule ?? "");
  const state = holds(rule, (name) => book.alarms.get(name)?.alarm.StateValue) ? "ALARM" : "OK";
  if (alarm.StateValue === state) return false;
  const children = childrenOf(rule).flatMap((name) => book.alarms.get(name) ?? []);
  const isNew = alarm.AlarmName === created && alarm.StateValue === "INSUFFICIENT_DATA";
  turn(book, kept, isNew ? bornAs(alarm, children, state) : turnedTo(children, state));
  return true;
}

const bornAs = ({ AlarmArn }: CompositeAlarm, children: readonly Kept[], state: "ALARM" | "OK"): State => ({
  StateValue: state,
  StateReason: `${AlarmArn} was created and its alarm rule evaluates to ${state}`,
  StateReasonData: reasonData(children),
});

/** It turned since the child that changed last did; in ALARM, those children are told that are in ALARM themselves. */
function turnedTo(children: readonly Kept[], state: "ALARM" | "OK"): State {
  const latest = children.toSorted((a, b) => since(b) - since(a))[0]?.alarm;
  const firing = children.filter(({ alarm }) => alarm.StateValue === "ALARM");
  const when = latest?.StateTransitionedTimestamp;
  return {
    StateValue: state,
    StateReason: `${latest?.AlarmArn} transitioned to ${latest?.StateValue} at ${when ? spoken(when) : ""}`,
    StateReasonData: reasonData(state === "ALARM" && firing.length > 0 ? firing : children),
  };
}

const since = ({ alarm }: Kept) => alarm.StateTransitionedTimestamp?.getTime() ?? 0;

function reasonData(children: readonly Kept[]): string {
  const triggeringAlarms = children.map(({ alarm }) => ({
    arn: alarm.AlarmArn,
    state: { value: alarm.StateValue, timestamp: stamp(alarm.StateTransitionedTimestamp) },
  }));
  return JSON.stringify({ triggeringAlarms });
}

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "2-digit", month: "long", year: "numeric", timeZone: "UTC" });

/** `Friday 22 July, 2022 15:57:45 UTC` */
function spoken(at: Date): string {
  const parts = Object.fromEntries(DAY.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts["weekday"]} ${parts["day"]} ${parts["month"]}, ${parts["year"]} ${at.toISOString().slice(11, 19)} UTC`;
}
