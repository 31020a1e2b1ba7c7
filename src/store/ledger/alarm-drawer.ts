import type { Transaction } from "kysely";
import type { Desk, KnownAlarm } from "../../alarm/ledger.ts";
import { alarmOf, alarmRow } from "../rows/alarm-row.ts";
import { storableKey } from "../rows/storable.ts";
import type { Tables } from "../tables.ts";

type Drawer = { desk: Pick<Desk, "alarm" | "keepAlarm" | "alarmsOf">; keep: () => Promise<void> };

/** The alarms on a desk: each is read once, and written once at the end. */
export function alarmDrawer(tx: Transaction<Tables>): Drawer {
  const known = new Map<string, KnownAlarm | undefined>();
  const changed = new Set<string>();
  const read = new Set<number>();
  const learn = (key: string, alarm: KnownAlarm | undefined) => known.has(key) || known.set(key, alarm);
  return {
    desk: {
      alarm: async (given) => {
        const key = storableKey(given);
        if (!known.has(key)) {
          const row = await tx.selectFrom("alarm").selectAll().where("key", "=", key).executeTakeFirst();
          learn(key, row && alarmOf(row));
        }
        return known.get(key);
      },
      keepAlarm: async (alarm) => {
        const key = storableKey(alarm.key);
        known.set(key, alarm);
        changed.add(key);
      },
      alarmsOf: async (incident) => {
        if (!read.has(incident)) {
          const rows = await tx.selectFrom("alarm").selectAll().where("incident_id", "=", incident).execute();
          for (const row of rows) learn(row.key, alarmOf(row));
          read.add(incident);
        }
        const theirs = [...known.values()].filter((alarm) => alarm?.incident === incident) as KnownAlarm[];
        return theirs.toSorted((a, b) => (a.key < b.key ? -1 : 1));
      },
    },
    keep: async () =>
      keepAlarms(
        tx,
        [...changed].map((key) => known.get(key)).filter((alarm) => alarm !== undefined),
      ),
  };
}

async function keepAlarms(tx: Transaction<Tables>, alarms: readonly KnownAlarm[]): Promise<void> {
  if (alarms.length === 0) return;
  await tx
    .insertInto("alarm")
    .values(alarms.map(alarmRow))
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet((row) => ({
        name: row.ref("excluded.name"),
        environment: row.ref("excluded.environment"),
        state: row.ref("excluded.state"),
        changed_at: row.ref("excluded.changed_at"),
        fired_at: row.ref("excluded.fired_at"),
        firings: row.ref("excluded.firings"),
        changes: row.ref("excluded.changes"),
        last_told_at: row.ref("excluded.last_told_at"),
        reason: row.ref("excluded.reason"),
        value: row.ref("excluded.value"),
        threshold: row.ref("excluded.threshold"),
        watches: row.ref("excluded.watches"),
        incident_id: row.ref("excluded.incident_id"),
      })),
    )
    .execute();
}
