import { expect, test } from "vitest";
import type { Action } from "../../src/remediation/action.ts";
import { NotDone, type Durable } from "../../src/remediation/durable.ts";
import { execute, type Executing } from "../../src/remediation/execute.ts";
import { isRefused, type Draft, type Input, type Refused } from "../../src/remediation/plan.ts";
import type { PlanRow } from "../../src/remediation/plans.ts";
import { propose, type Allowed } from "../../src/remediation/propose.ts";
import { runDurably } from "../../src/remediation/run-durably.ts";
import { said } from "../../src/words/because.ts";
import { say } from "../../src/words/plan-say.ts";
import { ASKER, AT, draft, LIMITS, OTHER, plan, row, stepsInMemory } from "./plans-for-tests.ts";

type World = {
  now?: Draft | Refused | Error;
  causes?: readonly string[];
  permitted?: Awaited<ReturnType<Allowed["permitted"]>>;
  act?: () => Promise<string>;
  unclear?: true;
  halted?: true;
  mends?: true;
  gives?: Input;
  made?: Input;
  earlier?: readonly PlanRow[];
};

/** A way to carry out plans in which one thing is made; `made` counts how often. */
function desk(world: World = {}) {
  const steps = stepsInMemory();
  const counted = { made: 0 };
  const drafted: Input[] = [];
  const action: Action = {
    id: "snapshot-database",
    draft: async ({ made }) => {
      drafted.push(made);
      if (world.now instanceof Error) throw world.now;
      return world.now ?? draft();
    },
    run: async (_plan, durable) => {
      const made = await durable.change("snapshot", {
        intent: {},
        landed: async ({ attempted }) =>
          attempted && world.unclear ? { is: "unclear", because: say("answerLost", said("reset")) } : { is: "not-done" },
        act: async () => {
          counted.made++;
          return world.act ? world.act() : "gumshoe-i7-p1";
        },
      });
      return {
        says: [say("snapshotStands", made, 40)],
        ...(world.mends ? { mends: true as const } : {}),
        ...(world.gives ? { gives: world.gives } : {}),
      };
    },
  };
  const allowed: Allowed = {
    actionOf: (id) => (id === action.id ? action : undefined),
    policyOf: (id) => (id === action.id ? plan().policy : undefined),
    permitted: async () => world.permitted ?? { missing: [] },
    expiresMs: 30 * 60_000,
    proof: LIMITS,
  };
  const signal = new AbortController().signal;
  const executing: Executing = {
    allowedIn: (environment) => (environment === "prod" ? allowed : undefined),
    rootCausesOf: async () => world.causes ?? ["db-disk-saturated"],
    madeIn: async () => world.made ?? {},
    now: () => AT,
    signal,
  };
  const durable: Durable = runDurably({ steps, now: () => AT, sleep: async () => {}, onProgress: () => {}, signal });
  const proposing = {
    ...executing,
    newId: () => "p1",
    plans: {
      propose: async (made: ReturnType<typeof plan>) => row({ plan: made }),
      of: async () => world.earlier ?? [],
      haltOf: async () => (world.halted ? { environment: "prod", by: OTHER, at: AT } : undefined),
    },
  };
  return { executing, durable, steps, counted, drafted, proposing };
}

const wish = { incident: 7, environment: "prod", action: "snapshot-database", input: {}, by: ASKER };

test("a plan is what its action drafts, with who may approve it and until when, under the digest of all that", async () => {
  const proposed = await propose(desk().proposing, wish);
  expect(proposed).toEqual(row({ plan: plan() }));
});

test.each<[string, World, Partial<typeof wish>]>([
  ["not-allowed", {}, { action: "reboot-database" }],
  ["not-allowed", {}, { environment: "staging" }],
  ["halted", { halted: true }, {}],
  ["name-taken", { now: { refused: "name-taken", because: say("nameIsTaken", "a") } }, {}],
  ["not-seen", { now: new Error("no answer") }, {}],
  ["permission", { permitted: { missing: ["rds:CreateDBSnapshot"] } }, {}],
])("it is refused as %s, and nothing is written down", async (refused, world, over) => {
  const proposed = await propose(desk(world).proposing, { ...wish, ...over });
  expect(isRefused(proposed) && proposed.refused).toBe(refused);
});

test("without a verdict there is nothing to plan by", async () => {
  const { proposing } = desk();
  expect(await propose({ ...proposing, rootCausesOf: async () => undefined }, wish)).toMatchObject({ refused: "no-verdict" });
});

test("what could not be checked of permissions stands in the plan", async () => {
  const because = say("permissionsUnchecked", said("AccessDenied"));
  const proposed = await propose(desk({ permitted: { unchecked: because } }).proposing, wish);
  expect(isRefused(proposed) || proposed.plan.draft.says.unchecked).toEqual([because]);
});

test("a plan that holds is carried out, and says what stands now", async () => {
  const { executing, durable, counted } = desk();
  expect(await execute(executing, plan(), durable)).toEqual({ end: { how: "done", says: [say("snapshotStands", "gumshoe-i7-p1", 40)] } });
  expect(counted.made).toBe(1);
});

