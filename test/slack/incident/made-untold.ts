import type { KnownAlarm } from "../../../src/alarm/ledger.ts";
import type { DiagnosisRow, HeadlineTold } from "../../../src/diagnosis/diagnoses.ts";
import type { Entry, Untold } from "../../../src/diagnosis/untold.ts";
import type { Incident } from "../../../src/incident/incident.ts";
import type { Happening } from "../../../src/incident/timeline-entry.ts";

/** 02:40 of the night that these tests are about. */
export const NIGHT = new Date("2026-11-26T02:40:00Z");

/** So many minutes after that. */
export function later(minutes: number): Date {
  return new Date(NIGHT.getTime() + minutes * 60_000);
}

/** An incident that an alarm opened at 02:40. */
export function madeIncident(parts: Partial<Incident>): Incident {
  return {
    id: 7,
    environment: "prod",
    state: "open",
    severity: "critical",
    openedBy: { kind: "alarm", alarm: "arn:disk-queue" },
    openedAt: NIGHT,
    lastHeardAt: NIGHT,
    alarms: 1,
    lastAlarmAt: NIGHT,
    reopened: 0,
    runbooks: ["web-errors"],
    home: { channel: "C0PROD" },
    version: 1,
    ...parts,
  };
}

/** An alarm that fired at 84 against a threshold of 10. */
export function madeAlarm(name: string, parts: Partial<KnownAlarm> = {}): KnownAlarm {
  return {
    key: `arn:${name}`,
    name,
    environment: "prod",
    state: "alarm",
    changedAt: NIGHT,
    firedAt: NIGHT,
    firings: 1,
    changes: [NIGHT],
    reason: "Threshold Crossed",
    value: 84,
    threshold: 10,
    watches: ["AWS/RDS/DiskQueueDepth"],
    incident: 7,
    ...parts,
  };
}

/** What happened, by number; a minute lies between two unless `at` says when. */
export function madeEntry(id: number, what: Happening, at = later(id)): Entry {
  return { id, incident: 7, at, heardAt: at, what };
}

/** An alarm that begins to fire. */
export function fired(id: number, name: string, at?: Date): Entry {
  return madeEntry(id, { kind: "alarm-fired", alarm: `arn:${name}`, name, reason: "Threshold Crossed", value: 84, threshold: 10 }, at);
}

/** What a headline says of the founding incident. */
export const DISK: HeadlineTold = {
  verdict: "root-cause",
  roots: [{ title: "The database's disk is saturated", says: "84 operations wait for the disk, 0.2 before; connecting takes 31 s." }],
  suspected: [],
  notSeen: 0,
  advice: "move the database to a larger plan, or take load off it",
  at: "02:41:10 UTC",
  took: "9.3 s",
};

/** A diagnosis that ended so. */
export function madeDiagnosis(id: string, told: Partial<HeadlineTold> = DISK, parts: Partial<DiagnosisRow> = {}): DiagnosisRow {
  const whole = { ...DISK, ...told };
  const rootCauses = whole.roots.map(({ title }) => title);
  return {
    id,
    incident: 7,
    environment: "prod",
    runbook: "web-errors",
    why: "opened",
    by: "gumshoe",
    dueAt: NIGHT,
    state: "ended",
    round: 1,
    beganAt: NIGHT,
    endedAt: later(1),
    end: { how: "judged", verdict: whole.verdict, rootCauses, alike: "", told: whole, ms: 9_300 },
    ...parts,
  };
}

/** A look that found nothing. */
export const HEALTHY: Partial<HeadlineTold> = { verdict: "healthy", roots: [] };

/** An untold incident. */
export function madeUntold({ incident, ...parts }: Partial<Omit<Untold, "incident">> & { incident?: Partial<Incident> }): Untold {
  return { incident: madeIncident(incident ?? {}), toldVersion: 0, entries: [], called: false, postedAt: [], alarms: [], ...parts };
}
