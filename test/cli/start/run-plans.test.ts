import { afterEach, beforeEach, expect, test } from "vitest";
import type { DueRunner } from "../../../src/cli/start/due-runner.ts";
import { runPlans, type PlansGiven } from "../../../src/cli/start/run-plans.ts";
import type { Action } from "../../../src/remediation/action.ts";
import { NotDone } from "../../../src/remediation/durable.ts";
import type { PlanEnd, Question, Taken } from "../../../src/remediation/plans.ts";
import type { Steps } from "../../../src/remediation/run-durably.ts";
import { said } from "../../../src/words/because.ts";
import { say } from "../../../src/words/plan-say.ts";
import { AT, draft, LIMITS, OTHER, plan, row, stepsInMemory } from "../../remediation/plans-for-tests.ts";
import { madeIncident } from "../../slack/incident/made-untold.ts";

let due: Taken[];
let ended: { id: string; end: PlanEnd }[];
let asked: (Question & { id: string })[];
let told: string[];
let logged: string[];
let steps: Steps;
let memory: ReturnType<typeof stepsInMemory>;
let act: () => Promise<string>;
let drafting: () => Promise<ReturnType<typeof draft>>;
let storeFails: number;
let approvers: string[];
let lost: AbortController;
let ring: () => void;
let runner: DueRunner<Taken, void>;

const action: Action = {
  id: "snapshot-database",
  draft: async () => drafting(),
  run: async (_plan, durable) => {
    const made = await durable.change("snapshot", {
      intent: {},
      landed: async ({ attempted }) => (attempted ? { is: "unclear", because: say("answerLost", said("reset")) } : { is: "not-done" }),
      act: async () => act(),
    });
    return { says: [say("snapshotStands", made, 40)] };
  },
};

beforeEach(() => {
  [due, ended, asked, told, logged, approvers, storeFails] = [[], [], [], [], [], [], 0];
  memory = stepsInMemory();
  steps = memory;
  act = async () => "gumshoe-i7-p1";
  drafting = async () => draft();
  lost = new AbortController();
  const note = (level: string) => (_facts: object, doing: string) => void logged.push(`${level}: ${doing}`);
  const given: PlansGiven = {
    plans: {
      takeDue: async () => due.shift(),
      progress: async (_id, { step, state }) => void told.push(`${step} ${state}`),
      end: async (id, end) => {
        if (storeFails-- > 0) throw new Error("the store is down");
        ended.push({ id, end });
      },
      of: async () => [],
      ask: async (id, question) => void asked.push({ id, ...question }),
    },
    stepsOf: () => steps,
    allowedFor: async (_plan, by) => {
      approvers = by.map(({ userId }) => userId);
      return {
        actionOf: () => action,
        policyOf: () => plan().policy,
        permitted: async () => ({ missing: [] }),
        expiresMs: 1,
        proof: LIMITS,
      };
    },
    rootCausesOf: async () => ["db-disk-saturated"],
    newId: () => "e1",
    onDue: (listener) => {
      ring = listener;
      return () => {};
    },
    lost: () => lost.signal,
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error"), fatal: note("fatal") },
    now: () => AT,
  };
  runner = runPlans(given);
});
afterEach(async () => runner.stop(0));

const taken = (): Taken => ({ row: row({ state: "running", approvals: [{ ...OTHER, at: AT }] }), incident: madeIncident({}) });

test("a plan that is due is carried out once, as those who approved it, and ends with what stands now", async () => {
  due.push(taken());
  runner.begin();
  await expect.poll(() => ended).toEqual([{ id: "p1", end: { how: "done", says: [say("snapshotStands", "gumshoe-i7-p1", 40)] } }]);
  expect(approvers).toEqual([OTHER.userId]);
  expect(told).toEqual(["snapshot begun", "snapshot done"]);
});

test("what is rung for later is taken, too", async () => {
  runner.begin();
  due.push(taken());
  ring();
  await expect.poll(() => ended).toHaveLength(1);
});

test("its end is written down as soon as the store takes it", async () => {
  storeFails = 2;
  await runner.run(taken());
  expect(ended).toHaveLength(1);
});

test("where nobody can tell whether a step took place, people are asked", async () => {
  act = async () => Promise.reject(new Error("reset"));
  await runner.run(taken());
  expect(ended).toEqual([]);
  expect(asked).toMatchObject([{ id: "p1", step: "snapshot", askedAt: AT }]);
});

test("what was refused ends it", async () => {
  act = async () => Promise.reject(new NotDone(say("refusedBy", said("quota"))));
  await runner.run(taken());
  expect(ended).toMatchObject([{ end: { how: "failed", step: "snapshot" } }]);
});

test("where the store does not say whether a step is written down, it lets go and ends nothing", async () => {
  steps = { ...memory, done: async () => Promise.reject(new Error("the store is down")) };
  await runner.run(taken());
  expect([ended, asked]).toEqual([[], []]);
  expect(logged).toContain("error: carrying out a plan: the store; it is taken again");
});

test(
  "an error of the program's own lets it be entered anew, and then be given up with the error's number",
  { timeout: 30_000 },
  async () => {
    let tries = 0;
    act = async () => "gumshoe-i7-p1";
    drafting = async () => draft();
    const broken: Action["run"] = async () => {
      tries++;
      throw new TypeError("a bug");
    };
    const { run } = action;
    action.run = broken;
    try {
      await runner.run(taken());
    } finally {
      action.run = run;
    }
    expect(tries).toBe(3);
    expect(ended).toEqual([{ id: "p1", end: { how: "broke", errorId: "e1" } }]);
  },
);

test("a copy that has lost its place lets go in the middle, and another goes on", async () => {
  const held = Promise.withResolvers<string>();
  act = async () => held.promise;
  const running = runner.run(taken());
  await expect.poll(() => told).toEqual(["snapshot begun"]);
  lost.abort(new Error("another copy may take it"));
  held.reject(new Error("aborted"));
  await running;
  expect([ended, asked]).toEqual([[], []]);
  expect(logged).toContain("warn: plan left: another copy, or the next start, goes on with it");
});
