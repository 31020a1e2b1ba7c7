import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/remediation/action.ts";
import { moveDatabase } from "../../../src/remediation/actions/move-database.ts";
import { policyOf } from "../../../src/remediation/policy.ts";
import type { Input } from "../../../src/remediation/plan.ts";
import type { Progress } from "../../../src/remediation/durable.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory } from "./carry-out.ts";
import { copier, SECRET } from "./copy-hosts.ts";
import { farm, FROM, TO } from "./switch-hosts.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { say, tellPlan, type PlanSay } from "../../../src/words/plan-say.ts";

const MADE = { address: TO, secret: SECRET, rehearsedS: "240", database: "gumshoe-i12-p0-gp3" };

function moving({ made = MADE, ...more }: Parameters<typeof copier>[1] & { made?: Input } = {}) {
  const on = farm();
  const made_ = copier(on, more);
  const rules = { from: FROM, units: ["web", "worker"], host: "web-1", monitor: "SHOP_DB_URL" };
  const own = moveDatabase(
    (endpoint, wish) => ({ switching: { ...on.port, values: (_plan, sums) => ({ ...endpoint, sums }) }, copying: made_.copying(wish) }),
    rules,
  );
  const action: Action = { ...own, draft: async (asked) => own.draft({ ...asked, made }) };
  return { ...on, ...made_, action };
}

type Moving = ReturnType<typeof moving>;

const carriedOut = async ({ action, time }: Moving, steps = stepsInMemory()) => carryOut(action, await planOf(action), { time, steps });

describe("what is planned", () => {
  test("the plan says the freeze and its length, who gets errors, why nothing is lost, the lines, and that the old database is kept", async () => {
    const draft = await draftOf(moving().action);
    if (typeof draft === "string") throw new Error(draft);
    const told = sentencesOf(draft).join("\n");
    for (const part of [
      "Ends web, worker on web-1, web-2, web-3",
      `web-1 closes ${FROM} for the application`,
      `becomes DATABASE_URL=postgres://***@${TO}/shop`,
      "Write freeze: from the first unit that ends",
      "writers get errors, for about 6 min",
      "Only rows whose writing was acknowledged count",
      "Loss window: zero. The copy begins only when",
      "About 4 min for the copy, as it was rehearsed",
      "is opened again exactly as it was",
      "never deleted by Gumshoe",
    ])
      expect(told).toContain(part);
    expect(draft.calls.map((call) => (call.on === "host" ? `${call.values["verb"]} ${call.hosts.join()}` : ""))).toEqual([
      ...on("stage mi").map((each) => each.replace(" web", "-web")),
      ...on("rest mi").map((each) => each.replace(" web", "-web")),
      "start mi-web-1",
      ...on("switch mi").map((each) => each.replace(" web", "-web")),
    ]);
  });

  test("where the application is its own administrator, people read under which name the old database is set aside, how it comes back, and what is lost", async () => {
    const says = { aside: "shop-gumshoe-m-p1", loses: "rds_superuser createrole tables=1200 public.t" };
    const made = moving({ check: { result: "done", says } });
    const draft = await draftOf(made.action);
    if (typeof draft === "string") throw new Error(draft);
    const told = sentencesOf(draft);
    for (const part of [
      `web-1 sets the database at ${FROM} aside under the name shop-gumshoe-m-p1`,
      `At ${TO} the application's role is an ordinary one, no administrator (rds_superuser); it makes no roles there`,
      "It can use 1,200 of the present tables as an administrator only, such as public.t,",
      `The old database is kept whole at ${FROM}, under the name shop-gumshoe-m-p1, and never deleted by Gumshoe; \`unfence\` of the copy m-p1 on web-1 gives it back its name`,
    ])
      expect(told.join("\n")).toContain(part);
    expect(told.join("\n")).not.toMatch(/closes .* for the application, proves|closed and whole/);
    // Another kind of fence is another plan.
    expect((await planOf(made.action)).digest).not.toBe((await planOf(moving().action)).digest);
    expect(await carriedOut(made)).toMatchObject({
      says: expect.arrayContaining([expect.stringContaining("under the name shop-gumshoe-m-p1, and never deleted")]) as unknown,
    });
    const korean = Object.values(draft.says).flatMap((each) => each.map((sentence) => tellPlan(sentence, wordsOf("ko"))));
    expect(korean.filter((sentence) => sentence.includes("shop-gumshoe-m-p1"))).toHaveLength(2);
  });

  test.each<[loses: string, wanted: readonly PlanSay[]]>([
    ["", []],
    ["rds_superuser", [say("becomesOrdinary", TO, false)]],
    ["rds_superuser createrole", [say("becomesOrdinary", TO, true)]],
    ["rds_superuser tables=3 public.t", [say("becomesOrdinary", TO, false), say("readsNoMore", 3, "public.t")]],
  ])("what the check says an application loses (%j) is told", async (loses, wanted) => {
    const draft = await draftOf(moving({ check: { result: "done", says: { aside: "", loses } } }).action);
    if (typeof draft === "string") throw new Error(draft);
    const lost = draft.says.risks.filter(({ say: name }) => name === "becomesOrdinary" || name === "readsNoMore");
    expect(lost).toEqual(wanted);
  });

  test("without a rehearsal it says plainly that its length is not known", async () => {
    const { action, wishes } = moving({ made: { address: TO, secret: SECRET } });
    const draft = await draftOf(action);
    if (typeof draft === "string") throw new Error(draft);
    expect(sentencesOf(draft).join("\n")).toContain("for how long is not known, since no copy was rehearsed");
    expect(draft.says.unchecked[0]).toEqual({ say: "notRehearsed", args: [] });
    expect(wishes[0]).not.toHaveProperty("expectedS");
  });

  test("another target, another rehearsal and another copy host each make another digest", async () => {
    const plan = await planOf(moving().action);
    for (const made of [
      { ...MADE, address: "db-3.example:5432" },
      { ...MADE, rehearsedS: "99" },
      { ...MADE, secret: `${SECRET}x` },
    ])
      expect((await planOf(moving({ made }).action)).digest).not.toBe(plan.digest);
  });

  test("it takes two people and the environment's name, typed", () => {
    const proof = { goodMinutes: 10, withinMinutes: 30, queueBelow: 0.5, connectBelowMs: 1_000, failuresBelow: 0.01 };
    const rules = { approvals: 2, units: ["web"], envFiles: [{ path: "/a", key: "K" }], health: "http://127.0.0.1/" };
    const actions = { approvers: ["U1"], solo: false, perDay: 10, expiresMinutes: 30, proof, allow: { "move-database": rules } };
    expect(policyOf(actions, "move-database")).toMatchObject({ typed: true, approvals: 2 });
  });
});

