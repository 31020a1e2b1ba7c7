import { expect, test } from "vitest";
import { NotDone, Stopped, type Change, type Durable, type Progress } from "../../src/remediation/durable.ts";
import { runDurably } from "../../src/remediation/run-durably.ts";
import { said } from "../../src/words/because.ts";
import { say } from "../../src/words/plan-say.ts";
import { AT, OTHER, stepsInMemory } from "./plans-for-tests.ts";

/** A world in which things of a name are made: `made` counts what really happened, `sent` every attempt. */
function cloud() {
  const there = new Set<string>();
  const world = { there, sent: 0, fault: undefined as "lost-before" | "lost-after" | "refused" | undefined, blind: false };
  const create = (name: string): Change<string> => ({
    intent: { name },
    landed: async () => {
      if (world.blind) return { is: "unclear", because: say("notSeen", name, said("no answer")) };
      return there.has(name) ? { is: "done", result: name } : { is: "not-done" };
    },
    act: async () => {
      world.sent++;
      const { fault } = world;
      world.fault = undefined;
      if (fault === "refused") throw new NotDone(say("refusedBy", said("no permission")));
      if (fault === "lost-before") throw new Error("reset");
      if (there.has(name)) throw new Error(`${name} was made twice`);
      there.add(name);
      if (fault === "lost-after") throw new Error("reset");
      return name;
    },
  });
  return { world, create };
}

function durably(
  steps = stepsInMemory(),
  over: { signal?: AbortSignal; now?: () => Date; sleep?: (ms: number) => Promise<void> } = {},
): { durable: Durable; steps: typeof steps; told: Progress[] } {
  const told: Progress[] = [];
  let now = AT.getTime();
  const sleep = async (ms: number) => void (now += ms);
  const running = {
    steps,
    now: () => new Date(now),
    sleep,
    onProgress: (each: Progress) => void told.push(each),
    signal: new AbortController().signal,
  };
  return { durable: runDurably({ ...running, ...over }), steps, told };
}

const stoppedBy = async (work: Promise<unknown>) =>
  work.then(
    () => "went through",
    (error: unknown) => (error instanceof Stopped ? error.how : String(error)),
  );

test("a change is made once, and what it came to is remembered", async () => {
  const { world, create } = cloud();
  const { durable, steps } = durably();
  expect(await durable.begun()).toBe(false);
  expect(await durable.change("snapshot", create("a"))).toBe("a");
  expect(await durably(steps).durable.change("snapshot", create("a"))).toBe("a");
  expect(world.sent).toBe(1);
  expect(await durable.begun()).toBe(true);
});

test("where the answer was lost after it took place, it is found and not made again", async () => {
  const { world, create } = cloud();
  world.fault = "lost-after";
  expect(await durably().durable.change("snapshot", create("a"))).toBe("a");
  expect(world.sent).toBe(1);
});

test("where the answer was lost and nothing took place, it is made once more", async () => {
  const { world, create } = cloud();
  world.fault = "lost-before";
  expect(await durably().durable.change("snapshot", create("a"))).toBe("a");
  expect([world.sent, world.there.size]).toEqual([2, 1]);
});

test("where it cannot be told whether it took place, people are asked, and nothing is made again", async () => {
  const { world, create } = cloud();
  const { durable } = durably();
  const blindAfter: Change<string> = {
    ...create("a"),
    act: async () => {
      world.blind = true;
      world.fault = "lost-after";
      return create("a").act();
    },
  };
  expect(await stoppedBy(durable.change("reboot", blindAfter))).toBe("asks");
  expect(world.sent).toBe(1);
});

test("what AWS refused ends the plan with its reason", async () => {
  const { world, create } = cloud();
  world.fault = "refused";
  expect(await stoppedBy(durably().durable.change("snapshot", create("a")))).toBe("failed");
  expect([world.sent, world.there.size]).toEqual([1, 0]);
});

test("a person's answer counts: what took place is not made again, what did not is", async () => {
  const { world, create } = cloud();
  const steps = stepsInMemory();
  steps.kept.set("reboot", { kind: "change", begunAt: AT, answer: { landed: true, at: AT } });
  world.blind = true;
  expect(await durably(steps).durable.change("reboot", create("a"))).toBe(null);
  expect(world.sent).toBe(0);
  world.blind = false;
  steps.kept.set("reboot", { kind: "change", begunAt: AT, answer: { landed: false, at: AT } });
  expect(await durably(steps).durable.change("reboot", create("a"))).toBe("a");
  expect(world.sent).toBe(1);
});

test("a halt lets nothing begin, and stops what was begun before it is sent again", async () => {
  const { world, create } = cloud();
  const steps = stepsInMemory();
  steps.halted = { environment: "prod", by: OTHER, at: AT };
  expect(await stoppedBy(durably(steps).durable.change("snapshot", create("a")))).toBe("halted");
  steps.kept.set("snapshot", { kind: "change", begunAt: AT });
  expect(await stoppedBy(durably(steps).durable.change("snapshot", create("a")))).toBe("halted");
  expect(world.sent).toBe(0);
});

test("what takes back begins in spite of a halt; a wait that says so ends at one, and any other is followed to its end", async () => {
  const { create } = cloud();
  const steps = stepsInMemory();
  const { durable } = durably(steps);
  let looks = 0;
  const wait = (more: { endsAtHalt?: boolean }) => {
    const look = async () => {
      steps.halted = { environment: "prod", by: OTHER, at: AT };
      return ++looks % 3 === 0 ? ({ is: "done", result: "there" } as const) : ({ is: "waiting", status: "creating" } as const);
    };
    return { look, everyMs: 1, limitMs: 60_000, expectedMs: 1, ...more };
  };
  expect(await stoppedBy(durable.until("copy", wait({ endsAtHalt: true })))).toBe("halted");
  expect(looks).toBe(1);
  steps.halted = undefined;
  looks = 0;
  expect(await durable.until("snapshot", wait({}))).toBe("there");
  expect(await durable.change("back", { ...create("a"), evenHalted: true })).toBe("a");
  expect(await durable.until("back: end", { ...wait({}), evenHalted: true })).toBe("there");
  expect(await stoppedBy(durable.until("forward", wait({})))).toBe("halted");
});

