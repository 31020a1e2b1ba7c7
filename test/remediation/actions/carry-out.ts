import type { Action } from "../../../src/remediation/action.ts";
import { digestOf } from "../../../src/remediation/digest.ts";
import { Stopped, type Progress } from "../../../src/remediation/durable.ts";
import { isRefused, type Draft, type Input, type Plan } from "../../../src/remediation/plan.ts";
import type { Halt } from "../../../src/remediation/plans.ts";
import { runDurably, type Beginning, type Step, type Steps } from "../../../src/remediation/run-durably.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { tellPlan, type PlanSay } from "../../../src/words/plan-say.ts";

/** Where a plan of a test takes its time from. */
export type Time = { now: () => Date; sleep: (ms: number, signal?: AbortSignal) => Promise<void> };

/** A time that passes only while somebody waits. */
export function passing(start = new Date("2026-11-02T03:00:00Z")): Time {
  let now = start.getTime();
  return { now: () => new Date(now), sleep: async (ms) => void (now += ms) };
}

/** Steps in memory, as the store keeps them. */
export function stepsInMemory(): Steps & { kept: Map<string, Step>; halted: Halt | undefined } {
  const kept = new Map<string, Step>();
  const steps = {
    kept,
    halted: undefined as Halt | undefined,
    read: async (name: string) => kept.get(name),
    anyBegun: async () => kept.size > 0,
    begin: async (name: string, { evenHalted }: Beginning, begunAt: Date) => {
      if (steps.halted && !evenHalted) return { halt: steps.halted };
      const begun = { begunAt };
      kept.set(name, begun);
      return { begun };
    },
    done: async (name: string, result: unknown) => {
      // What is kept goes through JSON, as in the store.
      const done = { result: JSON.parse(JSON.stringify(result ?? null)) as unknown };
      kept.set(name, { ...(kept.get(name) as Step), done });
    },
    halt: async () => steps.halted,
  };
  return steps;
}

/** What a plan is made for, in every test. */
const asked = (input: Input = {}, now = new Date("2026-11-02T03:00:00Z"), made: Input = {}) => ({
  planId: "p1",
  incident: 12,
  input,
  made,
  now,
  signal: new AbortController().signal,
});

/** A sentence in English. */
export const words = (sentence: PlanSay): string => tellPlan(sentence, wordsOf("en"));

/** What an action would do, or the words of its refusal. */
export async function draftOf(action: Action, input: Input = {}, now?: Date): Promise<Draft | string> {
  const drafted = await action.draft(asked(input, now));
  return isRefused(drafted) ? `${drafted.refused}: ${words(drafted.because)}` : drafted;
}

/** All sentences of a draft, so that a test can hold them against what people must know. */
export const sentencesOf = ({ says }: Draft): string[] => Object.values(says).flat().map(words);

/** The plan that people would approve. */
export async function planOf(action: Action, input: Input = {}, now = new Date("2026-11-02T03:00:00Z")): Promise<Plan> {
  const draft = await draftOf(action, input, now);
  if (typeof draft === "string") throw new Error(draft);
  const policy = { approvers: ["U2"], approvals: 1, solo: false, typed: false };
  const made = { environment: "prod", action: action.id, input, draft, rootCauses: ["db-disk-saturated"], policy };
  return {
    ...made,
    id: "p1",
    incident: 12,
    requestedBy: { userId: "U1", name: "Mina" },
    plannedAt: now,
    expiresAt: new Date(now.getTime() + 30 * 60_000),
    digest: digestOf(made),
  };
}

/** What came of carrying a plan out: the sentences of its end, or how it stopped, at which step and why. */
export type CameTo = { says: string[] } | { how: Stopped["how"]; step: string; because: string };

/** Carries a plan out over steps, which a test may have filled as a copy that died did. What it gives to later plans is put into `given`. */
export async function carryOut(
  action: Action,
  plan: Plan,
  {
    time = passing(),
    steps = stepsInMemory(),
    progress = [],
    given = [],
  }: { time?: Time; steps?: Steps; progress?: Progress[]; given?: Input[] } = {},
): Promise<CameTo> {
  const { signal } = new AbortController();
  const durable = runDurably({ steps, now: time.now, sleep: time.sleep, onProgress: (each) => void progress.push(each), signal });
  try {
    const { says, gives } = await action.run(plan, durable, signal);
    if (gives) given.push(gives);
    return { says: says.map(words) };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { how: error.how, step: error.step, because: words(error.because) };
  }
}
