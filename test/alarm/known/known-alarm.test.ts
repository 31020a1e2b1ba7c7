import { describe, expect, test } from "vitest";
import type { AlarmState } from "../../../src/alarm/alarm.ts";
import { flapsBy } from "../../../src/alarm/known/flapping.ts";
import { isFiring, remember } from "../../../src/alarm/known/known-alarm.ts";
import type { KnownAlarm } from "../../../src/alarm/ledger.ts";
import { changed, madeAlarm } from "../made-alarms.ts";
import { newSeed, randomOf } from "../random.ts";

const minutes = (count: number) => new Date(changed.getTime() + count * 60_000);

function after(changes: readonly (readonly [at: number, state: AlarmState, value?: number])[]): KnownAlarm {
  let known: KnownAlarm | undefined;
  for (const [at, state, value = 1] of changes) known = remember(known, madeAlarm({ state, at: minutes(at), value }), "prod");
  return known!;
}

describe("what is remembered of an alarm", () => {
  test("the values of its last firing stay when it is quiet", () => {
    expect(
      after([
        [0, "alarm", 31.2],
        [5, "ok", 0.1],
      ]),
    ).toMatchObject({ state: "ok", value: 31.2, firedAt: minutes(0), firings: 1 });
  });
  test("each firing counts, a repetition does not", () => {
    expect(
      after([
        [0, "alarm"],
        [1, "alarm"],
        [2, "ok"],
        [3, "alarm"],
      ]).firings,
    ).toBe(2);
  });
  test("losing its data and finding it again is one firing", () => {
    expect(
      after([
        [0, "alarm"],
        [1, "no-data"],
        [2, "alarm"],
        [3, "no-data"],
      ]),
    ).toMatchObject({ firings: 1, state: "no-data" });
  });
  test("twelve changes at most are kept", () => {
    const many = Array.from({ length: 30 }, (_, index) => [index * 20, index % 2 ? "ok" : "alarm"] as const);
    expect(after(many).changes).toHaveLength(12);
  });
});

describe("an alarm fires", () => {
  const cases: [what: string, changes: Parameters<typeof after>[0], fires: boolean][] = [
    ["while it says so", [[0, "alarm"]], true],
    [
      "also when its data ends while it fires",
      [
        [0, "alarm"],
        [1, "no-data"],
      ],
      true,
    ],
    [
      "also the second time",
      [
        [0, "alarm"],
        [1, "no-data"],
        [2, "alarm"],
        [3, "no-data"],
      ],
      true,
    ],
    [
      "not when its data ends while it is quiet",
      [
        [0, "alarm"],
        [1, "ok"],
        [2, "no-data"],
      ],
      false,
    ],
    ["not when nothing but that is known of it", [[0, "no-data"]], false],
    [
      "also when it is heard late that it fired before",
      [
        [2, "no-data"],
        [0, "alarm"],
      ],
      true,
    ],
    [
      "but not when it went quiet in between",
      [
        [2, "no-data"],
        [0, "alarm"],
        [1, "ok"],
      ],
      false,
    ],
    [
      "in whatever order that is heard",
      [
        [2, "no-data"],
        [1, "ok"],
        [0, "alarm"],
      ],
      false,
    ],
  ];
  for (const [what, changes, fires] of cases) test(what, () => expect(isFiring(after(changes))).toBe(fires));
});

describe("flapping", () => {
  const at = (...times: number[]) => flapsBy(times.map(minutes));
  test("begins with the fourth change within ten minutes", () => {
    expect(at(0, 3, 6)).toBe("no");
    expect(at(0, 3, 6, 9)).toBe("begins");
    expect(at(0, 3, 6, 10)).toBe("no");
  });
  test("goes on until it is calm for ten minutes", () => {
    expect(at(0, 3, 6, 9, 18)).toBe("goes-on");
    expect(at(0, 3, 6, 9, 19)).toBe("no");
  });
  test("begins anew after that", () => {
    expect(at(0, 1, 2, 3, 20, 21, 22, 23)).toBe("begins");
  });
});

const seed = newSeed();
test(`in whatever order changes are heard, and how often, the state comes out the same (seed ${seed})`, () => {
  const random = randomOf(seed);
  for (let round = 0; round < 500; round++) {
    const changes = Array.from(
      { length: 1 + random.below(9) },
      () => [random.below(12), random.one(["alarm", "ok", "no-data"] as const)] as const,
    );
    const inOrder = after(changes.toSorted(([a], [b]) => a - b));
    const anyhow = after(random.shuffled([...changes, ...changes]));
    expect({ state: anyhow.state, changedAt: anyhow.changedAt }).toEqual({ state: inOrder.state, changedAt: inOrder.changedAt });
  }
});
