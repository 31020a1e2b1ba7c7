import { randomBytes } from "node:crypto";
import type { Ledger } from "../alarm/ledger.ts";
import type { Mutes } from "../alarm/mutes.ts";
import type { Diagnoses } from "../diagnosis/diagnoses.ts";
import type { UntoldFeed } from "../diagnosis/untold.ts";
import type { Plan } from "../remediation/plan.ts";
import type { PlanFeed, Plans } from "../remediation/plans.ts";
import type { Steps } from "../remediation/run-durably.ts";
import { auditOf, type Audit } from "./audit/audit.ts";
import type { Database } from "./database/connect.ts";
import { ringer } from "./database/ring.ts";
import { firstInStore } from "./parts/deliveries.ts";
import type { CopiesPort } from "./copies/left-behind.ts";
import { diagnosesOf } from "./diagnoses/diagnoses.ts";
import { incidentsOf, type Incidents } from "./parts/incidents.ts";
import { deciding } from "./ledger/deciding.ts";
import { ledgerOf } from "./ledger/ledger.ts";
import { mutesOf } from "./parts/mutes.ts";
import { outboxOf, type OutboxRows } from "./outbox/outbox.ts";
import { plansOf } from "./plans/plans.ts";
import { planFeedOf } from "./plans/read.ts";
import { stepsOf } from "./plans/steps.ts";
import { ticksOf, type Ticks } from "./parts/ticks.ts";
import { unmatchedOf, refusalsOf, type Counted, type Refusal, type UnmatchedAlarm } from "./parts/unmatched.ts";
import { untoldOf } from "./parts/untold.ts";

/** What of an opened store its parts are made of; `newId` names diagnoses. */
export type Opened = {
  db: Database;
  copies: CopiesPort;
  now: () => Date;
  newId?: () => string;
};

/** Everything that Gumshoe writes down, by what it is about. Each rejects, saying what was being done, where the database does not do it. */
export type StoreParts<Post extends { key: string; channel: string }, Message, Outcome> = {
  ledger: Ledger;
  diagnoses: Diagnoses;
  outbox: OutboxRows<Post, Message, Outcome>;
  untold: UntoldFeed;
  isFirst: (key: string) => Promise<boolean>;
  mutes: Mutes;
  audit: Audit;
  ticks: Ticks;
  incidents: Incidents;
  unmatched: Counted<UnmatchedAlarm>;
  refusals: Counted<Refusal>;
  plans: Plans;
  planFeed: PlanFeed;
  /** The steps of a plan that was taken just now. */
  stepsOf: (plan: Plan) => Steps;
};

/** The parts of a store that is open. */
export function storeOf<Post extends { key: string; channel: string }, Message, Outcome>({
  db,
  copies,
  now,
  newId = shortId,
}: Opened): StoreParts<Post, Message, Outcome> {
  const ring = ringer(db);
  const decide = deciding(db, ring, newId);
  const audit = auditOf(db);
  const planned = { db, decide, ring, copies, doubtful: new Set<string>() };
  return {
    ledger: ledgerOf(db, decide),
    diagnoses: diagnosesOf({ db, decide, ring, newId, copies }),
    outbox: outboxOf(db, ring),
    untold: untoldOf(db),
    isFirst: firstInStore(db, now),
    mutes: mutesOf(db, decide, now),
    audit,
    ticks: ticksOf(db),
    incidents: incidentsOf(db, audit),
    unmatched: unmatchedOf(db),
    refusals: refusalsOf(db),
    plans: plansOf(planned),
    planFeed: planFeedOf(db),
    stepsOf: (plan) => stepsOf(planned, plan),
  };
}

/** As the ids in the log; with 40 bits a clash within a year's diagnoses is one in a million, and a primary key refuses it. */
function shortId(): string {
  return randomBytes(5).toString("hex");
}
