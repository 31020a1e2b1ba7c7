import { expect, test } from "vitest";
import type { SeenDatabase } from "../../../src/remediation/actions/database.ts";
import { snapshotDatabase, type SeenSnapshot, type SnapshotDatabase } from "../../../src/remediation/actions/snapshot-database.ts";
import { NotDone, type Progress } from "../../../src/remediation/durable.ts";
import { say } from "../../../src/words/plan-say.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";

const NAME = "gumshoe-i12-p1";
const MINE = { "managed-by": "gumshoe", "gumshoe-plan": "p1" };

/** An account with one database, and what is done to it. */
function account(database: Partial<SeenDatabase> = {}, port: Partial<SnapshotDatabase> = {}) {
  const snapshots = new Map<string, SeenSnapshot>();
  const sent: string[] = [];
  const seen: SeenDatabase = {
    service: "lightsail",
    name: "shop-db",
    id: "arn:db",
    arn: "arn:db",
    status: "available",
    plan: "micro_2_0",
    sizeGib: 40,
    endpoint: "db:5432",
    standby: false,
    ...database,
  };
  const action = snapshotDatabase({
    look: async () => seen,
    find: async (name) => {
      const found = snapshots.get(name);
      // Each look brings it further.
      if (found?.status === "creating") snapshots.set(name, { ...found, status: "available" });
      return found;
    },
    callFor: (_, name, tags) => ({ on: "aws", service: "lightsail", operation: "Create", resources: ["*"], input: { name, tags } }),
    create: async (_, { input }) => {
      const { name, tags } = input as { name: string; tags: Record<string, string> };
      sent.push(name);
      snapshots.set(name, { status: "creating", sizeGib: 40, tags });
      return "sent";
    },
    usdPerGibMonth: 0.05,
    ...port,
  });
  return { action, snapshots, sent, seen };
}

test("a draft names the database, the snapshot, the stall, the time, the cost and the way back", async () => {
  const draft = await draftOf(account().action);
  if (typeof draft === "string") throw new Error(draft);
  expect(draft.touches).toEqual([
    {
      kind: "database",
      name: "shop-db",
      state: {
        id: "arn:db",
        service: "lightsail",
        status: "available",
        plan: "micro_2_0",
        sizeGib: 40,
        endpoint: "db:5432",
        standby: false,
      },
    },
  ]);
  expect(sentencesOf(draft)).toEqual([
    expect.stringContaining(`snapshot of shop-db, named ${NAME}`),
    expect.stringContaining("On a standard plan the database is unavailable"),
    expect.stringContaining("For 40 GiB usually some minutes"),
    expect.stringContaining("$2.00 a month"),
    expect.stringContaining(`delete ${NAME} by hand`),
  ]);
});

test.each<[Partial<SeenDatabase>, string]>([
  [{ standby: true }, "high-availability plan"],
  [{ service: "rds" }, "With a single instance"],
  [{ service: "rds", standby: true }, "taken from the standby"],
])("the stall that is told is that of the plan at hand (%j)", async (database, told) => {
  const draft = await draftOf(account(database).action);
  expect(typeof draft === "string" ? draft : sentencesOf(draft)[1]).toContain(told);
});

test("a database that is busy is left alone, and so is a name that something else has", async () => {
  expect(await draftOf(account({ status: "modifying" }).action)).toMatch(/^not-available: shop-db is modifying/);
  const { action, snapshots } = account();
  snapshots.set(NAME, { status: "available", sizeGib: 40, tags: { "gumshoe-plan": "another" } });
  expect(await draftOf(action)).toMatch(/^name-taken: there is something else named gumshoe-i12-p1/);
});

test("a snapshot is taken once, waited for, and told with its size", async () => {
  const { action, sent } = account();
  const progress: Progress[] = [];
  expect(await carryOut(action, await planOf(action), { progress })).toEqual({ says: [`The snapshot ${NAME} is available (40 GiB)`] });
  expect(sent).toEqual([NAME]);
  expect(progress.map(({ step, state }) => `${step} ${state}`)).toEqual([
    "create-snapshot begun",
    "create-snapshot done",
    "snapshot-available waiting",
    "snapshot-available done",
  ]);
});

test("what a copy that died has begun is taken over by its tag, and not made twice", async () => {
  const { action, sent, snapshots } = account();
  const plan = await planOf(action);
  const steps = stepsInMemory();
  steps.kept.set("create-snapshot", { begunAt: plan.plannedAt });
  snapshots.set(NAME, { status: "creating", sizeGib: 40, tags: MINE });
  expect(await carryOut(action, plan, { steps })).toEqual({ says: [`The snapshot ${NAME} is available (40 GiB)`] });
  expect(sent).toEqual([]);
});

test("a snapshot of that name that appeared meanwhile is not taken over", async () => {
  const { action, sent, snapshots } = account();
  const plan = await planOf(action);
  snapshots.set(NAME, { status: "available", sizeGib: 40, tags: {} });
  expect(await carryOut(action, plan)).toMatchObject({ how: "failed", because: expect.stringContaining("something else named") as string });
  expect(sent).toEqual([]);
});

test("a name that is taken at the very moment is looked at: the plan's own counts, another's fails, an unseen one is asked about", async () => {
  for (const [tags, came] of [
    [MINE, { says: [expect.stringContaining("is available")] }],
    [{}, { how: "failed", because: expect.stringContaining("something else named") as string }],
    [undefined, { how: "asks" }],
  ] as const) {
    const { action, snapshots } = account(
      {},
      {
        create: async () => {
          if (tags) snapshots.set(NAME, { status: "available", sizeGib: 40, tags });
          return "name-taken";
        },
      },
    );
    expect(await carryOut(action, await planOf(action))).toMatchObject(came);
  }
});

test("a refusal stops the plan in AWS's words, and a snapshot that fails is said to have failed", async () => {
  const refuse = async (): Promise<"sent"> => {
    throw new NotDone(say("refusedBy", { said: "no more snapshots" }));
  };
  const refused = account({}, { create: refuse });
  expect(await carryOut(refused.action, await planOf(refused.action))).toEqual({
    how: "failed",
    step: "create-snapshot",
    because: "no more snapshots",
  });
  const failing = account({}, { find: async () => undefined });
  const plan = await planOf(failing.action);
  const broken = account({}, { find: async () => ({ status: "failed", sizeGib: 40, tags: MINE }) });
  expect(await carryOut(broken.action, plan)).toEqual({
    how: "failed",
    step: "snapshot-available",
    because: `The snapshot ${NAME} ended as failed, and cannot be used; shop-db is as it was. Look at its events in AWS for the reason. Delete the snapshot by hand, then plan it again`,
  });
});

test("a snapshot that does not become available in an hour is late", async () => {
  const { action } = account({}, { find: async () => ({ status: "creating", sizeGib: 40, percent: 3, tags: MINE }) });
  expect(await carryOut(action, await planOf(action))).toMatchObject({ how: "late", step: "snapshot-available" });
});
