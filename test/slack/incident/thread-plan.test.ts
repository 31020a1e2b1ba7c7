import { expect, test } from "vitest";
import type { Entry } from "../../../src/diagnosis/untold.ts";
import { planThread, type Pace, type Plan } from "../../../src/slack/incident/thread-plan.ts";
import { fired, later, madeEntry, NIGHT } from "./made-untold.ts";

const pace = (parts: Partial<Pace> = {}): Pace => ({ postedAt: [], openedAt: NIGHT, now: later(1), ...parts });
const said = ({ posts }: Plan) => posts.map((post) => ("alone" in post ? post.alone.id : post.folded.map(({ id }) => id)));
const storm = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, nth) => fired(from + nth, `alarm-${from + nth}`));

test("a few alarms are told one by one", () => {
  const plan = planThread(storm(1, 2), pace());
  expect(said(plan)).toEqual([1, 2]);
  expect(plan.upTo).toBe(2);
});

test("what the headline or the diagnosis says is not said again", () => {
  const quiet = { alarm: "arn:a", name: "a", reason: "" };
  const entries = [
    madeEntry(1, { kind: "opened", by: "a" }),
    madeEntry(2, { kind: "looking", diagnosis: "d", runbook: "r", why: "opened", by: "gumshoe" }),
    madeEntry(3, { kind: "looked", diagnosis: "d", verdict: "healthy", rootCauses: [], says: "", sameAsBefore: false }),
    madeEntry(4, { kind: "look-failed", diagnosis: "d", because: "x" }),
    madeEntry(5, { kind: "alarm-quiet", ...quiet }),
    madeEntry(6, { kind: "state", from: "recovered", to: "open" }),
    madeEntry(7, { kind: "called", whom: "S0" }),
    madeEntry(8, { kind: "reported", by: "Robin" }),
    madeEntry(9, { kind: "planned", plan: "p-1", action: "snapshot", by: "Robin" }),
  ];
  expect(planThread(entries, pace())).toEqual({ posts: [], upTo: 9 });
});

test("of a storm two are told, the rest waits and becomes one line", () => {
  const entries = storm(1, 60);
  const first = planThread(entries, pace());
  expect(said(first)).toEqual([1, 2]);
  expect(first.upTo).toBe(2);
  const left = entries.slice(2);
  const soon = planThread(left, pace({ postedAt: [later(1), later(1)], now: later(1.5) }));
  expect(soon).toEqual({ posts: [], upTo: 0 });
  const minuteLater = planThread(left, pace({ postedAt: [later(1), later(1)], now: later(2) }));
  expect(said(minuteLater)).toEqual([left.map(({ id }) => id)]);
});

test("never more than three posts come in any minute, however long a storm lasts, and every change is settled once, in order", () => {
  let postedAt: Date[] = [];
  let told = 0;
  const heard: Entry[] = [];
  const times: number[] = [];
  const settled: number[] = [];
  for (let second = 0; second < 7_200; second++) {
    const now = new Date(NIGHT.getTime() + second * 1_000);
    if (second < 3_000) heard.push(fired(heard.length + 1, `alarm-${second % 60}`, now));
    if (second % 301 === 300) heard.push(madeEntry(heard.length + 1, { kind: "state", from: "easing", to: "recovered" }, now));
    const plan = planThread(
      heard.filter(({ id }) => id > told),
      { postedAt, openedAt: NIGHT, now },
    );
    for (const post of plan.posts) settled.push(...("alone" in post ? [post.alone.id] : post.folded.map(({ id }) => id)));
    times.push(...plan.posts.map(() => now.getTime()));
    postedAt = [...postedAt, ...plan.posts.map(() => now)].slice(-8);
    told = Math.max(told, plan.upTo);
  }
  for (const at of times) expect(times.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(3);
  expect(settled.join()).toBe(heard.map(({ id }) => id).join());
  expect(times.length).toBeLessThan(60);
});

test("that it is over is said at once, after what was held before it", () => {
  const over = madeEntry(9, { kind: "state", from: "easing", to: "recovered" });
  const plan = planThread([fired(5, "a"), fired(6, "b"), over], pace({ postedAt: [later(0.9)] }));
  expect(said(plan)).toEqual([[5, 6], 9]);
  expect(said(planThread([fired(5, "a"), fired(6, "b"), over], pace()))).toEqual([5, 6, 9]);
  const busy = planThread([fired(5, "a"), fired(6, "b"), over], pace({ postedAt: [later(0.8), later(0.9)] }));
  expect(busy).toEqual({ posts: [], upTo: 0 });
  const alone = planThread([over], pace({ postedAt: [later(0.8), later(0.9)] }));
  expect(said(alone)).toEqual([9]);
});

test("several changes that were held are one line before what must be said", () => {
  const held = storm(1, 5).map((entry) => ({ ...entry, what: { ...entry.what, repeated: 2 } as Entry["what"] }));
  const plan = planThread([...held, madeEntry(6, { kind: "reopened", by: "a" })], pace());
  expect(said(plan)).toEqual([[1, 2, 3, 4, 5], 6]);
});

test("the older an incident, the rarer its folded lines", () => {
  const entries = storm(1, 2).map((entry) => ({ ...entry, what: { ...entry.what, repeated: 2 } as Entry["what"] }));
  const after = (minutes: number) => planThread(entries, pace({ postedAt: [later(120 - minutes)], now: later(120) })).posts.length;
  expect([after(1), after(14), after(15)]).toEqual([0, 0, 1]);
});
