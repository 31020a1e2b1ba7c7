import { expect, test } from "vitest";
import { realClock, virtualClock } from "../../../lab/clock.ts";

test("virtual time stands still, and sleepers wake in the order of their times", async () => {
  const clock = virtualClock(new Date("2026-11-05T09:00:00Z"));
  const woke: string[] = [];
  const note = (name: string) => woke.push(`${name} ${clock.now().toISOString().slice(14, 19)}`);
  void clock.sleep(90_000).then(() => note("late"));
  void clock.sleep(30_000).then(async () => {
    note("early");
    await clock.sleep(30_000);
    note("again");
  });
  await clock.advance(29_000);
  expect(woke).toEqual([]);
  await clock.advance(71_000);
  expect(woke).toEqual(["early 00:30", "again 01:00", "late 01:30"]);
  expect(clock.now().toISOString()).toBe("2026-11-05T09:01:40.000Z");
});

test.each([
  ["real", realClock],
  ["virtual", virtualClock(new Date())],
])("an aborted sleep of the %s clock ends at once, without an error", async (_, clock) => {
  const stop = new AbortController();
  const sleeping = clock.sleep(3_600_000, stop.signal);
  stop.abort();
  await sleeping;
  await clock.sleep(3_600_000, stop.signal);
});
