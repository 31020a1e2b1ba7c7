import { expect, test } from "vitest";
import type { Untold, UntoldFeed } from "../../../src/diagnosis/untold.ts";
import { tellIncidents, threadOf } from "../../../src/slack/incident/teller.ts";
import { tellUnmatched } from "../../../src/slack/incident/unmatched.ts";
import { incidentLinks } from "../../../src/slack/incident/incident-link.ts";
import type { Unmatched } from "../../../src/slack/messages/incident/unmatched.ts";
import type { Edit, Post } from "../../../src/slack/outbox/entry.ts";
import { wordsOf } from "../../../src/words/language.ts";
import { fired, later, madeAlarm, madeDiagnosis, madeIncident, madeUntold, NIGHT } from "./made-untold.ts";

const words = wordsOf("en");

/** An outbox that holds what it is given, each key once. */
function heldOutbox() {
  const posts: Post[] = [];
  const edits: Edit[] = [];
  let down = false;
  const written = () => {
    if (down) throw new Error("the store does not answer");
  };
  return {
    posts,
    edits,
    breakDown: (is: boolean) => (down = is),
    owe: async (post: Post) => {
      written();
      const known = posts.some(({ key }) => key === post.key);
      if (!known) posts.push(post);
      return known ? { ts: "1.1" } : undefined;
    },
    oweEdit: async (edit: Edit) => {
      written();
      edits.push(edit);
    },
  };
}

function tellerOf(first: readonly Untold[]) {
  const outbox = heldOutbox();
  const told: [incident: number, upTo: Parameters<UntoldFeed["told"]>[1]][] = [];
  const logged: Record<string, unknown>[] = [];
  const say = (facts: Record<string, unknown>) => void logged.push(facts);
  const state = { untold: first, now: NIGHT, failTold: false };
  const feed: UntoldFeed = {
    untold: async () => state.untold,
    told: async (...marked) => {
      if (state.failTold) throw new Error("the store does not answer");
      told.push(marked);
    },
  };
  const log = { debug: say, info: say, warn: say, error: say, fatal: say };
  const environments = new Map([["prod", {}]]);
  const teller = tellIncidents({ feed, outbox, words, environments, library: { runbooks: new Map() }, log, now: () => state.now });
  return { teller, outbox, told, logged, state };
}

const disk = madeUntold({ entries: [fired(1, "disk")], alarms: [madeAlarm("disk")] });

test("a new incident is posted into its channel, what fired into its thread, and only then it is marked told", async () => {
  const { teller, outbox, told } = tellerOf([disk]);
  await teller.once();
  expect(outbox.posts.map(({ key, channel, thread }) => ({ key, channel, thread }))).toEqual([
    { key: "incident:7:headline", channel: "C0PROD", thread: undefined },
    { key: "incident:7:entry:1", channel: "C0PROD", thread: { key: "incident:7:headline" } },
  ]);
  expect(told).toEqual([[7, { version: 1, entry: 1, postedAt: [NIGHT] }]]);
});

test("one that was asked for in a thread is told there", async () => {
  const home = { channel: "C0PROD", threadTs: "17.42" };
  const { teller, outbox } = tellerOf([{ ...disk, incident: madeIncident({ home }) }]);
  await teller.once();
  expect(outbox.posts.map(({ thread }) => thread)).toEqual([{ ts: "17.42" }, { ts: "17.42" }]);
  expect(threadOf(madeIncident({ home }))).toEqual({ channel: "C0PROD", thread: { ts: "17.42" } });
});

test("one that came and went while it was muted is posted when it comes back", async () => {
  const { teller, outbox } = tellerOf([{ ...disk, toldVersion: 5, incident: madeIncident({ version: 8, reopened: 1 }) }]);
  await teller.once();
  expect(outbox.posts.map(({ key }) => key)).toEqual(["incident:7:headline", "incident:7:entry:1"]);
});

test("one that changed is edited, and the same form is not given twice", async () => {
  const { teller, outbox, state, told } = tellerOf([
    { ...disk, toldVersion: 1, entries: [], incident: madeIncident({ version: 2 }), last: madeDiagnosis("d1") },
  ]);
  outbox.posts.push({ channel: "C0PROD", key: "incident:7:headline", message: { text: "", blocks: [] } });
  await teller.once();
  await teller.once();
  expect(outbox.posts).toHaveLength(1);
  expect(outbox.edits.map(({ key }) => key)).toEqual(["incident:7:headline"]);
  expect(outbox.edits[0]?.message.text).toContain("root cause found");
  state.untold = [{ ...disk, toldVersion: 2, entries: [], incident: madeIncident({ version: 3, state: "recovered", endedAt: later(42) }) }];
  await teller.once();
  expect(outbox.edits.at(-1)?.message.text).toContain("recovered after 42 min");
  expect(told.map(([, { version }]) => version)).toEqual([2, 2, 3]);
});

