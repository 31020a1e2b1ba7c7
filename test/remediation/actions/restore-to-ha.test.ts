import { expect, test } from "vitest";
import type { OwnSnapshot, SeenNew } from "../../../src/remediation/actions/new-database.ts";
import { restoreToHa, type Bundle, type RestoreToHa } from "../../../src/remediation/actions/restore-to-ha.ts";
import type { SeenDatabase } from "../../../src/remediation/actions/database.ts";
import { NotDone, type Progress } from "../../../src/remediation/durable.ts";
import { say } from "../../../src/words/plan-say.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";
import { making, present, saying, snapshot } from "./new-databases.ts";

const NAME = "gumshoe-i12-p1-ha";
const CREATE = `CreateRelationalDatabaseFromSnapshot ${NAME}`;
const HAS = { plan: "micro_ha_2_0", public: false, standby: true };

const bundle = (id: string, usdPerMonth: number, ramGib: number, diskGib: number): Bundle => ({
  id,
  usdPerMonth,
  ramGib,
  diskGib,
  standby: id.includes("_ha_"),
  offered: true,
});
const BUNDLES = [
  bundle("micro_2_0", 15, 1, 40),
  bundle("small_ha_2_0", 60, 2, 80),
  bundle("micro_ha_2_0", 30, 1, 40),
  bundle("small_2_0", 30, 2, 80),
];

type Given = {
  database?: Partial<SeenDatabase>;
  snapshots?: OwnSnapshot[];
  bundles?: Bundle[];
  is?: Partial<SeenNew>;
  statuses?: string[];
  port?: Partial<RestoreToHa>;
};

function account({ database = {}, snapshots = [snapshot()], bundles = BUNDLES, is = {}, statuses, port = {} }: Given = {}) {
  const { port: make, ...rest } = making({ has: HAS, ...is }, statuses);
  const action = restoreToHa({
    look: async () => present(database),
    snapshots: async () => snapshots,
    bundles: async () => bundles,
    callFor: ({ name, snapshot: from, bundle: { id } }) => ({
      on: "aws",
      service: "lightsail",
      operation: "CreateRelationalDatabaseFromSnapshot",
      resources: [from.arn],
      input: { name, from: from.name, relationalDatabaseBundleId: id },
    }),
    ...make,
    ...port,
  });
  return { action, ...rest };
}

test("a draft says plainly that the disk is the same, what is not in the snapshot, whose password it is, what it costs more, and that nothing is switched", async () => {
  const draft = await draftOf(account().action);
  if (typeof draft === "string") throw new Error(draft);
  expect(sentencesOf(draft)).toEqual([
    `Makes a second database, ${NAME}, from the snapshot gumshoe-i12-p0 on the high-availability plan micro_ha_2_0, and waits until it is available`,
    "Nothing is switched by this step: the application stays with shop-db, which stays as it is",
    expect.stringContaining("the same memory, CPU and disk: it does not lift an I/O ceiling"),
    expect.stringContaining("taken 2026-11-02 02:50 UTC: what was written since then is not in it"),
    expect.stringContaining("on its host by itself, never through Gumshoe or Slack"),
    expect.stringContaining("from Lightsail instances of the same region only"),
    expect.stringContaining("10 to 20 minutes"),
    "$30.00 a month for micro_ha_2_0, $15.00 more than micro_2_0 ($15.00); both until one of them is deleted",
    expect.stringContaining(`nothing uses ${NAME} yet`),
  ]);
  expect(draft.touches.map(({ kind, name, state }) => [kind, name, state["id"], state["status"], state["sizeGib"]])).toEqual([
    ["database", "shop-db", "arn:db", "available", 40],
    ["snapshot", "gumshoe-i12-p0", "arn:snapshot", "available", 40],
  ]);
});

test("this plan's own snapshot is taken, else the incident's newest that is available and Gumshoe's", async () => {
  const from = async (snapshots: OwnSnapshot[]) => {
    const draft = await draftOf(account({ snapshots }).action);
    return typeof draft === "string" ? draft : draft.touches[1]?.name;
  };
  const older = snapshot({ name: "gumshoe-i12-old", takenAt: new Date("2026-11-02T01:00:00Z") });
  const making = snapshot({ name: "gumshoe-i12-new", status: "creating", takenAt: new Date("2026-11-02T02:59:00Z") });
  expect(await from([older, snapshot(), making])).toBe("gumshoe-i12-p0");
  expect(await from([snapshot(), { ...older, tags: { ...older.tags, "gumshoe-plan": "p1" } }])).toBe("gumshoe-i12-old");
  for (const none of [[], [making], [snapshot({ tags: {} })], [snapshot({ name: "gumshoe-i120-p0" })]])
    expect(await from(none)).toBe(
      "no-snapshot: there is no available snapshot of shop-db that was taken for this incident: take one first (snapshot-database)",
    );
});

