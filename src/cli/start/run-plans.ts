import { setTimeout as pause } from "node:timers/promises";
import type { Progress } from "../../remediation/durable.ts";
import { execute, type Executed, type Executing } from "../../remediation/execute.ts";
import { madeIn } from "../../remediation/made.ts";
import type { Plan } from "../../remediation/plan.ts";
import type { Approval, PlanRow, Plans, Taken } from "../../remediation/plans.ts";
import type { Allowed } from "../../remediation/propose.ts";
import { runDurably, type Steps } from "../../remediation/run-durably.ts";
import type { Log } from "../../slack/log.ts";
import { dueRunner, type DueRunner, type Stopping } from "./due-runner.ts";
import { untilDone } from "./until-done.ts";

/** What it needs: where plans and their steps are written down, what each environment lets be done, and who says that one is due. */
export type PlansGiven = {
  plans: Pick<Plans, "takeDue" | "progress" | "end" | "ask" | "of">;
  stepsOf: (plan: Plan) => Steps;
  /** What may be done in an environment, as those who said yes to this plan. Rejects where the store does not answer. */
  allowedFor: (plan: Plan, approvals: readonly Approval[]) => Promise<Allowed | undefined>;
  rootCausesOf: Executing["rootCausesOf"];
  /** An error's number, by which it is found in the log. */
  newId: () => string;
  onDue: (listener: () => void) => () => void;
  lost: () => AbortSignal;
  log: Log;
  now: () => Date;
};

/** Plans that a copy carries out at the same time, each in an environment of its own. */
const MOST = 4;

/** An error that is not the plan's, nor the store's, lets it be entered anew, as after a crash; after so many it is given up. */
const MOST_ERRORS = 3;

/** The wait before it is entered anew. */
const ERROR_MS = 1_000;

/** How far a plan is, is written down at most this often. */
const PROGRESS_MS = 4_000;

/** Carries out the plans that this copy takes, each once, whatever happens to the store meanwhile. */
export function runPlans(given: PlansGiven): DueRunner<Taken, void> {
  const { plans, onDue, lost, log, now } = given;
  return dueRunner({
    what: "plans",
    takeDue: async () => plans.takeDue(now()),
    runOne: async (taken, stopping) => runOne(given, taken, stopping),
    onDue,
    lost,
    most: MOST,
    log,
  });
}

/** One plan, from where it is to its end or to a question. Never rejects. */
async function runOne(given: PlansGiven, { row }: Taken, { signal }: Stopping): Promise<void> {
  const { plans, log, now, lost } = given;
  const { id, environment, action, incident } = row.plan;
  const facts = { plan: id, incident, environment, action };
  const insisting = async (what: string, write: () => Promise<void>) => untilDone(write, { what, signal: lost(), log, facts });
  log.info(facts, "carrying out a plan");
  try {
    const executed = await carriedOut(given, row, signal);
    if ("asks" in executed)
      await insisting("asking people about a plan", async () => plans.ask(id, { ...executed.asks, askedAt: now() }, now()));
    else await insisting("ending a plan", async () => plans.end(id, executed.end, now(), executed.proof));
    log.info({ ...facts, how: "asks" in executed ? "asks" : executed.end.how }, "a plan came to its end, or to a question");
  } catch (error) {
    if (signal.aborted) log.warn(facts, "plan left: another copy, or the next start, goes on with it");
    else log.error({ ...facts, err: error }, "carrying out a plan: the store; it is taken again");
  }
}

/**
 * Carries it out. Where an error is nobody's, it is entered anew, which does what was done no second time, and then given up. Throws where this copy
 * must let go of the plan: stopped, or the store did not say whether a step is written down (then the store gives the plan to be taken again).
 */
async function carriedOut(given: PlansGiven, { plan, approvals }: PlanRow, signal: AbortSignal): Promise<Executed> {
  const { stepsOf, allowedFor, rootCausesOf, log, now, newId, plans } = given;
  const onProgress = tellsProgress(async (progress) => plans.progress(plan.id, progress), now);
  const sleep = async (ms: number, until: AbortSignal) => pause(ms, undefined, { signal: until });
  const asking = { what: "reading what a plan may do", signal, log, facts: { plan: plan.id } };
  const allowed = await untilDone(async () => allowedFor(plan, approvals), asking);
  for (let errors = 1; ; errors++) {
    const { steps, unsure } = heeded(stepsOf(plan));
    const durable = runDurably({ steps, now, sleep, onProgress, signal });
    try {
      return await execute(
        { allowedIn: () => allowed, rootCausesOf, madeIn: async (incident) => madeIn(plans, incident), now, signal },
        plan,
        durable,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (unsure()) throw error;
      const errorId = newId();
      log.error({ plan: plan.id, id: errorId, err: error }, "carrying out a plan");
      if (errors === MOST_ERRORS) return { end: { how: "broke", errorId } };
      await sleep(ERROR_MS, signal);
    }
  }
}

/** The same steps, and whether one of their calls did not work. */
function heeded(steps: Steps): { steps: Steps; unsure: () => boolean } {
  let failed = false;
  const heed =
    <Given extends unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    async (...args: Given) =>
      call(...args).catch((error: unknown) => {
        failed = true;
        throw error;
      });
  const { read, anyBegun, begin, done, halt } = steps;
  return {
    steps: { read: heed(read), anyBegun: heed(anyBegun), begin: heed(begin), done: heed(done), halt: heed(halt) },
    unsure: () => failed,
  };
}

/** Writes down how far a plan is: each new step at once, what is only a little further not too often. What does not get there is no loss. */
function tellsProgress(write: (progress: Progress) => Promise<void>, now: () => Date): (progress: Progress) => void {
  let last = { step: "", at: 0 };
  return (progress) => {
    const at = now().getTime();
    if (progress.step === last.step && progress.state === "waiting" && Math.abs(at - last.at) < PROGRESS_MS) return;
    last = { step: progress.step, at };
    void write(progress).catch(() => {});
  };
}
