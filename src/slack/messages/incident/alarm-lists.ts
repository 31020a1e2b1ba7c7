import type { RichTextBlock } from "@slack/types";
import type { KnownAlarm } from "../../../alarm/ledger.ts";
import type { Incident } from "../../../incident/incident.ts";
import type { Words } from "../../../words/en.ts";
import { bold, filled, moment, titledList, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";

type List = "firing" | "noData" | "quiet";

const LISTS: readonly List[] = ["firing", "noData", "quiet"];

/** CloudWatch takes names of 255 characters; what tells two alarms apart stands in fewer. */
const NAME = 80;
const REASON = 120;

type Listed = { incident: Pick<Incident, "state">; alarms: readonly KnownAlarm[] };

/** The alarms of an incident, those that fire first, the worst of each kind before the others; at most `most`, and how many are left is said. */
export function alarmLists({ incident, alarms }: Listed, most: number, words: Words): RichTextBlock[] {
  const { lists } = words.slack.incident;
  // Of what nothing was heard for a day, nobody knows how it is now.
  const titles = incident.state === "lapsed" ? { ...lists, firing: lists.firingLast } : lists;
  let room = most;
  return LISTS.flatMap((list) => {
    const all = alarms.filter((alarm) => listOf(alarm) === list).toSorted(worseFirst);
    const shown = all.slice(0, Math.max(room, 0));
    room -= shown.length;
    const left = all.length - shown.length;
    const lines = shown.map((alarm) => alarmLine(alarm, words));
    return titledList(titles[list], left > 0 ? [...lines, [words.slack.moreLines(left)]] : lines);
  });
}

/** An alarm with the value that it fired at, and since when it is as it is. */
function alarmLine(alarm: KnownAlarm, words: Words): Piece[] {
  const { since, firings, value, wasAt } = words.slack.incident;
  const list = listOf(alarm);
  const at = list === "firing" ? (alarm.firedAt ?? alarm.changedAt) : alarm.changedAt;
  const when = filled(since[list], { at: moment(at) });
  const says = list === "firing" ? alarmSays(alarm, words) : alarm.value === undefined ? "" : wasAt(value(alarm.value, alarm.threshold));
  const often = alarm.firings > 1 ? [`; ${firings(alarm.firings)}`] : [];
  if (says === "") return [alarmName(alarm.name), ": ", ...when, ...often];
  return [alarmName(alarm.name), ": ", ...(list === "firing" ? [`${says}; `, ...when] : [...when, `; ${says}`]), ...often];
}

/** An alarm's name, in bold, cut to what can be read. */
export function alarmName(name: string): Piece {
  return bold(oneLine(name, NAME));
}

/** What an alarm says: its value against its threshold, else its reason; nothing where it gives neither. */
export function alarmSays({ value, threshold, reason }: Pick<KnownAlarm, "value" | "threshold" | "reason">, words: Words): string {
  return value === undefined ? oneLine(reason.trim(), REASON) : words.slack.incident.value(value, threshold);
}

function listOf({ state }: KnownAlarm): List {
  return state === "alarm" ? "firing" : state === "no-data" ? "noData" : "quiet";
}

/** Farther from the threshold is worse; of those alike, the one that fired last. Pure order, so that an edit that changes nothing looks the same. */
export function worseFirst(a: KnownAlarm, b: KnownAlarm): number {
  const latest = (b.firedAt ?? b.changedAt).getTime() - (a.firedAt ?? a.changedAt).getTime();
  return farOff(b) - farOff(a) || latest || (a.key < b.key ? -1 : 1);
}

/** How many times the threshold a value is, or the threshold the value, where low is bad. */
function farOff({ value, threshold }: KnownAlarm): number {
  if (value === undefined || threshold === undefined || value <= 0 || threshold <= 0) return 1;
  return Math.max(value / threshold, threshold / value);
}
