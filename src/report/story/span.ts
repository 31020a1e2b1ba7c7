import { knownFact } from "../../evidence/evidence.ts";
import { isOpen, type Incident } from "../../incident/incident.ts";
import type { IncidentRecord } from "../incident-record.ts";
import type { Looked } from "./looked.ts";

/**
 * When the incident began and by what that is known, and until when it is told of: its end, or, of one that is open, the time of the report.
 * `alarmAt` is the first alarm, `roseAt` when the database's disk queue rose for good, as far as the metrics tell.
 */
export type Span = {
  beganAt: Date;
  by: "access-log" | "alarm" | "opened";
  until: Date;
  open: boolean;
  alarmAt?: Date;
  alarm?: string;
  roseAt?: Date;
};

/** The span of an incident. `now` ends it where it is open. */
export function spanOf(record: IncidentRecord, looks: readonly Looked[], now: Date): Span {
  const { incident } = record;
  const fired = record.timeline.filter(({ what }) => what.kind === "alarm-fired").toSorted((a, b) => a.at.getTime() - b.at.getTime())[0];
  const log = earliest(
    looks.flatMap(({ diagnosis: { evidence } }) => (evidence.window.basis === "access-log" ? [evidence.window.beganAt] : [])),
  );
  const alarm = fired && { at: fired.at, name: fired.what.kind === "alarm-fired" ? fired.what.name : "" };
  const roseAt = earliest(looks.flatMap(({ diagnosis: { evidence } }) => roseIn(evidence)));
  return {
    ...(log
      ? ({ beganAt: log, by: "access-log" } as const)
      : alarm && alarm.at < incident.openedAt
        ? ({ beganAt: alarm.at, by: "alarm" } as const)
        : ({ beganAt: incident.openedAt, by: alarm ? "alarm" : "opened" } as const)),
    until: endOf(incident) ?? now,
    open: isOpen(incident),
    ...(alarm ? { alarmAt: alarm.at, alarm: alarm.name } : {}),
    ...(roseAt ? { roseAt } : {}),
  };
}

function endOf(incident: Incident): Date | undefined {
  return isOpen(incident) ? undefined : (incident.endedAt ?? incident.easedAt ?? incident.lastHeardAt);
}

function roseIn(evidence: Looked["diagnosis"]["evidence"]): Date[] {
  const [host = ""] = evidence.hosts.keys();
  const at = knownFact(evidence, host, "metrics.diskQueueRoseAtMs")?.value;
  return typeof at === "number" ? [new Date(at)] : [];
}

function earliest(dates: readonly Date[]): Date | undefined {
  return dates.toSorted((a, b) => a.getTime() - b.getTime())[0];
}