describe("what is refused", () => {
  test.each<[string, () => Moving, RegExp]>([
    ["no database to copy to", () => moving({ made: {} }), /^no-target: .*create-rds-gp3/],
    ["a database whose password nobody keeps", () => moving({ made: { address: TO } }), /^no-target/],
    [
      "a copy that would stop",
      () => moving({ check: { result: "failed", because: "unlogged: carts" } }),
      /^copy-refused: .* web-1: unlogged: carts/,
    ],
    ["the address that it has", () => moving({ made: { ...MADE, address: FROM } }), /^same-address/],
  ])("%s", async (_, make, refusal) => {
    const made = make();
    expect(await draftOf(made.action)).toMatch(refusal);
    expect(made.world.deeds).toEqual([]);
  });

  test("whatever a switch refuses: an offline host, a client from nowhere", async () => {
    const away = moving();
    away.world.hosts[1]!.offline = true;
    expect(await draftOf(away.action)).toMatch(/^host-offline/);
    const foreign = moving();
    foreign.world.clients = ["10.9.9.9"];
    expect(await draftOf(foreign.action)).toMatch(/^unknown-client/);
  });
});

const HOSTS = ["web-1", "web-2", "web-3"];
const on = (verb: string) => HOSTS.map((host) => `${verb} ${host}`);

/** Everything works with the old database, as before: files, units, login. */
function isBack({ world, copy }: Moving) {
  expect(world.hosts.map(({ at, asleep }) => [at, asleep])).toEqual(HOSTS.map(() => ["old", false]));
  expect(world).toMatchObject({ fenced: false, split: false });
  expect(copy.state).not.toBe("running");
}

