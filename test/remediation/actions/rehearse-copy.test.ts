import { expect, test } from "vitest";
import type { Action } from "../../../src/remediation/action.ts";
import type { OwnSnapshot, SeenNew } from "../../../src/remediation/actions/new-database.ts";
import { rehearseCopy } from "../../../src/remediation/actions/rehearse-copy.ts";
import type { Bundle } from "../../../src/remediation/actions/restore-to-ha.ts";
import type { Progress } from "../../../src/remediation/durable.ts";
import type { Input } from "../../../src/remediation/plan.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";
import { copier, SECRET } from "./copy-hosts.ts";
import { making, present, saying, snapshot } from "./new-databases.ts";
import { farm, FROM, TO } from "./switch-hosts.ts";

const NAME = "gumshoe-i12-p1-rehearsal";
const bundle = (id: string, usdPerMonth: number, offered = true): Bundle => ({
  id,
  usdPerMonth,
  ramGib: 1,
  diskGib: 40,
  standby: id.includes("_ha_"),
  offered,
});

type Given = Parameters<typeof copier>[1] & {
  made?: Input;
  snapshots?: OwnSnapshot[];
  bundles?: Bundle[];
  is?: Partial<SeenNew>;
  statuses?: string[];
};

function rehearsing(given: Given = {}) {
  const {
    made = { address: TO, secret: SECRET },
    snapshots = [snapshot()],
    bundles = [bundle("micro_2_0", 15)],
    is,
    statuses,
    ...more
  } = given;
  const on = farm(1);
  const host = copier(on, more);
  const { port, ...rest } = making({ has: { plan: bundles.find(({ offered }) => offered)?.id ?? "", public: false }, ...is }, statuses);
  const own = rehearseCopy({
    databases: {
      look: async () => present(),
      snapshots: async () => snapshots,
      bundles: async () => bundles,
      callFor: ({ name, snapshot: from, bundle: { id } }) => ({
        on: "aws",
        service: "lightsail",
        operation: "CreateRelationalDatabaseFromSnapshot",
        resources: [from.arn],
        input: { name, from: from.name, relationalDatabaseBundleId: id },
      }),
      ...port,
    },
    copying: host.copying,
    live: FROM,
  });
  const action: Action = { ...own, draft: async (asked) => own.draft({ ...asked, made }) };
  return { ...on, ...host, ...rest, action };
}

test("the plan says what is made, what it costs, that no row of the present database is read, and that it is left for people", async () => {
  const made = rehearsing();
  const draft = await draftOf(made.action);
  if (typeof draft === "string") throw new Error(draft);
  const told = sentencesOf(draft).join("\n");
  for (const part of [
    `Makes a temporary database, ${NAME}, from the snapshot gumshoe-i12-p0 on micro_2_0`,
    "No row is read from shop-db",
    "$15.00 a month for micro_2_0, until somebody deletes the temporary database",
    "delete it by hand",
    "is known only when it is there",
  ])
    expect(told).toContain(part);
  expect(draft.calls).toHaveLength(2);
  // What is looked at beforehand is the present database; what is approved names no source but the one that is made.
  expect(made.wishes.map(({ source }) => source)).toEqual([FROM, undefined]);
});

test.each<[string, Given, RegExp]>([
  ["no snapshot", { snapshots: [] }, /^no-snapshot: .*take one first \(snapshot-database\)/],
  ["a snapshot of another incident", { snapshots: [snapshot({ name: "gumshoe-i11-p0" })] }, /^no-snapshot/],
  ["no database to copy to", { made: {} }, /^no-target: .*create-rds-gp3/],
  ["a plan of Lightsail that nobody knows", { bundles: [] }, /^bundle-unknown/],
  [
    "a copy that would stop",
    { check: { result: "failed", because: "pg_dump of this host is 13" } },
    /^copy-refused: .*pg_dump of this host is 13/,
  ],
])("%s refuses", async (_, given, refusal) => {
  const made = rehearsing(given);
  expect(await draftOf(made.action)).toMatch(refusal);
  expect([made.sent, made.world.deeds]).toEqual([[], []]);
});