test("a halt does not hide what has taken place already", async () => {
  const { world, create } = cloud();
  const steps = stepsInMemory();
  steps.kept.set("snapshot", { kind: "change", begunAt: AT });
  world.there.add("a");
  steps.halted = { environment: "prod", by: OTHER, at: AT };
  expect(await durably(steps).durable.change("snapshot", create("a"))).toBe("a");
});

test("a copy that lets go leaves the step as it is", async () => {
  const { create } = cloud();
  const stop = new AbortController();
  const { durable, steps } = durably(stepsInMemory(), { signal: stop.signal });
  const change: Change<string> = {
    ...create("a"),
    act: async () => {
      stop.abort(new Error("let go"));
      throw new Error("aborted");
    },
  };
  expect(await stoppedBy(durable.change("snapshot", change))).toBe("Error: let go");
  expect(steps.kept.get("snapshot")?.done).toBeUndefined();
});

test("a wait looks soon at first and then more rarely, tells how far it is, and its result is remembered", async () => {
  const { durable, steps, told } = durably();
  let looks = 0;
  const wait = {
    look: async () =>
      ++looks < 9 ? ({ is: "waiting", status: "creating", percent: looks * 10 } as const) : ({ is: "done", result: 40 } as const),
    everyMs: 1_500,
    limitMs: 60_000,
    expectedMs: 30_000,
  };
  expect(await durable.until("available", wait)).toBe(40);
  expect(told.map(({ state, elapsedMs, percent }) => [state, elapsedMs, percent])).toEqual([
    ["waiting", 0, 10],
    ["waiting", 1_000, 20],
    ["waiting", 2_000, 30],
    ["waiting", 3_000, 40],
    ["waiting", 4_000, 50],
    ["waiting", 5_000, 60],
    ["waiting", 6_250, 70],
    ["waiting", 7_750, 80],
    ["done", 9_250, undefined],
  ]);
  expect(await durably(steps).durable.until("available", wait)).toBe(40);
  expect(looks).toBe(9);
  expect(await durable.begun()).toBe(false);
});

test("a wait bears looks that fail, and not for ever; it ends where it takes too long, or ended badly", async () => {
  const waiting = { everyMs: 15_000, limitMs: 60_000, expectedMs: 30_000 };
  let looks = 0;
  const sometimes = async () => {
    if (++looks % 2 === 1) throw new Error("throttled");
    return looks < 4 ? ({ is: "waiting", status: "creating" } as const) : ({ is: "done", result: 1 } as const);
  };
  expect(await durably().durable.until("available", { ...waiting, look: sometimes })).toBe(1);
  const never = async () => ({ is: "waiting", status: "creating" }) as const;
  expect(await stoppedBy(durably().durable.until("available", { ...waiting, look: never }))).toBe("late");
  const blind = async () => Promise.reject(new Error("no answer"));
  expect(await stoppedBy(durably().durable.until("available", { ...waiting, limitMs: 1e9, look: blind }))).toBe("failed");
  const bad = async () => Promise.reject(new NotDone(say("endedBadly", "a", "failed")));
  expect(await stoppedBy(durably().durable.until("available", { ...waiting, look: bad }))).toBe("failed");
});

test("killed at any moment and begun anew, a story makes each thing once", async () => {
  const names = ["snapshot", "instance", "switch"];
  const story = async (durable: Durable, { create }: ReturnType<typeof cloud>) => {
    const made: string[] = [];
    for (const name of names) made.push(await durable.change(name, create(name)));
    return made;
  };
  // A store in which any write or read may be the last thing that a copy does.
  const untilCut = <Held extends object>(held: Held, left: { calls: number }) =>
    new Proxy(held, {
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
  for (let moment = 0; moment < 40; moment++) {
    const clouds = cloud();
    const steps = stepsInMemory();
    const cut = { ...clouds, create: (name: string) => clouds.create(name) };
    const first = durably(untilCut(steps, { calls: moment }) as typeof steps).durable;
    const made = await story(first, cut).catch(async () => story(durably(steps).durable, clouds));
    expect(made, `killed at call ${moment}`).toEqual(names);
    expect(clouds.world.sent, `killed at call ${moment}`).toBe(3);
  }
});

test("a clock that jumps while something is waited for is no waiting: neither ahead, which ends nothing, nor back, which lasts no longer", async () => {
  const HOUR_MS = 60 * 60_000;
  for (const jumpMs of [2 * HOUR_MS, -2 * HOUR_MS]) {
    const own = { ms: AT.getTime(), looks: 0 };
    const { durable: jumping } = durably(stepsInMemory(), { now: () => new Date(own.ms), sleep: async (ms) => void (own.ms += ms) });
    const told: number[] = [];
    const look = async (waitedMs: number) => {
      told.push(waitedMs);
      if (++own.looks === 3) own.ms += jumpMs;
      return { is: "waiting", status: "creating" } as const;
    };
    const waiting = { everyMs: 15_000, limitMs: 10 * 60_000, expectedMs: 60_000, look };
    expect(await stoppedBy(jumping.until("available", waiting))).toBe("late");
    // Some looks more or fewer, by the two minutes that a look may take.
    expect(told.length).toBeGreaterThan(30);
    expect(told.length).toBeLessThan(60);
  }
});