describe("how it is carried out", () => {
  test("all hosts are prepared, all units end, then the copy, then one host after the other; it is meant to mend, and tells how far it is", async () => {
    const made = moving();
    const progress: Progress[] = [];
    const given: Input[] = [];
    const { action, time } = made;
    const came = await carryOut(action, await planOf(action), { time, progress, given });
    expect(came).toMatchObject({
      says: [
        `All of ${FROM} was copied to ${TO} in 3 min, with every row compared`,
        `The application uses ${TO} on web-1, web-2, web-3, answers, and reaches it`,
        `${FROM} stays closed for the application, so that nothing writes to both`,
        expect.stringContaining("never deleted"),
        `Gumshoe looks at ${TO} by itself from now on; gumshoe.yml still names ${FROM}: when it suits, write \`host: db-new.example\` and \`port: 5432\` under \`database\` there and \`rds: gumshoe-i12-p0-gp3\` under \`metrics\`, in place of the old database, and the same address in the URL of SHOP_DB_URL`,
      ],
    });
    expect(given).toEqual([{ left: FROM, ledTo: TO, ledToRds: "gumshoe-i12-p0-gp3" }]);
    expect(made.world.deeds).toEqual([...on("stage"), ...on("rest"), "start copy", ...on("switch")]);
    expect(made.copy).toMatchObject({ begun: 1, awake: false });
    expect(made.world.hosts.map(({ at, asleep }) => [at, asleep])).toEqual(HOSTS.map(() => ["new", false]));
    expect(made.world).toMatchObject({ fenced: true, split: false });
    expect(progress.filter(({ step, state }) => step === "copy" && state === "waiting")).toContainEqual(
      expect.objectContaining({ percent: 25, status: "data", expectedMs: 240_000 }),
    );
  });

  const places = [...on("stage"), ...on("rest"), "start copy", ...on("switch"), ...on("check")];
  const faults = ["fails", "refused", "silent"] as const;
  test.each(places.flatMap((place) => (place.startsWith("check") ? ["fails" as const] : faults).map((fault) => [place, fault] as const)))(
    "where %s %s, everything goes back, and the application works with the old database",
    async (place, fault) => {
      const made = moving();
      made.world.faults.set(place, fault);
      const came = await carriedOut(made);
      expect(came).toMatchObject({
        how: "failed",
        step: place === "start copy" ? "copy" : place,
        because: expect.stringContaining(`All went back: web-1, web-2, web-3 use ${FROM} again, and it is open`) as string,
      });
      isBack(made);
    },
  );

  test("a copy that finds a difference leads back, with its words", async () => {
    const made = moving({ fails: true });
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      step: "copy",
      because: expect.stringContaining("table orders differs") as string,
    });
    expect(made.world.deeds.slice(7)).toEqual(["stop copy", "back web-3", "back web-2", "back web-1", "unfence copy", ...on("wake")]);
    isBack(made);
  });

  test("a copy that takes far longer than it was rehearsed is ended, and leads back", async () => {
    const made = moving({ looks: 1000 });
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      step: "copy",
      because: expect.stringContaining("not over after") as string,
    });
    isBack(made);
  });

  test("a fence that does not hold any more switches nothing, and leads back", async () => {
    const made = moving();
    made.world.proof = { id: "m-p1", fingerprint: "another", holds: true };
    expect(await carriedOut(made)).toMatchObject({ how: "failed", step: "prove" });
    expect(made.world.deeds.filter((deed) => deed.startsWith("switch"))).toEqual([]);
    isBack(made);
  });

  test("a host that is away before anything was switched does not keep the others from working", async () => {
    const made = moving();
    made.world.faults.set("rest web-2", "fails").set("back web-2", "fails").set("wake web-2", "fails");
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      step: "rest web-2",
      because: expect.stringContaining("the application does not work on web-2") as string,
    });
    expect(made.world.hosts.filter(({ asleep }) => !asleep).map(({ name }) => name)).toEqual(["web-1", "web-3"]);
    expect(made.world.fenced).toBe(false);
  });

  test("an old database that does not open at once is told to again: nobody has to be woken for what a moment mends", async () => {
    const made = moving({ fails: true });
    made.world.faults.set("unfence copy", "fails-once");
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      because: expect.stringMatching(/All went back: .* and it is open$/) as string,
    });
    expect(made.world.deeds.filter((deed) => deed === "unfence copy")).toHaveLength(2);
    expect(made.world.fenced).toBe(false);
  });

  test("one that stays closed says so, and why", async () => {
    const made = moving({ fails: true });
    made.world.faults.set("unfence copy", "fails");
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      because: expect.stringMatching(/it could not be opened: .* \(web-1: unfence went wrong\)$/) as string,
    });
  });

  test("while a host that was switched is not known to be back, the old database stays closed", async () => {
    const made = moving();
    made.world.faults.set("switch web-2", "fails").set("back web-1", "fails");
    expect(await carriedOut(made)).toMatchObject({
      how: "failed",
      because: expect.stringMatching(/Whether web-1 went back is not known/) as string,
    });
    expect(made.world).toMatchObject({ fenced: true, split: false });
  });

  test.each(["lost-after", "lost-before"] as const)("an order whose answer was lost (%s) takes place once", async (fault) => {
    const made = moving();
    for (const place of places.filter((each) => !each.startsWith("check"))) made.world.faults.set(place, fault);
    expect(await carriedOut(made)).toHaveProperty("says");
    expect(made.world.deeds).toHaveLength(10);
    expect(made.copy.begun).toBe(1);
  });
});

