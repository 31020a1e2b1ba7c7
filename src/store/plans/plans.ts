import type { Plans } from "../../remediation/plans.ts";
import type { CopiesPort, Doubting } from "../copies/left-behind.ts";
import type { Database } from "../database/connect.ts";
import { doing } from "../database/doing.ts";
import type { Ring } from "../database/ring.ts";
import type { Decide } from "../ledger/deciding.ts";
import { answer } from "./answer.ts";
import { approve } from "./approve.ts";
import { ask, end, progress } from "./end.ts";
import { halt, haltIn, resume } from "./halt.ts";
import { watchProofs, type Rounds } from "./proof/watch-proofs.ts";
import { propose } from "./propose.ts";
import { changesBegun, movesOf, plansOfIncident, plansUnderWay, plansWaiting, readPlan } from "./read.ts";
import { noteRefused } from "./refused.ts";
import { takeDue } from "./take-due.ts";
import { expire, withdraw } from "./withdraw.ts";

/** What plans need. What is doubtful are plans. */
export type Given = { db: Database; decide: Decide; ring: Ring; copies: CopiesPort } & Doubting;

/** The plans of all copies, over a database. */
export function plansOf(given: Given): Plans {
  const { db } = given;
  const rounds: Rounds = {};
  return {
    propose: async (plan) => propose(given, plan),
    read: async (id) => doing(`reading the plan ${id}`, readPlan(db, id)),
    of: async (incident) => doing(`reading the plans of incident ${incident}`, plansOfIncident(db, incident)),
    movesIn: async (environment) => doing(`reading where ${environment} was led`, movesOf(db, environment)),
    underWay: async (environment) => doing(`reading what is under way in ${environment}`, plansUnderWay(db, environment)),
    waiting: async () => doing("reading which plans wait", plansWaiting(db)),
    approve: async (id, digest, by, now) => approve(given, { id, digest, by, now }),
    withdraw: async (id, by, now) => withdraw(given, { id, by, now }),
    expire: async (now) => expire(given, now),
    takeDue: async (now) => takeDue(given, now),
    progress: async (id, far) => progress(given, id, far),
    end: async (id, how, now, proof) => end(given, { id, how, now, proof }),
    prove: async (now) => watchProofs(given, rounds, now),
    ask: async (id, question, now) => ask(given, { id, question, now }),
    answer: async (id, step, landed, by, now) => answer(given, { id, step, landed, by, now }),
    begunSince: async (environment, since) => doing(`counting the changes of ${environment}`, changesBegun(db, environment, since)),
    halt: async (wish) => halt(given, wish),
    resume: async (environment, by, now) => resume(given, { environment, by, now }),
    haltOf: async (environment) => doing(`looking whether ${environment} is halted`, haltIn(db, environment)),
    refused: async (about) => doing("noting a refusal in the audit", noteRefused(db, about)),
  };
}