test("a bundle that is not offered any more gives way to the cheapest that has no less", async () => {
  const bundles = [bundle("micro_2_0", 15, false), bundle("small_2_1", 30), bundle("micro_2_1", 16), bundle("micro_ha_2_1", 9)];
  const draft = await draftOf(rehearsing({ bundles }).action);
  expect(draft).toMatchObject({ calls: [{ input: { relationalDatabaseBundleId: "micro_2_1" } }, {}] });
});

test("it waits for the temporary database, copies from that one, tells how far it is, and gives what it measured", async () => {
  const made = rehearsing();
  const { action, time, wishes, world } = made;
  const progress: Progress[] = [];
  const plan = await planOf(action);
  expect(await carryOut(action, plan, { time, progress })).toEqual(
    saying(`Rehearsed: web-1 copied everything to ${TO} and found no difference, in 3 min`),
  );
  expect(made.sent).toEqual([`CreateRelationalDatabaseFromSnapshot ${NAME}`]);
  expect(wishes.at(-1)).toMatchObject({ mode: "rehearse", source: `${NAME}:5432`, scratch: "gumshoe_rehearsal" });
  expect(world).toMatchObject({ deeds: ["start copy"], fenced: false });
  expect(progress.some(({ step, percent }) => step === "rehearsal" && percent === 25)).toBe(true);
  const done = await action.run(
    plan,
    { begun: async () => true, change: async () => null as never, until: async (name) => endOf(name) as never },
    new AbortController().signal,
  );
  expect(done.gives).toEqual({ rehearsedS: "181" });
});

const endOf = (name: string): unknown =>
  name === "rehearsal" ? { ok: true, fingerprint: "", elapsedS: 181 } : { ok: true, endpoint: "x:5432" };

test.each<[string, Given, string | undefined, RegExp]>([
  ["a difference", { fails: true }, undefined, /table orders differs.*Nothing was switched.*delete it by hand/],
  ["an order that is refused", {}, "start copy", /no permission/],
])("%s ends it with what stands, and nothing of it runs on", async (_, given, refused, because) => {
  const made = rehearsing(given);
  if (refused) made.world.faults.set(refused, "refused");
  const { action, time } = made;
  const came = await carryOut(action, await planOf(action), { time });
  expect(came).toMatchObject({ how: "failed", step: "rehearsal", because: expect.stringMatching(because) as string });
  expect(made.world.deeds.at(-1)).toBe("stop copy");
  expect(made.copy).toMatchObject({ never: true });
});

test("a temporary database that ends badly leads to no copy", async () => {
  const made = rehearsing({ statuses: ["creating", "failed"] });
  const { action, time } = made;
  expect(await carryOut(action, await planOf(action), { time })).toMatchObject({ how: "failed", step: "database-available" });
  expect(made.world.deeds).toEqual([]);
});

test("killed at any step it goes on, and makes one database and one copy", async () => {
  for (let moment = 0; moment < 16; moment++) {
    const made = rehearsing();
    const { action, time } = made;
    const plan = await planOf(action);
    const steps = stepsInMemory();
    let left = moment;
    const cut: typeof steps = {
      ...steps,
      begin: async (...given) => (left-- === 0 ? Promise.reject(new Error("killed")) : steps.begin(...given)),
      done: async (...given) => {
        if (left-- === 0) throw new Error("killed");
        await steps.done(...given);
        if (left-- === 0) throw new Error("killed");
      },
    };
    const first = await carryOut(action, plan, { time, steps: cut }).catch(() => undefined);
    const came = first ?? (await carryOut(action, plan, { time, steps }));
    expect(came, `killed at ${moment}`).toHaveProperty("says");
    expect([made.sent.length, made.copy.begun], `killed at ${moment}`).toEqual([1, 1]);
  }
});
