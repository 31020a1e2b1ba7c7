import { expect, test } from "vitest";
import { openLibrary } from "../../../src/cli/shipped.ts";
import type { Halt, PlanRow } from "../../../src/remediation/plans.ts";
import type { Edit, Post } from "../../../src/slack/outbox/entry.ts";
import { tellPlans } from "../../../src/slack/plans/plan-teller.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { later, madeIncident, NIGHT } from "../incident/made-untold.ts";
import { madeRow, MINA } from "./made-plan.ts";

const { library } = await openLibrary();
const incident = madeIncident({});
const approved = { approvals: [{ ...MINA, at: later(1) }], approvedAt: later(1) };

function tellerOf(first: PlanRow, home = incident.home) {
  const posts: Post[] = [];
  const edits: Edit[] = [];
  const marked: [string, number][] = [];
  const logged: string[] = [];
  const state = { row: first, now: NIGHT, halt: undefined as Halt | undefined, down: false };
  const up = () => {
    if (state.down) throw new Error("the store does not answer");
  };
  const outbox = {
    owe: async (post: Post) => {
      up();
      if (!posts.some(({ key }) => key === post.key)) posts.push(post);
      return undefined;
    },
    oweEdit: async (edit: Edit) => {
      up();
      edits.push(edit);
    },
  };
  const feed = {
    untold: async () => (marked.some(([, version]) => version >= state.row.version) ? [] : [{ row: state.row, incident: { id: 7, home } }]),
    told: async (id: string, version: number) => void marked.push([id, version]),
  };
  const say = (_: unknown, doing: string) => void logged.push(doing);
  const log = { debug: say, info: say, warn: say, error: say, fatal: say };
  const teller = tellPlans({
    feed,
    haltOf: async () => state.halt,
    plannedIn: async () => new Set<string>(),
    outbox,
    words: wordsOf("en"),
    library,
    environments: new Map(),
    log,
    now: () => state.now,
  });
  return { teller, posts, edits, marked, logged, state };
}

test("a new plan is posted into its incident's thread and not edited; what comes of it edits that message", async () => {
  const { teller, posts, edits, marked, state } = tellerOf(madeRow());
  await teller.once();
  expect(posts).toMatchObject([{ channel: "C0PROD", thread: { key: "incident:7:headline" }, key: "plan:p-1" }]);
  expect(edits).toEqual([]);
  state.row = madeRow({ ...approved, state: "approved", version: 2 });
  await teller.once();
  expect(posts).toHaveLength(1);
  expect(edits).toMatchObject([{ channel: "C0PROD", key: "plan:p-1" }]);
  expect(edits[0]!.message.text).toContain("Approved by Mina Kim");
  expect(marked).toEqual([
    ["p-1", 1],
    ["p-1", 2],
  ]);
});

test("a plan that ended before it was told is posted as it is, also by a copy that has just begun", async () => {
  const { teller, posts, edits } = tellerOf(madeRow({ state: "ended", endedAt: later(31), end: { how: "expired" }, version: 2 }));
  await teller.once();
  expect(posts[0]!.key).toBe("plan:p-1");
  expect(JSON.stringify(posts[0])).not.toContain('"type":"button"');
  // The message may stand already, with its buttons.
  expect(JSON.stringify(edits[0])).not.toContain('"type":"button"');
});

test("mere progress edits a message every few seconds at most, and the last of it is told all the same", async () => {
  const running = (percent: number, version: number) =>
    madeRow({
      ...approved,
      state: "running",
      beganAt: later(2),
      progress: { step: "wait", state: "waiting", elapsedMs: 1_000 * percent, percent },
      version,
    });
  const { teller, edits, marked, state } = tellerOf(running(1, 4));
  const at = (seconds: number) => (state.now = new Date(NIGHT.getTime() + seconds * 1_000));
  await teller.once();
  for (const [seconds, percent] of [
    [1, 2],
    [2, 3],
    [3, 4],
  ] as const) {
    at(seconds);
    state.row = running(percent, 4 + percent);
    await teller.once();
  }
  expect(edits).toHaveLength(1);
  expect(marked.at(-1)).toEqual(["p-1", 4]);
  at(5);
  await teller.once();
  expect(edits).toHaveLength(2);
  expect(edits[1]!.message.text).toContain("4 %");
  at(6);
  state.row = { ...running(4, 20), state: "ended", endedAt: later(3), end: { how: "done", says: [] } };
  await teller.once();
  expect(edits).toHaveLength(3);
});

test("a halt, and its end, are told on the plan", async () => {
  const { teller, edits, state } = tellerOf(madeRow());
  await teller.once();
  state.halt = { environment: "prod", by: MINA, at: later(1) };
  state.row = madeRow({ version: 2 });
  await teller.once();
  expect(edits[0]!.message.text).toContain("All changes in prod are stopped by Mina Kim");
  state.halt = undefined;
  state.row = madeRow({ version: 3 });
  await teller.once();
  expect(edits[1]!.message.text).not.toContain("stopped");
});

test("a plan that cannot be told is logged and tried again; one of an incident without a channel is told nowhere", async () => {
  const { teller, posts, marked, logged, state } = tellerOf(madeRow());
  state.down = true;
  await teller.once();
  expect(marked).toEqual([]);
  expect(logged).toEqual(["telling of a plan"]);
  state.down = false;
  await teller.once();
  expect(posts).toHaveLength(1);
  const nowhere = tellerOf(madeRow(), { channel: "" });
  await nowhere.teller.once();
  expect(nowhere.posts).toEqual([]);
  expect(nowhere.marked).toEqual([["p-1", 1]]);
});