test("never a smaller plan: the cheapest with a standby that has as much memory and disk", async () => {
  const called = async (given: Given) => {
    const draft = await draftOf(account(given).action);
    return typeof draft === "string" ? draft : draft.calls[0]?.on === "aws" && draft.calls[0].input["relationalDatabaseBundleId"];
  };
  expect(await called({})).toBe("micro_ha_2_0");
  expect(await called({ database: { plan: "small_2_0" } })).toBe("small_ha_2_0");
  expect(await called({ bundles: BUNDLES.map((each) => ({ ...each, offered: each.id !== "micro_ha_2_0" })) })).toBe("small_ha_2_0");
  expect(await called({ bundles: [BUNDLES[0]!] })).toMatch(/^no-ha-bundle: Lightsail offers no high-availability plan .* micro_2_0$/);
  expect(await called({ database: { plan: "odd" } })).toBe("bundle-unknown: Lightsail does not tell what odd has and costs");
});

test("what is busy, has a standby already, or whose name something else has is refused", async () => {
  expect(await draftOf(account({ database: { status: "backing-up" } }).action)).toMatch(/^not-available: shop-db is backing-up/);
  expect(await draftOf(account({ database: { standby: true, plan: "micro_ha_2_0" } }).action)).toBe(
    "already-ha: shop-db is on a high-availability plan already (micro_ha_2_0)",
  );
  const { action, add } = account();
  add(NAME, { tags: {} });
  expect(await draftOf(action)).toContain(
    `name-taken: there is something else named ${NAME} already, which is not this plan's; it was left alone`,
  );
});

test("it is made once, waited for until its standby is there, and told with its address", async () => {
  const { action, sent, made } = account({ is: { has: { ...HAS, standby: false } } });
  const progress: Progress[] = [];
  const plan = await planOf(action);
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
    const found = made.get(NAME);
    // It comes some time after the database is available.
    if (found && now > 100_000) found.seen = { ...found.seen, has: HAS };
  };
  const time = { now: () => new Date(now), sleep };
  expect(await carryOut(action, plan, { progress, time })).toEqual({
    says: [
      `${NAME} is available at ${NAME}:5432 on micro_ha_2_0, with a standby in another zone`,
      expect.stringContaining("master password"),
      expect.stringContaining("Nothing is switched"),
    ],
  });
  expect(sent).toEqual([CREATE]);
  expect(progress.filter(({ step, state }) => step === "database-available" && state === "waiting").length).toBeGreaterThan(4);
});

test("what a copy that died has begun is taken over by its tag; what another plan made under that name is not", async () => {
  const { action, sent, add } = account();
  const plan = await planOf(action);
  const steps = stepsInMemory();
  steps.kept.set("create-database", { begunAt: plan.plannedAt });
  add(NAME);
  expect(await carryOut(action, plan, { steps })).toEqual(saying("is available"));
  add(NAME, { tags: { "gumshoe-plan": "p9" } });
  expect(await carryOut(action, plan)).toMatchObject({ how: "failed", because: expect.stringContaining("something else named") as string });
  expect(sent).toEqual([]);
});

test("a name that is taken at the very moment counts where it is the plan's, and is asked about where it cannot be seen", async () => {
  const taken = account({ port: { create: async () => "name-taken" } });
  expect(await carryOut(taken.action, await planOf(taken.action))).toMatchObject({ how: "asks", step: "create-database" });
  const mine: ReturnType<typeof account> = account({
    port: {
      create: async () => {
        mine.add(NAME);
        return "name-taken";
      },
    },
  });
  expect(await carryOut(mine.action, await planOf(mine.action))).toEqual(saying("is available"));
});

test("a bad end says what stands and what to do, and so does a database that is not what was asked for", async () => {
  const ended = async (given: Given) => {
    const { action } = account(given);
    return carryOut(action, await planOf(account().action));
  };
  expect(await ended({ statuses: ["creating", "failed"] })).toEqual({
    how: "failed",
    step: "database-available",
    because: `${NAME} ended as failed; shop-db stays in use as it was. Look at its events in AWS for the reason. Gumshoe deletes nothing: delete ${NAME} by hand, then plan it again`,
  });
  expect(await ended({ is: { has: { ...HAS, plan: "micro_2_0" } } })).toMatchObject({
    because: `${NAME} is available, and its plan is micro_2_0, not micro_ha_2_0: do not use it. shop-db stays in use; delete ${NAME} by hand`,
  });
  expect(await ended({ is: { has: { ...HAS, standby: false } } })).toMatchObject({ how: "late", step: "database-available" });
  const refuse = async (): Promise<"sent"> => {
    throw new NotDone(say("nothingMade", "shop-db", { said: "No more databases" }, "quota"));
  };
  expect(await ended({ port: { create: refuse } })).toMatchObject({
    how: "failed",
    because: expect.stringMatching(/^No more databases\. Nothing was made, and shop-db is as it was\. .*Service Quotas/) as string,
  });
});
