import type { StateValue } from "@aws-sdk/client-cloudwatch";
import type { Chance } from "./chance.ts";
import type { StormAlarm } from "./fleet.ts";

/** One change of one alarm. Every change of an alarm has a time of its own, in whole milliseconds. */
export type StormChange = { alarm: StormAlarm; from: StateValue; to: StateValue; at: number; before: number; value: number };

/** How the storm ends: as chance has it, with every alarm quiet, or with every alarm firing. */
export type StormEnd = "mixed" | "quiet" | "firing";

type Wanted = { alarms: readonly StormAlarm[]; changes: number; from: Date; lastsMs: number; end: StormEnd };

/** What of the storm's time passes before the last alarm has fired for the first time. */
const FIRST = 0.1;

/** So many changes of these alarms, by their time: each begins by firing, then it flaps, and now and then it has no data. */
export function changesOf({ alarms, changes, from, lastsMs, end }: Wanted, chance: Chance): StormChange[] {
  const weights = alarms.reduce((sum, { weight }) => sum + weight, 0);
  const all = alarms.flatMap((alarm) => {
    const count = Math.max(1, Math.round((changes * alarm.weight) / weights));
    return history(alarm, { count, from: from.getTime(), lastsMs, end }, chance);
  });
  return all.toSorted((a, b) => a.at - b.at);
}

type Stretch = { count: number; from: number; lastsMs: number; end: StormEnd };

function history(alarm: StormAlarm, { count, from, lastsMs, end }: Stretch, chance: Chance): StormChange[] {
  const began = from + Math.floor(chance.next() * lastsMs * FIRST);
  const step = Math.max(2, Math.floor((from + lastsMs - began) / count));
  let [state, since]: [StateValue, number] = ["OK", from - 3_600_000];
  return Array.from({ length: count }, (_, nth) => {
    const at = began + nth * step + chance.below(step - 1);
    const to = nextState(state, { last: nth === count - 1, end }, chance);
    const value = to === "ALARM" ? 10 + chance.below(300) / 10 + 0.1 : chance.below(99) / 10;
    const change = { alarm, from: state, to, at, before: since, value };
    [state, since] = [to, at];
    return change;
  });
}

function nextState(state: StateValue, { last, end }: { last: boolean; end: StormEnd }, chance: Chance): StateValue {
  if (last && end === "quiet") return "OK";
  if (last && end === "firing") return "ALARM";
  if (state !== "ALARM") return "ALARM";
  return chance.next() < 0.05 ? "INSUFFICIENT_DATA" : "OK";
}
