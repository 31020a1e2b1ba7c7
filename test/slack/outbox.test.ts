import { WebAPIRateLimitedError } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { VirtualClock } from "../../lab/clock.ts";
import type { Outbox } from "../../src/slack/outbox/outbox.ts";
import { http, lost, madeOutbox, platform, say, type Fault, type MadeOutbox } from "./made-outbox.ts";

let clock: VirtualClock;
let stands: MadeOutbox["stands"];
let edits: MadeOutbox["edits"];
let faults: Fault[];
let outbox: Outbox;
let duty: AbortController;

beforeEach(() => {
  const made = madeOutbox();
  ({ clock, stands, edits, faults, outbox } = made);
  duty = made.onDuty();
});
afterEach(() => duty.abort());

describe("a message is posted once", () => {
  const ways: [string, Fault[]][] = [
    ["where all goes well", []],
    ["when Slack limits the rate", [{ call: "post", error: new WebAPIRateLimitedError(7) }]],
    ["after a 500 that took nothing", [{ call: "post", error: http(500) }]],
    ["after a 502 that took it all the same", [{ call: "post", error: http(502), taken: true }]],
    ["after a time-out that took it", [{ call: "post", error: lost("TIMEOUT"), taken: true }]],
    ["after a connection that was refused", [{ call: "post", error: lost("ECONNREFUSED"), times: 3 }]],
    ["after an error within Slack that took it", [{ call: "post", error: platform("internal_error"), taken: true }]],
    [
      "when the look for it fails too",
      [
        { call: "post", error: http(503), taken: true },
        { call: "find", error: http(503), times: 3 },
      ],
    ],
  ];
  test.each(ways)("%s", async (_, wrong) => {
    faults.push(...wrong);
    const posted = outbox.post({ channel: "C1", key: "a", message: say("one") });
    await clock.advance(120_000);
    expect(await posted).toEqual({ ts: "1" });
    expect(stands).toHaveLength(1);
    expect(await outbox.pending()).toBe(0);
  });

  test("also where it is given twice, at once and later", async () => {
    const twice = [
      outbox.post({ channel: "C1", key: "a", message: say("one") }),
      outbox.post({ channel: "C1", key: "a", message: say("one") }),
    ];
    await clock.advance(5_000);
    expect(await Promise.all(twice)).toEqual([{ ts: "1" }, { ts: "1" }]);
    const later = outbox.post({ channel: "C1", key: "a", message: say("one") });
    await clock.advance(5_000);
    expect(await later).toEqual({ ts: "1" });
    expect(stands).toHaveLength(1);
  });

  test("and is not sent again where nobody may look whether it stands", async () => {
    faults.push({ call: "post", error: http(502) }, { call: "find", error: platform("missing_scope") });
    const posted = outbox.post({ channel: "C1", key: "a", message: say("one") });
    await clock.advance(60_000);
    expect(await posted).toEqual({ inDoubt: "missing_scope" });
    expect(stands).toHaveLength(0);
  });
});

describe("messages of a channel", () => {
  test("come in their order, whatever befalls the first of them", async () => {
    faults.push({ call: "post", error: http(500), times: 2 }, { call: "post", error: new WebAPIRateLimitedError(4) });
    const posts = ["a", "b", "c"].map((key) => outbox.post({ channel: "C1", key, message: say(key) }));
    await clock.advance(60_000);
    await Promise.all(posts);
    expect(stands.map(({ key }) => key)).toEqual(["a", "b", "c"]);
  });

  test("keep Slack's pace after a burst", async () => {
    const posts = Array.from({ length: 10 }, (_, nth) => outbox.post({ channel: "C1", key: String(nth), message: say("x") }));
    await clock.advance(60_000);
    await Promise.all(posts);
    for (const [nth, { at }] of stands.entries()) if (nth >= 5) expect(at - stands[nth - 5]!.at).toBeGreaterThanOrEqual(1_000);
  });

  test("do not wait for a limit, or a failure, of another channel", async () => {
    faults.push({ call: "post", channel: "C1", error: new WebAPIRateLimitedError(30) });
    void outbox.post({ channel: "C1", key: "a", message: say("a") });
    const other = outbox.post({ channel: "C2", key: "b", message: say("b") });
    await clock.advance(50);
    expect(await other).toEqual({ ts: "1" });
    await clock.advance(60_000);
    expect(stands.map(({ key }) => key)).toEqual(["b", "a"]);
  });

  test("go on where one of them is refused for good, and what would hang under it says so", async () => {
    faults.push({ call: "post", error: platform("no_permission") });
    const refused = outbox.post({ channel: "C1", key: "a", message: say("a") });
    const reply = outbox.post({ channel: "C1", thread: { key: "a" }, key: "b", message: say("b") });
    const next = outbox.post({ channel: "C1", key: "c", message: say("c") });
    await clock.advance(5_000);
    expect(await refused).toEqual({ refused: "no_permission" });
    expect(await reply).toEqual({ refused: "thread_not_posted" });
    expect(await next).toEqual({ ts: "1" });
  });

  test("hang under the message that their thread is named by", async () => {
    void outbox.post({ channel: "C1", key: "a", message: say("a") });
    const reply = outbox.post({ channel: "C1", thread: { key: "a" }, key: "b", message: say("b") });
    await clock.advance(5_000);
    await reply;
    expect(stands[1]).toMatchObject({ key: "b", threadTs: "1" });
  });

  test("arrive as text where Slack refuses their blocks", async () => {
    faults.push({ call: "post", error: platform("invalid_blocks") });
    const posted = outbox.post({ channel: "C1", key: "a", message: say("one") });
    await clock.advance(5_000);
    expect(await posted).toEqual({ ts: "1" });
    expect(stands[0]?.text).toBe("plain: one");
  });
});

