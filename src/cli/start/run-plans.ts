import { setTimeout as pause } from "node:timers/promises";
import type { Incident } from "../../incident/incident.ts";
import type { Progress } from "../../remediation/durable.ts";
import { execute, type Executed, type Executing } from "../../remediation/execute.ts";
import type { Plan } from "../../remediation/plan.ts";
import type { Approval, PlanRow, Plans, Taken } from "../../remediation/plans.ts";
import type { Allowed } from "../../remediation/propose.ts";
import { runDurably, type Steps } from "../../remediation/run-durably.ts";
import type { Log } from "../../slack/log.ts";
import { dueRunner, type DueRunner, type Stopping } from "./due-runner.ts";
import { untilDone } from "./until-done.ts";

/** What it needs: where plans and their steps are written down, what each environment lets be done, and who says that one is due. */
export type PlansGiven = {
  plans: Pick<Plans, "takeDue" | "read" | "progress" | "end" | "ask">;
  stepsOf: (plan: Plan) => Steps;
  /** What may be done in an environment, as those who said yes to this plan. */
  allowedFor: (plan: Plan, approvals: readonly Approval[]) => Allowed | undefined;
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

/** An error that is not the plan's lets it be entered anew, as after a crash; after so many it is given up. */
const MOST_ERRORS = 5;

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
async function runOne(given: PlansGiven, { row, incident }: Taken, { signal }: Stopping): Promise<void> {
  const { plans, log, now, newId } = given;
  const { id, environment, action } = row.plan;
  const facts = { plan: id, incident: incident.id, environment, action };
  const insisting = async (what: string, write: () => Promise<void>) => untilDone(write, { what, signal: given.lost(), log, facts });
  log.info(facts, "carrying out a plan");
  try {
    const executed = await carriedOut(given, { row, incident, signal }).catch((error: unknown): Executed => {
      signal.throwIfAborted();
      const errorId = newId();
      log.error({ ...facts, id: errorId, err: error }, "carrying out a plan");
      return { end: { how: "broke", errorId } };
    });
    if ("asks" in executed)
      await insisting("asking people about a plan", async () => plans.ask(id, { ...executed.asks, askedAt: now() }, now()));
    else await insisting("ending a plan", async () => plans.end(id, executed.end, now()));
    log.info({ ...facts, how: "asks" in executed ? "asks" : executed.end.how }, "a plan came to its end, or to a question");
  } catch (error) {
    if (signal.aborted) log.warn(facts, "plan left: another copy, or the next start, goes on with it");
    else log.error({ ...facts, err: error }, "carrying out a plan");
  }
}

type Carrying = { row: PlanRow; incident: Incident; signal: AbortSignal };

/** Carries it out, and enters it anew where the store was away: what was done is known then. Throws what goes wrong again and again. */
async function carriedOut(given: PlansGiven, { row, signal }: Carrying): Promise<Executed> {
  const { plans, stepsOf, allowedFor, rootCausesOf, log, now } = given;
  const { plan, approvals } = row;
  for (let errors = 1; ; errors++) {
    const telling = tellsProgress(async (progress) => plans.progress(plan.id, progress), now);
    const sleep = async (ms: number, until: AbortSignal) => pause(ms, undefined, { signal: until });
    const durable = runDurably({ steps: stepsOf(plan), now, sleep, onProgress: telling, signal });
    try {
      return await execute({ allowedIn: () => allowedFor(plan, approvals), rootCausesOf, now, signal }, plan, durable);
    } catch (error) {
      signal.throwIfAborted();
      if (errors === MOST_ERRORS) throw error;
      log.error({ plan: plan.id, err: error }, "carrying out a plan; it is entered anew");
      await untilDone(async () => plans.read(plan.id), { what: "reading a plan", signal, log, facts: { plan: plan.id } });
    }
  }
}

/** Writes down how far a plan is: each new step at once, what is only a little further not too often. What does not get there is no loss. */
function tellsProgress(write: (progress: Progress) => Promise<void>, now: () => Date): (progress: Progress) => void {
  let last = { step: "", at: 0 };
  return (progress) => {
    const at = now().getTime();
    if (progress.step === last.step && progress.state === "waiting" && at - last.at < PROGRESS_MS) return;
    last = { step: progress.step, at };
    void write(progress).catch(() => {});
  };
}
