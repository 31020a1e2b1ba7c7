import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../../config/config.ts";
import type { Plans, Taken } from "../../remediation/plans.ts";
import { propose } from "../../remediation/propose.ts";
import type { Log } from "../../slack/log.ts";
import type { OfficeRepairs } from "../../slack/gumshoe-app.ts";
import type { Diagnoses } from "../../diagnosis/diagnoses.ts";
import type { OpenStore } from "../../store/open.ts";
import type { Steps } from "../../remediation/run-durably.ts";
import type { Plan } from "../../remediation/plan.ts";
import { presentOf } from "../../remediation/moves.ts";
import { clientsIn } from "../reach.ts";
import { actionsOf } from "./actions.ts";
import type { DueRunner } from "./due-runner.ts";
import { runPlans } from "./run-plans.ts";

/** What repairs need: what environments allow, where plans, their steps and verdicts are written down. */
type Given = {
  environments: Config["environments"];
  /** Where the monitoring role's URL stands. */
  env: Readonly<Record<string, string | undefined>>;
  parts: { plans: Plans; stepsOf: (plan: Plan) => Steps; diagnoses: Pick<Diagnoses, "lastIn" | "running"> };
  open: Pick<OpenStore, "wake" | "copies">;
  log: Log;
  now: () => Date;
  newId: () => string;
};

/** Repairs in a running copy: what Slack asks for, and what carries out what was approved. */
export type Repairs = { office: OfficeRepairs; runner: DueRunner<Taken, void> };

/**
 * The longest that making a plan may look: whoever asked waits for it. What would stop a copy is looked for at both databases, by some dozens of connects; at one
 * whose disk has choked that took a minute.
 */
const PLAN_MS = 5 * 60_000;

/** Makes plans and carries them out, over the store. */
export function repairsOf({ environments, env, parts, open, log, now, newId }: Given): Repairs {
  const { plans, stepsOf, diagnoses } = parts;
  const allowedIn = async (name: string, as: Parameters<typeof actionsOf>[1] = {}) => {
    const named = environments.get(name);
    if (!named) return undefined;
    const environment = presentOf(named, await plans.movesIn(name));
    const clientsOf = clientsIn(environment, env);
    return actionsOf(environment, { name, ...(clientsOf ? { clientsOf } : {}), ...as });
  };
  const rootCausesOf = async (incident: number) => lastCauses(diagnoses, incident);
  const runner = runPlans({
    plans,
    stepsOf,
    allowedFor: async ({ environment }, approvers) => allowedIn(environment, { approvers }),
    rootCausesOf,
    newId,
    onDue: (listener) => open.wake.on("plan", listener),
    lost: () => open.copies.lost,
    log,
    now,
  });
  const proposing = { plans, allowedIn, rootCausesOf, newId, now };
  return {
    office: { plans, propose: async (wish) => propose({ ...proposing, signal: AbortSignal.timeout(PLAN_MS) }, wish) },
    runner,
  };
}

/** A verdict is told a moment before it is written down that its diagnosis has ended: whoever acts on it at once waits so long. */
const SETTLES_MS = 5_000;

/** The root causes that the incident's last verdict names; one that is only being found is waited for, but not long. */
async function lastCauses(diagnoses: Given["parts"]["diagnoses"], incident: number): Promise<readonly string[] | undefined> {
  const isLooking = async () => (await diagnoses.running()).some((row) => row.incident === incident);
  for (const until = performance.now() + SETTLES_MS; performance.now() < until && (await isLooking());) await pause(100);
  const end = (await diagnoses.lastIn(incident))?.end;
  return end?.how === "judged" ? end.rootCauses : undefined;
}
