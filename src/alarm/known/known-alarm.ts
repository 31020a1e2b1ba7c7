import type { Alarm, AlarmState } from "../alarm.ts";
import type { KnownAlarm } from "../ledger.ts";

/** How many changes are remembered of an alarm. */
const CHANGES = 12;

/** Of two states with the same time the louder is taken for the later one, whichever came first. */
const LOUDNESS: Record<AlarmState, number> = { ok: 0, "no-data": 1, alarm: 2 };

/** Whether an alarm fires, or fired when its data ended: that is no recovery. */
export function isFiring({ state, firedAt, changes }: Pick<KnownAlarm, "state" | "firedAt" | "changes">): boolean {
  if (state !== "no-data") return state === "alarm";
  return firedAt !== undefined && changes.at(-2)?.getTime() === firedAt.getTime();
}

/** Whether an alarm says what is older than what is known of it. The same state at the same time is a repetition. */
export function isOlder(alarm: Pick<Alarm, "state" | "changedAt">, known: Pick<KnownAlarm, "state" | "changedAt"> | undefined): boolean {
  if (!known || alarm.changedAt > known.changedAt) return false;
  return alarm.changedAt < known.changedAt || LOUDNESS[alarm.state] < LOUDNESS[known.state];
}

/** The metrics that an alarm watches; of one on none, its name. */
function watchesOf({ watched, name }: Pick<Alarm, "watched" | "name">): readonly string[] {
  return watched.length > 0 ? [...new Set(watched.map(({ namespace, metric }) => `${namespace}/${metric}`))] : [name];
}

/**
 * What is known of an alarm after it said something. In whatever order the same things are heard, its state comes out the same: that of the latest
 * change. What it said when it last fired stays.
 */
export function remember(known: KnownAlarm | undefined, alarm: Alarm, environment: string): KnownAlarm {
  if (known && isOlder(alarm, known)) return withOlder(known, alarm);
  const { key, name, state, changedAt, reason, value, threshold } = alarm;
  const before: Pick<KnownAlarm, "changes" | "firings" | "reason"> = known ?? { changes: [], firings: 0, reason };
  const changed = known?.state !== state;
  const fires = state === "alarm";
  return {
    ...before,
    key,
    name,
    environment,
    state,
    changedAt,
    watches: watchesOf(alarm),
    changes: changed ? [...before.changes, changedAt].slice(-CHANGES) : before.changes,
    firings: before.firings + (fires && !(known && isFiring(known)) ? 1 : 0),
    ...(fires && changed && { firedAt: changedAt }),
    ...(fires && { reason, ...(value !== undefined && { value }), ...(threshold !== undefined && { threshold }) }),
  };
}

/** Of what is older only that it was, and what it said where it never fired since. */
function withOlder(known: KnownAlarm, { state, changedAt, reason, value, threshold }: Alarm): KnownAlarm {
  const isChange = state !== known.state && !known.changes.some((at) => at.getTime() === changedAt.getTime());
  const changes = isChange ? [...known.changes, changedAt].toSorted((a, b) => a.getTime() - b.getTime()).slice(-CHANGES) : known.changes;
  if (state !== "alarm") return { ...known, changes };
  const late = { ...known, changes, firings: known.firings + 1 };
  if (known.state === "alarm" || (known.firedAt && known.firedAt >= changedAt)) return late;
  return { ...late, firedAt: changedAt, reason, ...(value !== undefined && { value }), ...(threshold !== undefined && { threshold }) };
}
