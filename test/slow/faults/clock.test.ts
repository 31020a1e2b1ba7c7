import { describe, expect, test } from "vitest";
import { isRefused } from "../../../src/remediation/plan.ts";
import type { PlanRow } from "../../../src/remediation/plans.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { tellPlan } from "../../../src/words/plan-say.ts";
import { shop } from "./in-thread.ts";

// Gumshoe's clock an hour off, against AWS and against itself, and what people read of it.

const HOUR_MS = 60 * 60_000;
const world = () => ({
  lightsailDatabases: [{ name: "shop-db" }],
  delaysMs: { lightsailStart: 0, lightsailStall: 0, lightsailSnapshot: 1_000 },
});
const SNAPSHOT = { allow: "snapshot-database: {}" };
const CREATE = "CreateRelationalDatabaseSnapshot";

const sides = [
  ["behind", HOUR_MS],
  ["ahead of", -HOUR_MS],
] as const;

describe.each(sides)("a clock that is an hour %s AWS's", (side, clockOffMs) => {
  const says = new RegExp(
    `the clock of the machine that Gumshoe runs on is (?:1 h|60 min) ${side} AWS's, .*set the clock \\(NTP\\), and plan it again`,
  );

  test("lets nothing be planned, and says what to do", async () => {
    const made = await shop({ ...world(), clockOffMs }, SNAPSHOT);
    const refused = await made.planned("snapshot-database");
    expect(isRefused(refused) ? tellPlan(refused.because, wordsOf("en")) : refused).toMatch(says);
    expect(isRefused(refused) ? tellPlan(refused.because, wordsOf("ko")) : refused).toContain("시계를 맞춘 뒤(NTP) 다시 계획");
  });

  test("voids what was approved before it was so, and nothing is sent", async () => {
    const made = await shop(world(), SNAPSHOT);
    const { plan } = (await made.planned("snapshot-database")) as PlanRow;
    await made.approved(plan);
    made.from.aws.world.clockOffMs = clockOffMs;
    await made.carriedOut();
    expect(await made.told()).toMatch(new RegExp(`^Not done: .*Nothing was changed\\. Have it planned anew\\.\\n${says.source}`, "m"));
    expect(made.calls(CREATE)).toEqual([]);
  });

  test.each(["none", "reset-after", "reset-before"] as const)(
    "leads to one snapshot, and to its end, where that was begun before (answer lost: %s)",
    async (kind) => {
      const made = await shop(world(), SNAPSHOT);
      const { plan } = (await made.planned("snapshot-database")) as PlanRow;
      await made.approved(plan);
      if (kind !== "none") made.from.aws.faults.add({ operation: CREATE, kind, times: 1 });
      // The jump comes with the call itself: before it everything was in order.
      made.from.aws.world.allowed = ({ operation }) => {
        if (operation === CREATE) made.from.aws.world.clockOffMs = clockOffMs;
        return true;
      };
      await made.carriedOut();
      expect(await made.told()).toContain("The snapshot gumshoe-i1-p1 is available");
      const taken = made.from.aws.calls.filter(({ operation, error }) => operation === CREATE && error === undefined);
      expect(taken).toHaveLength(1);
    },
  );
});

describe("Gumshoe's own clock jumps", () => {
  test("an hour ahead while it waits: that is no waiting, and the plan comes to its end", async () => {
    const made = await shop({ ...world(), delaysMs: { ...world().delaysMs, lightsailSnapshot: 120_000 } }, SNAPSHOT);
    const { plan } = (await made.planned("snapshot-database")) as PlanRow;
    await made.approved(plan);
    made.from.aws.world.hooks = { onSnapshot: () => void (made.own.offMs = 2 * HOUR_MS) };
    await made.carriedOut();
    expect(await made.told()).toContain("The snapshot gumshoe-i1-p1 is available");
    expect(made.calls(CREATE)).toHaveLength(1);
  });

  test.each([
    [HOUR_MS, "expired", "Not approved in time"],
    [-HOUR_MS, "clock-back", "the clock of the machine that Gumshoe runs on went back"],
  ])(
    "between the plan and the click (%i ms): the click does not count, who pressed is told, and so is the thread",
    async (offMs, guard, says) => {
      const made = await shop(world(), SNAPSHOT);
      const { plan } = (await made.planned("snapshot-database")) as PlanRow;
      made.own.offMs = offMs;
      expect(await made.approved(plan)).toMatchObject({ is: "refused", guard });
      await made.parts.plans.expire(made.now());
      await made.carriedOut();
      const text = await made.told();
      expect(text).toContain(says);
      expect(text).toContain("Nothing was changed. Have it planned anew");
      expect(made.calls(CREATE)).toEqual([]);
    },
  );
});