/** An object that is cut off at the n-th call, before it or after it. */
function untilCut<Held extends object>(held: Held, left: { calls: number }): Held {
  return new Proxy(held, {
    get: (of, key) => {
      const each: unknown = Reflect.get(of, key);
      if (typeof each !== "function") return each;
      return async (...given: unknown[]) => {
        if (left.calls-- === 0) throw new Error("killed");
        const result: unknown = await (each as (...with_: unknown[]) => unknown)(...given);
        if (left.calls-- === 0) throw new Error("killed");
        return result;
      };
    },
  });
}

test("killed at any step, and whatever fails, it goes on without doing anything twice: one copy, all hosts on one database, the application works", async () => {
  for (const fault of [undefined, "rest web-2", "start copy", "a difference", "switch web-2", "check web-3"])
    for (let moment = 0; moment < 240; moment++) {
      const made = moving({ fails: fault === "a difference" });
      const at = `${fault ?? "nothing"} failed, killed at ${moment}`;
      if (fault) made.world.faults.set(fault, "fails");
      const steps = stepsInMemory();
      const plan = await planOf(made.action);
      const first = await carryOut(made.action, plan, { time: made.time, steps: untilCut(steps, { calls: moment }) }).catch(
        () => undefined,
      );
      const came = first ?? (await carryOut(made.action, plan, { time: made.time, steps }));
      expect("says" in came, at).toBe(fault === undefined);
      expect(made.copy.begun, at).toBe(fault === "rest web-2" ? 0 : 1);
      expect(made.copy.awake, at).toBe(false);
      expect(
        made.world.deeds.filter((deed, n, all) => all.indexOf(deed) !== n),
        at,
      ).toEqual([]);
      if (fault === undefined) {
        expect(
          made.world.hosts.map(({ at: is, asleep }) => [is, asleep]),
          at,
        ).toEqual(HOSTS.map(() => ["new", false]));
        expect(made.world, at).toMatchObject({ fenced: true, split: false });
      } else isBack(made);
    }
});

/** Steps that people halt at the n-th call. */
function haltedAt(steps: ReturnType<typeof stepsInMemory>, left: { calls: number }): ReturnType<typeof stepsInMemory> {
  return new Proxy(steps, {
    get: (of, key) => {
      const each: unknown = Reflect.get(of, key);
      if (typeof each !== "function") return each;
      return async (...given: unknown[]) => {
        if (left.calls-- === 0)
          of.halted = { environment: "prod", by: { userId: "U3", name: "Noa" }, at: new Date("2026-11-02T03:05:00Z") };
        return (each as (...with_: unknown[]) => unknown)(...given);
      };
    },
  });
}

/** Nothing was changed but files that were prepared, or all is done, or all is back: never anything between. */
function isWhole(made: Moving, at: string): "untouched" | "moved" | "back" {
  const { world } = made;
  expect(world.split, at).toBe(false);
  if (world.hosts.every((host) => host.at === "new")) {
    expect([world.fenced, ...world.hosts.map(({ asleep }) => asleep)], at).toEqual([true, false, false, false]);
    return "moved";
  }
  isBack(made);
  return world.deeds.every((deed) => deed.startsWith("stage")) ? "untouched" : "back";
}

test("stopped by people at any moment, it does not leave the application in the freeze: what was begun goes back at once, or was over already", async () => {
  const ends = new Set<string>();
  for (let moment = 0; moment < 100; moment++) {
    const made = moving();
    const came = await carryOut(made.action, await planOf(made.action), {
      time: made.time,
      steps: haltedAt(stepsInMemory(), { calls: moment }),
    });
    const end = isWhole(made, `halted at ${moment}`);
    ends.add(end);
    if (end !== "moved") expect(came, `halted at ${moment}`).toMatchObject({ how: "halted" });
  }
  expect([...ends].toSorted()).toEqual(["back", "moved", "untouched"]);
});

test("stopped by people, killed on its way back, and let go on: it still goes back, and never forward again", async () => {
  for (const halt of [12, 25, 40, 55])
    for (let moment = 0; moment < 60; moment++) {
      const at = `halted at ${halt}, killed ${moment} later`;
      const made = moving();
      const plan = await planOf(made.action);
      const steps = stepsInMemory();
      const cut = untilCut(haltedAt(steps, { calls: halt }), { calls: 2 * halt + moment });
      const first = await carryOut(made.action, plan, { time: made.time, steps: cut }).catch(() => undefined);
      const wasBack = made.world.deeds.some((deed) => deed.startsWith("back"));
      steps.halted = undefined;
      if (!first) await carryOut(made.action, plan, { time: made.time, steps });
      const end = isWhole(made, at);
      if (wasBack) expect(end, at).toBe("back");
    }
});
