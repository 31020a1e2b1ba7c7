import type { KnownAlarm } from "../../src/alarm/ledger.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import type { DiagnosisEnd, DiagnosisRow } from "../../src/diagnosis/diagnoses.ts";
import type { Entry } from "../../src/diagnosis/untold.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { Happening } from "../../src/incident/timeline-entry.ts";
import type { IncidentRecord } from "../../src/report/incident-record.ts";
import type { Reporting } from "../../src/report/story/story.ts";
import { wordsOf, type Language } from "../../src/words/language.ts";

const { library, parsers } = await openLibrary();

/** What a report is told with in tests: the shipped runbooks, in Seoul's time unless told otherwise. */
export function reportingIn(language: Language, now: Date, timezone = "Asia/Seoul"): Reporting {
  return { words: wordsOf(language), timezone, library, parsers, version: "1.2.3", now };
}

/** An incident to be told of; `at` of a happening is in seconds after the look `raw`, or where there is none after its opening. */
export type Told = {
  incident?: Partial<Incident>;
  happened?: readonly [seconds: number, what: Happening][];
  alarms?: readonly Partial<KnownAlarm>[];
  looks?: readonly RawEvidence[];
  diagnoses?: readonly Partial<DiagnosisRow>[];
  audit?: IncidentRecord["audit"];
};

/** The record of an incident in prod, number 7, that was opened at `zero` and is open, with everything else as told. */
export function recordOf(zero: Date, told: Told = {}): IncidentRecord {
  const looks = told.looks ?? [];
  const after = (seconds: number) => new Date(zero.getTime() + seconds * 1000);
  const entries = (told.happened ?? []).map(([seconds, what], nth): Entry => ({
    id: nth + 1,
    incident: 7,
    at: after(seconds),
    heardAt: after(seconds),
    what,
  }));
  const looked = looks.map((raw, nth): DiagnosisRow => ({
    ...rowOf(`look${nth + 1}`, raw.at),
    end: judgedAs("root-cause", ["db-disk-saturated"]),
  }));
  return {
    incident: { ...incidentAt(zero), ...told.incident },
    timeline: entries,
    alarms: (told.alarms ?? []).map((alarm) => ({ ...alarmAt(zero), ...alarm })),
    diagnoses: [...looked, ...(told.diagnoses ?? []).map((row, nth) => ({ ...rowOf(`other${nth + 1}`, zero), ...row }))],
    evidence: (id) => looks[looked.findIndex((row) => row.id === id)],
    audit: told.audit ?? [],
  };
}

/** How a diagnosis ended; what was told then is nothing. */
export function judgedAs(
  verdict: "root-cause" | "inconclusive" | "no-known-cause" | "healthy",
  rootCauses: readonly string[] = [],
): DiagnosisEnd {
  return {
    how: "judged",
    verdict,
    rootCauses,
    alike: verdict,
    told: { verdict, roots: [], suspected: [], notSeen: 0, at: "", took: "" },
    ms: 4000,
  };
}

function rowOf(id: string, at: Date): DiagnosisRow {
  return {
    id,
    incident: 7,
    environment: "prod",
    runbook: "web-errors",
    why: "opened",
    by: "gumshoe",
    dueAt: at,
    state: "ended",
    round: 1,
    beganAt: new Date(at.getTime() - 20_000),
    endedAt: at,
  };
}

function incidentAt(zero: Date): Incident {
  return {
    id: 7,
    environment: "prod",
    state: "open",
    severity: "critical",
    openedBy: { kind: "alarm", alarm: "arn:prod-5xx" },
    openedAt: zero,
    lastHeardAt: zero,
    alarms: 1,
    reopened: 0,
    runbooks: ["web-errors"],
    home: { channel: "C1" },
    version: 1,
  };
}

function alarmAt(zero: Date): KnownAlarm {
  return {
    key: "arn:prod-5xx",
    name: "prod-5xx",
    environment: "prod",
    state: "alarm",
    changedAt: zero,
    firedAt: zero,
    firings: 1,
    changes: [zero],
    reason: "Threshold Crossed",
    watches: ["Shop/HTTPCode_5XX"],
    incident: 7,
  };
}
