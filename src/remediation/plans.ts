import type { Incident } from "../incident/incident.ts";
import type { PlanSay } from "../words/plan-say.ts";
import type { Difference } from "./digest.ts";
import type { Progress } from "./durable.ts";
import type { ReadMoves } from "./moves.ts";
import type { Input, Plan, Who } from "./plan.ts";
import type { ProofKept, ProofWish } from "./proof-kept.ts";

/** A person's yes to the digest of a plan. */
export type Approval = Who & { at: Date };

/**
 * How a plan ended. `void`: the approval did not hold any more when it was looked again; `failed`: a step did not take place; `halted`: people stopped it;
 * `withdrawn` and `expired`: nobody's yes came in time; `lapsed`: it came, and the plan's turn did not.
 */
export type PlanEnd =
  | { how: "done"; says: readonly PlanSay[]; gives?: Input }
  | { how: "void"; differences: readonly Difference[]; because?: PlanSay }
  | { how: "failed" | "late" | "halted"; step: string; because: PlanSay }
  | { how: "broke"; errorId: string }
  | { how: "withdrawn"; by: Who }
  | { how: "expired" | "lapsed"; because?: PlanSay };

/** A question that only people can answer: whether a step took place. Until then nothing else changes anything in the environment. */
export type Question = { step: string; because: PlanSay; askedAt: Date };

/** A plan as it stands. `proposed` waits for people, `approved` for its turn; `asking` waits for an answer. */
export type PlanRow = {
  plan: Plan;
  state: "proposed" | "approved" | "running" | "asking" | "ended";
  approvals: readonly Approval[];
  approvedAt?: Date;
  beganAt?: Date;
  endedAt?: Date;
  question?: Question;
  progress?: Progress;
  end?: PlanEnd;
  /** Of a plan that was done and is meant to mend: what its looks have shown since. */
  proof?: ProofKept;
  /** Counts every change that its message tells of. */
  version: number;
};

/** A plan, and the incident in whose thread it is told. */
export type PlanInThread = { row: PlanRow; incident: Pick<Incident, "id" | "home"> };

/**
 * Plans that changed since they were told, the oldest first. A halt, and its end, are a change of every plan of the environment that has not ended.
 * `told` marks what is told up to a version; a later version stays untold.
 */
export type PlanFeed = {
  untold: (most: number) => Promise<readonly PlanInThread[]>;
  told: (plan: string, version: number) => Promise<void>;
};

/** A halt of an environment. */
export type Halt = { environment: string; by: Who; at: Date };

/** What one more yes came to: how many are missing still, or that this was no longer the moment. */
export type Said = { row: PlanRow; missing: number } | { late: PlanRow };

/** A plan that is this copy's to carry out. */
export type Taken = { row: PlanRow; incident: Incident };

/** The plans of all copies. Every change of one is in the audit, in the same transaction. Each rejects where the store does not answer. */
export type Plans = {
  propose: (plan: Plan) => Promise<PlanRow>;
  read: (id: string) => Promise<PlanRow | undefined>;
  /** Plans of an incident, oldest first. */
  of: (incident: number) => Promise<readonly PlanRow[]>;
  /** Where plans that were done have led an environment's application, the oldest first. */
  movesIn: ReadMoves;
  /** Plans that are under way in an environment, or wait for an answer. */
  underWay: (environment: string) => Promise<readonly PlanRow[]>;
  /** Plans that can be approved now, the oldest first. */
  waiting: () => Promise<readonly PlanInThread[]>;
  /** One more yes, in one statement: counts only for a plan that is proposed, has this digest, has not expired, and that this person has not approved. */
  approve: (id: string, digest: string, by: Who, now: Date) => Promise<Said>;
  /** Takes a proposed plan back; false where it is not proposed any more. */
  withdraw: (id: string, by: Who, now: Date) => Promise<boolean>;
  /** Ends the proposed plans whose time is over, and those that have waited for their turn as long again since people approved them; returns them. */
  expire: (now: Date) => Promise<readonly PlanRow[]>;
  /** Takes the plan whose turn it is, or what a copy that died has left, where nothing else runs in its environment and it is not halted. */
  takeDue: (now: Date) => Promise<Taken | undefined>;
  /** Notes how far it is; the audit is not told of it. */
  progress: (id: string, progress: Progress) => Promise<void>;
  /** Ends a plan that runs as this copy's. With a `proof` its incident is looked at from then on, and stays open, until that is over. */
  end: (id: string, end: PlanEnd, now: Date, proof?: ProofWish) => Promise<void>;
  /** Looks after the proofs under way: ends those whose time is over, and wants a look where none is near. May run as often as one likes. */
  prove: (now: Date) => Promise<void>;
  /** Stops with a question to people. */
  ask: (id: string, question: Question, now: Date) => Promise<void>;
  /** Somebody's answer to a question: whether the step took place. The plan goes on; false where nothing is asked any more. */
  answer: (id: string, step: string, landed: boolean, by: Who, now: Date) => Promise<boolean>;
  /** Changes that were begun in an environment since then. */
  begunSince: (environment: string, since: Date) => Promise<number>;
  halt: (halt: Halt) => Promise<boolean>;
  /** Ends a halt; returns it, or nothing where there was none. */
  resume: (environment: string, by: Who, now: Date) => Promise<Halt | undefined>;
  haltOf: (environment: string) => Promise<Halt | undefined>;
  /** Notes a refusal in the audit. */
  refused: (about: { plan?: string; incident?: number; environment: string; by: Who; guard: string; at: Date }) => Promise<void>;
};
