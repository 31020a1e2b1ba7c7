import { expect, test } from "vitest";
import type { Alarm, AlarmState } from "../../src/alarm/alarm.ts";
import { remember } from "../../src/alarm/known/known-alarm.ts";
import type { KnownAlarm } from "../../src/alarm/ledger.ts";
import { delivered, madeAlarm } from "./made-alarms.ts";
import { madeIntake } from "./made-intake.ts";
import { newSeed, randomOf } from "./random.ts";

const names = ["one", "two", "three", "four", "five"];
const environments = Object.fromEntries(names.map((name) => [name, [`alarms: { names: [${name}-*] }`]]));
const metrics = ["DiskQueueDepth", "CPUUtilization", "Backlog", "5xx"];

type Random = ReturnType<typeof randomOf>;

/** What twelve alarms of each of five environments say within ten minutes; the first of each fires and goes on so. */
function stormOf({ random, minute, most }: { random: Random; minute: (count: number) => Date; most: number }): Alarm[] {
  const changes = Array.from({ length: most }, () => {
    const index = 1 + random.below(11);
    const state = random.one<AlarmState>(["alarm", "alarm", "ok", "ok", "no-data"]);
    return madeAlarm({ name: `${random.one(names)}-${index}`, metric: metrics[index % 4]!, state, at: minute(random.below(600) / 60) });
  });
  return [...names.map((name) => madeAlarm({ name: `${name}-0`, at: minute(0) })), ...changes];
}

const seed = newSeed();

test(`a storm in any order and with duplicates is one incident an environment, and ends in the same states (seed ${seed})`, async () => {
  const random = randomOf(seed);
  for (let round = 0; round < 6; round++) {
    const made = madeIntake(environments);
    const storm = stormOf({ random, minute: made.minute, most: 250 });
    const inOrder = new Map<string, KnownAlarm>();
    for (const alarm of storm.toSorted((a, b) => a.changedAt.getTime() - b.changedAt.getTime()))
      inOrder.set(alarm.key, remember(inOrder.get(alarm.key), alarm, alarm.name.split("-")[0]!));
    made.clock.now = made.minute(10);
    const all = random.shuffled([...storm, ...storm.slice(0, 100)]).map((alarm) => delivered(alarm));
    for (let from = 0; from < all.length; from += 10) await made.takeIn(all.slice(from, from + 10));
    const incidents = [...made.held.incidents.values()];
    expect(incidents.map(({ environment }) => environment).toSorted()).toEqual([...names].toSorted());
    expect(new Set(incidents.map(({ state }) => state))).toEqual(new Set(["open"]));
    expect(Object.fromEntries([...made.held.alarms.values()].map(({ key, state, changedAt }) => [key, { state, changedAt }]))).toEqual(
      Object.fromEntries([...inOrder.values()].map(({ key, state, changedAt }) => [key, { state, changedAt }])),
    );
  }
});

test(`going quiet never ends an incident, and one that eases has no alarm that fires and a look that is wanted (seed ${seed})`, async () => {
  const random = randomOf(seed);
  for (let round = 0; round < 6; round++) {
    const made = madeIntake({ one: environments["one"]! });
    const storm = stormOf({ random, minute: made.minute, most: 120 }).filter(({ name }) => name.startsWith("one-") && name !== "one-0");
    for (const alarm of random.below(2) === 0 ? storm : random.shuffled(storm)) {
      await made.hear([alarm]);
      const open = made.incident();
      if (!open) continue;
      expect(["open", "easing"]).toContain(open.state);
      if (open.state !== "easing") continue;
      expect([...made.held.alarms.values()].filter(({ incident, state }) => incident === open.id && state === "alarm")).toEqual([]);
      expect(made.wanted().some((one) => one.startsWith("recheck"))).toBe(true);
    }
  }
});
