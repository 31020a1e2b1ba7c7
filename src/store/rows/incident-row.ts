import type { Insertable, Selectable } from "kysely";
import type { Incident } from "../../incident/incident.ts";
import type { Tables } from "../tables.ts";
import { storableJson, withoutNulls } from "./storable.ts";

/** An incident as its row has it. */
export function incidentOf(row: Selectable<Tables["incident"]>): Incident {
  return {
    id: row.id,
    environment: row.environment,
    state: row.state,
    severity: row.severity,
    openedBy: row.opened_by,
    openedAt: row.opened_at,
    lastHeardAt: row.last_heard_at,
    alarms: row.alarms,
    reopened: row.reopened,
    runbooks: row.runbooks,
    home: row.home,
    version: row.version,
    ...withoutNulls({ lastAlarmAt: row.last_alarm_at, easedAt: row.eased_at, endedAt: row.ended_at }),
  };
}

/** All columns that an incident itself says; its number, its version and what is told of it are the store's. */
export function incidentColumns(incident: Omit<Incident, "id" | "version">): Insertable<Tables["incident"]> {
  return {
    environment: incident.environment,
    state: incident.state,
    severity: incident.severity,
    opened_by: storableJson(incident.openedBy),
    opened_at: incident.openedAt,
    last_heard_at: incident.lastHeardAt,
    alarms: incident.alarms,
    last_alarm_at: incident.lastAlarmAt ?? null,
    eased_at: incident.easedAt ?? null,
    ended_at: incident.endedAt ?? null,
    reopened: incident.reopened,
    runbooks: incident.runbooks,
    home: storableJson(incident.home),
  };
}
