import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { AlarmState } from "../alarm/alarm.ts";
import type { DiagnosisEnd, DiagnosisRow } from "../diagnosis/diagnoses.ts";
import type { Home, IncidentState, OpenedBy, Severity } from "../incident/incident.ts";
import type { DiagnosisReason, Happening } from "../incident/timeline-entry.ts";
import type { Progress } from "../remediation/durable.ts";
import type { Plan, Who } from "../remediation/plan.ts";
import type { PlanEnd, PlanRow, Question } from "../remediation/plans.ts";
import type { ProofKept, ProofState } from "../remediation/proof-kept.ts";

/** A jsonb column: read as what it holds, written as its JSON text (so that an array is not taken for one of PostgreSQL's). */
type Json<Held> = ColumnType<Held, string, string>;

/** A timestamptz or any other column that may be left out, or be null. */
type Optional<Held> = ColumnType<Held | null, Held | null | undefined, Held | null>;

/** A jsonb column that may be left out, or be null. */
type OptionalJson<Held> = ColumnType<Held | null, string | null | undefined, string | null>;

/** What is read back of a plan as it was written, and what its question is while one is asked; their times are texts in JSON. */
type PlanContent = Omit<Plan, "id" | "incident" | "environment" | "action" | "digest" | "plannedAt" | "expiresAt">;
type Asked = Omit<Question, "askedAt"> & { askedAt: string };

/** The tables, as the migrations in this folder's `migrations` make them. bigint is read as number, `date` as text such as 2026-11-26. */
export type Tables = {
  incident: {
    id: GeneratedAlways<number>;
    environment: string;
    state: IncidentState;
    severity: Severity;
    opened_by: Json<OpenedBy>;
    opened_at: Date;
    last_heard_at: Date;
    alarms: Generated<number>;
    last_alarm_at: Optional<Date>;
    eased_at: Optional<Date>;
    ended_at: Optional<Date>;
    reopened: Generated<number>;
    runbooks: Generated<readonly string[]>;
    home: Json<Home>;
    version: Generated<number>;
    told_version: Generated<number>;
    told_entry: Generated<number>;
    posted_at: Generated<readonly Date[]>;
  };
  alarm: {
    key: string;
    name: string;
    environment: string;
    state: AlarmState;
    changed_at: Date;
    fired_at: Optional<Date>;
    firings: Generated<number>;
    changes: Generated<readonly Date[]>;
    last_told_at: Optional<Date>;
    reason: string;
    value: Optional<number>;
    threshold: Optional<number>;
    watches: Generated<readonly string[]>;
    incident_id: Optional<number>;
  };
  delivery: { id: string; source: string; received_at: Date };
  timeline: { id: GeneratedAlways<number>; incident_id: number; at: Date; heard_at: Date; what: Json<Happening> };
  diagnosis: {
    id: string;
    incident_id: number;
    environment: string;
    runbook: string;
    why: DiagnosisReason;
    by: string;
    due_at: Date;
    state: DiagnosisRow["state"];
    round: Generated<number>;
    copy: Optional<string>;
    began_at: Optional<Date>;
    ended_at: Optional<Date>;
    ending: OptionalJson<DiagnosisEnd>;
  };
  evidence: { diagnosis_id: string; taken_at: Date; packed: Buffer };
  mute: { environment: string; until: Date; by: string; at: Date };
  post: {
    key: string;
    nth: GeneratedAlways<number>;
    channel: string;
    body: Json<unknown>;
    owed_at: Generated<Date>;
    sending_since: Optional<Date>;
    outcome: OptionalJson<unknown>;
    settled_at: Optional<Date>;
  };
  edit: {
    key: string;
    channel: string;
    message: Json<unknown>;
    version: Generated<number>;
    sent_version: Generated<number>;
    changed_at: Generated<Date>;
  };
  unmatched: { day: string; key: string; name: string; count: number; last_at: Date };
  refusal: { day: string; source: string; because: string; count: number };
  tick: { name: string; due_at: Date };
  plan: {
    id: string;
    incident_id: number;
    environment: string;
    action: string;
    digest: string;
    requested_by: string;
    solo: boolean;
    planned_at: Date;
    expires_at: Date;
    content: Json<PlanContent>;
    missing: number;
    state: PlanRow["state"];
    approved_at: Optional<Date>;
    began_at: Optional<Date>;
    ended_at: Optional<Date>;
    copy: Optional<string>;
    round: Generated<number>;
    question: OptionalJson<Asked>;
    progress: OptionalJson<Progress>;
    ending: OptionalJson<PlanEnd>;
    proof: OptionalJson<ProofKept>;
    proof_state: Optional<ProofState>;
    version: Generated<number>;
    told_version: Generated<number>;
    kept_at: Generated<Date>;
  };
  plan_approval: { plan_id: string; user_id: string; name: string; at: Date };
  plan_step: {
    plan_id: string;
    name: string;
    kind: "change" | "wait";
    intent: Json<object>;
    begun_at: Date;
    result: OptionalJson<unknown>;
    done_at: Optional<Date>;
    answer: OptionalJson<{ landed: boolean; at: string; by: Who }>;
  };
  halt: { environment: string; user_id: string; name: string; at: Date };
  audit: {
    nth: GeneratedAlways<number>;
    at: Date;
    incident_id: Optional<number>;
    plan_id: Optional<string>;
    environment: Optional<string>;
    actor: string;
    event: string;
    detail: Json<object>;
    previous: GeneratedAlways<string>;
    hash: GeneratedAlways<string>;
  };
  audit_head: { single: Generated<boolean>; lines: number; hash: string };
};
