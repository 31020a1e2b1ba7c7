import type { PlanSay } from "../words/plan-say.ts";

/** Whether a change took place, found out by looking: it did, it surely did not, or that cannot be told. */
export type Landed<Result> = { is: "done"; result: Result } | { is: "not-done" } | { is: "unclear"; because: PlanSay };

/**
 * One change of an action. `intent` is kept before anything is sent; `landed` looks whether it took place since then, and is asked before each
 * attempt: `attempted` says that it may have been sent before (by a copy that died, or its answer was lost). `act` makes it; it throws a NotDone where it
 * surely did not take place, and whatever else where that is not known. `Result` goes through JSON. `evenHalted` says that a halt
 * does not keep it from beginning: it takes back what the same plan has done.
 */
export type Change<Result> = {
  evenHalted?: boolean;
  intent: Readonly<Record<string, unknown>>;
  landed: (before: { begunAt: Date; attempted: boolean }) => Promise<Landed<Result>>;
  act: () => Promise<Result>;
};

/**
 * A wait for something that was begun: `look` tells the result, or how far it is. With `evenHalted` it begins in spite of a halt, since what it
 * waits for was sent. A halt ends only a wait that says so (`endsAtHalt`): what it waits for can be stopped, and taken back. `look` is told for how long it has
 * waited: clocks jump, and a jump is no waiting.
 */
export type Wait<Result> = {
  evenHalted?: boolean;
  endsAtHalt?: boolean;
  look: (waitedMs: number) => Promise<{ is: "done"; result: Result } | { is: "waiting"; percent?: number; status: string }>;
  everyMs: number;
  limitMs: number;
  expectedMs: number;
};

/** How far a running plan is, for people: the step under way, for how long, and how long it should take. */
export type Progress = {
  step: string;
  state: "begun" | "waiting" | "done";
  elapsedMs: number;
  expectedMs?: number;
  status?: string;
  percent?: number;
};

/**
 * What makes a story outlive a crash. Each step of a plan has a name of its own; a step that was done is not done again, and what it came to is
 * remembered. Throws a Stopped where people must decide, and the signal's reason where this copy must let go.
 */
export type Durable = {
  /** Whether any change of this plan was begun. */
  begun: () => Promise<boolean>;
  change: <Result>(name: string, change: Change<Result>) => Promise<Result>;
  until: <Result>(name: string, wait: Wait<Result>) => Promise<Result>;
};

/**
 * A plan stops here: `failed`, the step did not take place, and AWS or the host said why; `asks`, it cannot be told whether it took place; `halted`, people
 * said that nothing is to change any more; `late`, a wait took longer than it may.
 */
export class Stopped extends Error {
  readonly how: "failed" | "asks" | "halted" | "late";
  readonly step: string;
  readonly because: PlanSay;
  constructor(how: Stopped["how"], step: string, because: PlanSay, cause?: unknown) {
    super(`${step}: ${how}`, { cause });
    this.name = "Stopped";
    this.how = how;
    this.step = step;
    this.because = because;
  }
}

/** What an action's own code throws where a change surely did not take place, with the reason for people. */
export class NotDone extends Error {
  readonly because: PlanSay;
  constructor(because: PlanSay, cause?: unknown) {
    super(because.say, { cause });
    this.name = "NotDone";
    this.because = because;
  }
}