test("after a crash between posting and marking, nothing is posted twice, and the headline shows how things are", async () => {
  const { teller, outbox, state, told } = tellerOf([disk]);
  state.failTold = true;
  await teller.once();
  state.failTold = false;
  state.untold = [{ ...disk, incident: madeIncident({ version: 2, state: "recovered", endedAt: later(5) }) }];
  await teller.once();
  expect(outbox.posts.map(({ key }) => key)).toEqual(["incident:7:headline", "incident:7:entry:1"]);
  expect(outbox.edits.at(-1)?.message.text).toContain("recovered after 5 min");
  expect(told).toHaveLength(1);
});

test("an incident that cannot be told holds up no other, and is told the next time", async () => {
  const broken = { ...disk, incident: { ...disk.incident, home: undefined as never } };
  const other = { ...disk, incident: madeIncident({ id: 8 }), entries: [] };
  const { teller, outbox, told, logged, state } = tellerOf([broken, other]);
  await teller.once();
  expect(told.map(([id]) => id)).toEqual([8]);
  expect(logged).toMatchObject([{ incident: 7 }]);
  state.untold = [disk];
  outbox.breakDown(true);
  await teller.once();
  expect(told).toHaveLength(1);
  outbox.breakDown(false);
  await teller.once();
  expect(told.map(([id]) => id)).toEqual([8, 7]);
});

test("one of an environment without a channel is told nowhere, and the log says so", async () => {
  const { teller, outbox, told, logged } = tellerOf([{ ...disk, incident: madeIncident({ home: { channel: "" } }) }]);
  await teller.once();
  expect(outbox.posts).toEqual([]);
  expect(told).toMatchObject([[7, { version: 1, entry: 1 }]]);
  expect(logged).toMatchObject([{ incident: 7, environment: "prod" }]);
});

test("calls at the same time are one round", async () => {
  const { teller, told } = tellerOf([disk]);
  await Promise.all([teller.once(), teller.once(), teller.once()]);
  expect(told).toHaveLength(1);
});

test("while nothing is said because of a mute, the store is left alone", async () => {
  const mute = { environment: "prod", until: later(60), by: "Robin", at: NIGHT };
  const { teller, outbox, told, state } = tellerOf([{ ...disk, mute }]);
  await teller.once();
  expect(told).toEqual([[7, { version: 0, entry: 1, postedAt: [] }]]);
  state.untold = [{ ...disk, mute, entries: [] }];
  await teller.once();
  await teller.once();
  expect(told).toHaveLength(1);
  state.now = later(61);
  await teller.once();
  expect(outbox.posts.map(({ key }) => key)).toEqual(["incident:7:headline"]);
});

test("alarms that belong nowhere are one message a day, edited in place, and the last of a day is not lost at midnight", async () => {
  const outbox = heldOutbox();
  const days = new Map<string, Unmatched[]>();
  let now = new Date("2026-11-26T23:59:58Z");
  const feed = { today: async (day: string) => days.get(day) ?? [] };
  const { once } = tellUnmatched({ feed, outbox, words, environments: new Map(), channel: "C0OPS", now: () => now });
  await once();
  expect(outbox.posts).toEqual([]);
  days.set("2026-11-26", [{ key: "a", name: "orphan", count: 1, lastAt: now }]);
  await once();
  await once();
  expect(outbox.edits).toHaveLength(1);
  days.set("2026-11-26", [{ key: "a", name: "orphan", count: 3, lastAt: now }]);
  now = new Date("2026-11-27T00:00:01Z");
  days.set("2026-11-27", [{ key: "b", name: "other", count: 1, lastAt: now }]);
  await once();
  expect(outbox.posts.map(({ key, channel }) => `${key} ${channel}`)).toEqual(["unmatched:2026-11-26 C0OPS", "unmatched:2026-11-27 C0OPS"]);
  expect(outbox.edits.find(({ message }) => message.text.includes("orphan: 3 times"))?.key).toBe("unmatched:2026-11-26");
  expect(outbox.posts[1]?.channel).toBe("C0OPS");
});

test("an incident is linked to where its first message stands", async () => {
  const linkTo = async (channel: string, ts: string) => `https://lab.slack.com/archives/${channel}/p${ts.replace(".", "")}`;
  const link = (outcome: { ts: string } | { refused: string } | undefined) =>
    incidentLinks({ outbox: { outcomeOf: async () => outcome }, linkTo })(madeIncident({}));
  expect(await link({ ts: "17.42" })).toBe("https://lab.slack.com/archives/C0PROD/p1742");
  expect(await link({ refused: "is_archived" })).toBeUndefined();
  expect(await link(undefined)).toBeUndefined();
});