test("what a plan gives stands in its end; later plans of the incident are drafted with it, the last one that was done coming first", async () => {
  const { executing, durable } = desk({ gives: { snapshot: "gumshoe-i7-p1" } });
  const first = await execute(executing, plan(), durable);
  expect(first).toMatchObject({ end: { how: "done", gives: { snapshot: "gumshoe-i7-p1" } } });
  const ended = (minute: number, gives: Input, how: "done" | "failed" = "done"): PlanRow => {
    const end = how === "done" ? { how, says: [], gives } : { how, step: "copy", because: say("noVerdict") };
    return row({ state: "ended", endedAt: new Date(AT.getTime() + minute * 60_000), end });
  };
  const earlier = [ended(3, { address: "new:5432" }), ended(1, { address: "old:5432", snapshot: "s" }), ended(4, {}, "failed"), row()];
  const { proposing, drafted } = desk({ earlier });
  await propose(proposing, wish);
  expect(drafted).toEqual([{ address: "new:5432", snapshot: "s" }]);
});

const [database] = draft().touches;
const bigger = draft({ touches: [{ ...database!, state: { ...database!.state, sizeGib: 80 } }] });

test.each<[string, World]>([
  ["the database has another size by now", { now: bigger }],
  ["the last look names another root cause", { causes: ["lock-contention"] }],
  ["the last look names none", { causes: [] }],
  ["a precondition no longer holds", { now: { refused: "not-available", because: say("notAvailable", "shop-db", "backing-up") } }],
  ["it cannot be looked at", { now: new Error("no answer") }],
  ["a permission was taken away", { permitted: { missing: ["rds:CreateDBSnapshot"] } }],
])("the approval is void, and nothing is done, where %s", async (_why, world) => {
  const { executing, durable, counted } = desk(world);
  expect(await execute(executing, plan(), durable)).toMatchObject({ end: { how: "void" } });
  expect(counted.made).toBe(0);
});

test("a plan that was changed where it is written down is void", async () => {
  const { executing, durable, counted } = desk();
  expect(await execute(executing, { ...plan(), action: "snapshot-database", input: { unit: "x" } }, durable)).toMatchObject({
    end: { how: "void" },
  });
  expect(await execute(executing, { ...plan(), digest: "0".repeat(64) }, durable)).toMatchObject({ end: { how: "void" } });
  expect(counted.made).toBe(0);
});

test("an action that is not allowed any more is void", async () => {
  const { executing, durable, counted } = desk();
  expect(await execute({ ...executing, allowedIn: () => undefined }, plan(), durable)).toMatchObject({ end: { how: "void" } });
  expect(counted.made).toBe(0);
});

test("a plan of which a change was begun is gone on with, though what it touches is not as it was", async () => {
  const { executing, durable, steps, counted } = desk({ now: bigger });
  steps.kept.set("snapshot", { kind: "change", begunAt: AT });
  expect(await execute(executing, plan(), durable)).toMatchObject({ end: { how: "done" } });
  expect(counted.made).toBe(1);
});

test("what is refused while it runs ends it, with the step and the reason", async () => {
  const because = say("refusedBy", said("quota"));
  const { executing, durable } = desk({ act: async () => Promise.reject(new NotDone(because)) });
  expect(await execute(executing, plan(), durable)).toEqual({ end: { how: "failed", step: "snapshot", because } });
});

test("where it cannot be told whether a step took place, it stops and asks", async () => {
  const { executing, durable, counted } = desk({ unclear: true, act: async () => Promise.reject(new Error("reset")) });
  expect(await execute(executing, plan(), durable)).toMatchObject({ asks: { step: "snapshot" } });
  expect(counted.made).toBe(1);
});

test("an error that is not the plan's is thrown on", async () => {
  const { executing, durable } = desk();
  const broken: Durable = { ...durable, begun: async () => Promise.reject(new Error("the store is down")) };
  await expect(execute(executing, plan(), broken)).rejects.toThrow("the store is down");
});

test("what is meant to mend leaves a proof to be begun, and what only looks or saves does not", async () => {
  const mends = desk({ mends: true });
  expect(await execute(mends.executing, plan(), mends.durable)).toEqual({
    end: { how: "done", says: [say("snapshotStands", "gumshoe-i7-p1", 40)] },
    proof: { limits: LIMITS },
  });
  const moves = desk({ mends: true, gives: { left: "a.example:5432", ledTo: "b.example:5432" } });
  expect(await execute(moves.executing, plan(), moves.durable)).toMatchObject({ proof: { limits: LIMITS, moved: true } });
  const saves = desk();
  expect(await execute(saves.executing, plan(), saves.durable)).not.toHaveProperty("proof");
  const fails = desk({ mends: true, act: async () => Promise.reject(new NotDone(say("refusedBy", said("no")))) });
  expect(await execute(fails.executing, plan(), fails.durable)).not.toHaveProperty("proof");
});
