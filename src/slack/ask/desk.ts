import type { Mutes } from "../../alarm/mutes.ts";
import type { Diagnoses, DiagnosisEnd, DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import type { Approved, Click } from "../../remediation/approve.ts";
import type { Refused } from "../../remediation/plan.ts";
import type { PlanRow, Plans } from "../../remediation/plans.ts";
import type { Wish } from "../../remediation/propose.ts";
import type { AuditLine, IncidentRecord } from "../../report/incident-record.ts";
import type { LinkToIncident } from "../incident/incident-link.ts";
import type { Health } from "../messages/answers/standing.ts";
import type { Message } from "../messages/message.ts";
import type { Attachment } from "../outbox/entry.ts";
import type { ApproversOf } from "../plans/approvers.ts";
import type { Bureau } from "../thread/diagnosis-thread.ts";
import type { Asking } from "./may-ask.ts";
import type { People } from "./people.ts";
import type { Known } from "./read-ask.ts";
import type { Source, SourceMarks } from "./source-mark.ts";

/** What is written down, as far as requests need it; each rejects where the store does not answer. */
type Records = {
  diagnoses: Pick<Diagnoses, "ask" | "running" | "last">;
  mutes: Mutes;
  incidents: {
    list: (which: { open?: boolean; most: number }) => Promise<readonly Incident[]>;
    record: (id: number) => Promise<IncidentRecord | undefined>;
  };
  audit: { note: (line: AuditLine & { incident?: number }) => Promise<void> };
};

/** Runs a diagnosis that was begun as this copy's. Resolves with how it ended, or with nothing where another copy goes on with it; never rejects. */
type RunDiagnosis = (begun: { row: DiagnosisRow; incident: Incident }) => Promise<DiagnosisEnd | undefined>;

/** What is written down of plans, as far as requests need it. */
type PlanRecords = Pick<Plans, "read" | "of" | "waiting" | "withdraw" | "answer" | "halt" | "resume" | "haltOf" | "refused">;

/** Repairs as people ask for them; what may be done, and by whose yes, is decided in `remediation`. */
export type Repairs = {
  plans: PlanRecords;
  propose: (wish: Wish) => Promise<PlanRow | Refused>;
  approve: (click: Click) => Promise<Approved>;
  approversOf: ApproversOf;
};

/** What everyone who takes requests needs. */
export type Desk = Bureau &
  Records & {
    people: People;
    /** Without it nothing can be planned, and Gumshoe only looks. */
    repairs?: Repairs;
    homeTeamId: string;
    known: Known;
    run: RunDiagnosis;
    /** The way to an incident's thread, where Slack tells it. */
    linkToIncident: LinkToIncident;
    /** The report of an incident, as files. */
    reportOf: (record: IncidentRecord) => Promise<readonly Attachment[]>;
    /** How the parts are that all of it depends on. */
    health: () => Promise<Health>;
    /** Why nothing can be posted into a channel, as Slack's code; nothing where it can, or Slack does not tell. */
    shutFor: (channel: string) => Promise<string | undefined>;
    /** A channel's id, also where it is written as a name. Never rejects. */
    channelId: (channel: string) => Promise<string>;
    marks: SourceMarks;
    newId: () => string;
    /** Whether the program is being stopped, and takes nothing new. */
    closing: () => boolean;
    /** Hears when something of an incident may have changed, in whatever copy. */
    onChange: (listener: () => void) => void;
  };

/** Somebody's request: who, from where, into which thread an answer for all belongs, and how only they are answered. */
export type Request = {
  userId: string;
  channel: Asking["channel"];
  threadTs?: string;
  /** The message that it is about, if there is one. */
  source?: Source;
  answer: (message: Message) => Promise<void>;
};
