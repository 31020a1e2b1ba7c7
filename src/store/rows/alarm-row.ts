import type { Insertable, Selectable } from "kysely";
import type { KnownAlarm } from "../../alarm/ledger.ts";
import type { Tables } from "../tables.ts";
import { storableKey, storableText, withoutNulls } from "./storable.ts";

/** What is remembered of an alarm, as its row has it. */
export function alarmOf(row: Selectable<Tables["alarm"]>): KnownAlarm {
  return {
    key: row.key,
    name: row.name,
    environment: row.environment,
    state: row.state,
    changedAt: row.changed_at,
    firings: row.firings,
    changes: row.changes,
    reason: row.reason,
    watches: row.watches,
    ...withoutNulls({
      firedAt: row.fired_at,
      lastToldAt: row.last_told_at,
      value: row.value,
      threshold: row.threshold,
      incident: row.incident_id,
    }),
  };
}

/** The row of what is remembered of an alarm. */
export function alarmRow(alarm: KnownAlarm): Insertable<Tables["alarm"]> {
  return {
    key: storableKey(alarm.key),
    name: storableText(alarm.name),
    environment: alarm.environment,
    state: alarm.state,
    changed_at: alarm.changedAt,
    fired_at: alarm.firedAt ?? null,
    firings: alarm.firings,
    changes: alarm.changes,
    last_told_at: alarm.lastToldAt ?? null,
    reason: storableText(alarm.reason),
    value: alarm.value ?? null,
    threshold: alarm.threshold ?? null,
    watches: alarm.watches.map(storableText),
    incident_id: alarm.incident ?? null,
  };
}