describe("edits", () => {
  test("of one message in short order become one, and the newest is what stands", async () => {
    await Promise.all([outbox.post({ channel: "C1", key: "a", message: say("a") }), clock.advance(100)]);
    for (let nth = 0; nth < 50; nth++) {
      outbox.edit("C1", "a", say(`state ${nth}`));
      await clock.advance(100);
    }
    await clock.advance(10_000);
    expect(edits.at(-1)?.text).toBe("state 49");
    expect(edits.length).toBeLessThanOrEqual(5);
    for (const [nth, { at }] of edits.entries()) if (nth > 0) expect(at - edits[nth - 1]!.at).toBeGreaterThanOrEqual(1_500);
  });

  test("wait until their message stands, and are dropped where it never will", async () => {
    faults.push({ call: "post", channel: "C1", error: http(500) }, { call: "post", channel: "C2", error: platform("restricted_action") });
    void outbox.post({ channel: "C1", key: "a", message: say("a") });
    void outbox.post({ channel: "C2", key: "b", message: say("b") });
    outbox.edit("C1", "a", say("a, edited"));
    outbox.edit("C2", "b", say("b, edited"));
    await clock.advance(60_000);
    expect(edits.map(({ key }) => key)).toEqual(["a"]);
    expect(await outbox.pending()).toBe(0);
  });

  test("are sent again after 429, 5xx and time-outs, and given up where Slack will never take them", async () => {
    await Promise.all([outbox.post({ channel: "C1", key: "a", message: say("a") }), clock.advance(100)]);
    faults.push(
      { call: "edit", error: new WebAPIRateLimitedError(3) },
      { call: "edit", error: http(502) },
      { call: "edit", error: lost("TIMEOUT") },
    );
    outbox.edit("C1", "a", say("newest"));
    await clock.advance(60_000);
    expect(edits.map(({ text }) => text)).toEqual(["newest"]);
    faults.push({ call: "edit", error: platform("message_not_found") });
    outbox.edit("C1", "a", say("too late"));
    await clock.advance(60_000);
    expect(edits).toHaveLength(1);
    expect(await outbox.pending()).toBe(0);
  });

  test("of many messages together keep within fifty a minute", async () => {
    const keys = Array.from({ length: 8 }, (_, nth) => `m${nth}`);
    await Promise.all([...keys.map((key) => outbox.post({ channel: `C${key}`, key, message: say(key) })), clock.advance(1_000)]);
    for (let s = 0; s < 120; s++) {
      for (const key of keys) outbox.edit(`C${key}`, key, say(`${key} ${s}`));
      await clock.advance(1_000);
    }
    await clock.advance(30_000);
    for (const { at } of edits) expect(edits.filter((each) => each.at >= at && each.at < at + 60_000).length).toBeLessThanOrEqual(58);
    for (const key of keys) expect(edits.findLast((each) => each.key === key)?.text).toBe(`${key} 119`);
  });
});

test("flush waits until nothing is owed, and no longer than it is told", async () => {
  faults.push({ call: "post", channel: "C1", error: new WebAPIRateLimitedError(5) });
  void outbox.post({ channel: "C1", key: "a", message: say("a") });
  const tooShort = outbox.flush(2_000);
  await clock.advance(2_500);
  expect(await tooShort).toBe(false);
  const enough = outbox.flush(20_000);
  await clock.advance(20_000);
  expect(await enough).toBe(true);
  expect(stands).toHaveLength(1);
});
