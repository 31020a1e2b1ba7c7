import { beforeEach, describe, expect, test } from "vitest";
import { http, lost, madeOutbox, platform, say, type MadeOutbox } from "./made-outbox.ts";

let made: MadeOutbox;
beforeEach(() => (made = madeOutbox()));

const MINUTE = 60_000;
const post = (key: string, thread?: string) =>
  made.outbox.post({ channel: "C1", key, message: say(key), ...(thread === undefined ? {} : { thread: { key: thread } }) });
const keys = () => made.stands.map(({ key }) => key);

describe("while Slack is down", () => {
  test.each([10 * MINUTE, 60 * MINUTE])("for %i ms nothing is given up, and everything comes once and in order", async (downMs) => {
    made.faults.push({ call: "post", error: lost("ECONNREFUSED"), times: Infinity });
    made.onDuty();
    const posts = ["a", "b", "c"].map((key) => post(key));
    made.outbox.edit("C1", "a", say("a, edited"));
    for (let ms = 0; ms < downMs; ms += 30 * MINUTE) await made.clock.advance(30 * MINUTE);
    expect(made.stands).toEqual([]);
    made.faults.length = 0;
    await made.clock.advance(MINUTE);
    await Promise.all(posts);
    expect(keys()).toEqual(["a", "b", "c"]);
    expect(made.edits.map(({ text }) => text)).toEqual(["a, edited"]);
    expect(await made.outbox.pending()).toBe(0);
  });

  test("with answers that say nothing, each post is looked for as often as it takes", async () => {
    made.faults.push({ call: "post", error: http(502), taken: true }, { call: "find", error: http(503), times: 50 });
    made.onDuty();
    void post("a");
    await made.clock.advance(60 * MINUTE);
    expect(keys()).toEqual(["a"]);
    expect(await made.outbox.pending()).toBe(0);
  });

  test("a channel that the bot is not in gets its messages once somebody invites it", async () => {
    made.faults.push({ call: "post", channel: "C1", error: platform("not_in_channel"), times: Infinity });
    made.onDuty();
    const posted = post("a");
    await made.clock.advance(10 * MINUTE);
    made.faults.length = 0;
    await made.clock.advance(MINUTE);
    expect(await posted).toEqual({ ts: "1" });
  });
});

describe("while the store is down", () => {
  test("nothing is sent without it, and it goes on by itself when the store is back", async () => {
    made.onDuty();
    made.store.down.is = true;
    const posted = post("a");
    made.outbox.edit("C1", "a", say("first"));
    made.outbox.edit("C1", "a", say("second"));
    await made.clock.advance(10 * MINUTE);
    expect(made.calls()).toBe(0);
    made.store.down.is = false;
    await made.clock.advance(MINUTE);
    expect(await posted).toEqual({ ts: "1" });
    expect(made.edits.map(({ text }) => text)).toEqual(["second"]);
  });

  test("who wants to know whether a message is written down is told that it is not", async () => {
    made.store.down.is = true;
    await expect(made.outbox.owe({ channel: "C1", key: "a", message: say("a") })).rejects.toThrow("down");
    await expect(made.outbox.oweEdit({ channel: "C1", key: "a", message: say("a") })).rejects.toThrow("down");
    made.store.down.is = false;
    expect(await made.outbox.owe({ channel: "C1", key: "a", message: say("a") })).toBeUndefined();
  });

  test("what Slack took before it can be written down is not sent again", async () => {
    made.onDuty();
    const settle = made.store.settle;
    let failures = 3;
    made.store.settle = async (...given) => {
      if (failures-- > 0) throw new Error("the store is down");
      return settle(...given);
    };
    const [a, b] = [post("a"), post("b")];
    await made.clock.advance(MINUTE);
    expect([await a, await b]).toEqual([{ ts: "1" }, { ts: "2" }]);
    expect(keys()).toEqual(["a", "b"]);
  });
});

describe("after the copy that delivered is gone", () => {
  /** The row as a process leaves it that was killed in the middle of an attempt. */
  async function killedWhileSending(stood: boolean): Promise<void> {
    void made.outbox.post({ channel: "C1", key: "a", message: say("a") });
    await made.clock.advance(10);
    made.store.posts.get("a")!.sendingSince = made.clock.now();
    if (stood) made.stands.push({ channel: "C1", key: "a", text: "a", at: made.clock.now().getTime() });
  }

  test("a post that was being sent is looked for, no earlier than ten seconds later, and is not sent again where it stands", async () => {
    await killedWhileSending(true);
    made.onDuty();
    await made.clock.advance(9_900);
    expect(made.calls()).toBe(0);
    await made.clock.advance(10_000);
    expect(keys()).toEqual(["a"]);
    expect(made.store.posts.get("a")!.outcome).toEqual({ ts: "1" });
  });

  test("it is sent where it does not stand", async () => {
    await killedWhileSending(false);
    made.onDuty();
    await made.clock.advance(30_000);
    expect(keys()).toEqual(["a"]);
    expect(made.store.posts.get("a")!.outcome).toEqual({ ts: "1" });
  });

  test("it is held, and said so in the log, where nobody may look", async () => {
    await killedWhileSending(false);
    made.faults.push({ call: "find", error: platform("missing_scope"), times: Infinity });
    made.onDuty();
    await made.clock.advance(10 * MINUTE);
    expect(keys()).toEqual([]);
    expect(made.store.posts.get("a")!.outcome).toEqual({ inDoubt: "missing_scope" });
    expect(made.logged).toContain("posting: nobody can tell whether it stands, so it is held");
  });

  test("another copy goes on where it left off, and the one that lost its duty begins nothing more", async () => {
    const first = made.onDuty();
    made.faults.push({ call: "post", error: http(500), times: 2 });
    const posts = ["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => post(key));
    await made.clock.advance(5_500);
    first.abort();
    made.onDuty();
    await made.clock.advance(2 * MINUTE);
    await Promise.all(posts);
    expect(keys()).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
  });
});

test("what belongs under a message that nobody gave yet waits for it, and holds up nothing else", async () => {
  made.onDuty();
  const [reply, second] = [post("reply", "root"), post("second", "root")];
  const other = post("other");
  await made.clock.advance(5_000);
  expect(keys()).toEqual(["other"]);
  const root = post("root");
  await made.clock.advance(10_000);
  await Promise.all([reply, second, other, root]);
  expect(keys()).toEqual(["other", "root", "reply", "second"]);
  expect(made.stands[2]).toMatchObject({ key: "reply", threadTs: "2" });
});
