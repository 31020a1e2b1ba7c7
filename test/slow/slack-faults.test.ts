import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { founding, keyOf, partOf, startGumshoe, TWO, type MadeGumshoe } from "../slack/made-gumshoe.ts";
import { reachOfCase } from "../slack/made-reach.ts";

let gumshoe: MadeGumshoe;
afterEach(async () => gumshoe.stop());

const ask = (text = "prod", user = "U0ALEX", channel = "C0PROD") =>
  gumshoe.slack.people.command({ user, channel, command: "/diagnose", text });
const idle = () => gumshoe.until(() => gumshoe.idle() && headlines().length > 0, "everything is told");
const headlines = () => gumshoe.messages().filter((each) => partOf(each) === "headline");
const keys = () =>
  gumshoe
    .messages()
    .map(keyOf)
    .filter((key) => key !== "");

/** The thread stands once, whole and in its order, whatever befell it. */
function expectWhole(): void {
  expect(keys()).toEqual([...new Set(keys())]);
  expect(
    gumshoe
      .messages()
      .map(partOf)
      .filter((part) => part !== ""),
  ).toEqual(["headline", "steps", "verdict", "verdict", "ran"]);
  expect(headlines()[0]?.text).toContain("root cause found");
  const [root] = headlines();
  for (const message of gumshoe
    .messages()
    .filter((each) => keyOf(each) !== "")
    .slice(1))
    expect(message.threadTs).toBe(root!.ts);
}

describe("one thread, each message once, in order", () => {
  test.each([
    ["429 on every second post", { kind: "rate-limited", method: "chat.postMessage", retryAfterS: 1, times: 3 }],
    ["500 before anything was taken", { kind: "http-before", method: "chat.postMessage", status: 500, times: 2 }],
    ["502 after the post was taken", { kind: "http-after", method: "chat.postMessage", status: 502, times: 2 }],
    ["a connection cut after the post was taken", { kind: "reset-after", method: "chat.postMessage", times: 2 }],
    ["a connection cut before it was taken", { kind: "reset-before", method: "chat.postMessage", times: 2 }],
    ["an error within Slack", { kind: "refused", method: "chat.postMessage", error: "internal_error", times: 2 }],
    ["429 and 5xx on the edits", { kind: "http-before", method: "chat.update", status: 503, times: 2 }],
  ] as const)("with %s", async (_, fault) => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add(fault);
    expect(await ask()).toMatchObject({ acked: true });
    await idle();
    expectWhole();
  });

  test("with a time-out after the post was taken", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "hang-after", method: "chat.postMessage", times: 1 });
    await ask();
    await idle();
    expectWhole();
  });

  test("with the chart refused: everything else of that message still comes", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "refused", method: "chat.postMessage", error: "invalid_blocks", times: 1 });
    await ask();
    await idle();
    expectWhole();
  });

  test("with an upload that fails: the thread says so, and where the script comes from", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "refused", method: "files.getUploadURLExternal", error: "missing_scope" });
    await ask();
    await gumshoe.until(
      () => gumshoe.messages().some((each) => partOf(each) === "ran" && each.text.includes("could not be attached (missing_scope)")),
      "it says that it is not attached",
    );
    await idle();
    expectWhole();
  });

  test("with a limit on one channel, that delays no dialog and no other channel", async () => {
    gumshoe = await startGumshoe({ yaml: TWO });
    gumshoe.slack.faults.add({ kind: "rate-limited", method: "chat.postMessage", channel: "C0PROD", retryAfterS: 20, times: 1 });
    await ask();
    await ask("staging", "U0ALEX", "C0STAGING");
    await gumshoe.until(() => gumshoe.messages("C0STAGING").some((each) => partOf(each) === "headline"), "the thread in the other channel");
    const complaint = gumshoe.slack.people.say({ user: "U0ALEX", channel: "C0STAGING", text: "?" });
    await gumshoe.slack.people.shortcut({ user: "U0ALEX", channel: "C0STAGING", ts: complaint.ts, callbackId: "diagnose_this" });
    await gumshoe.until(() => gumshoe.slack.workspace.view("U0ALEX") !== undefined, "a dialog");
    // All of that while the limited channel still waits.
    expect(headlines()).toEqual([]);
    await idle();
    expectWhole();
  });
});

describe("a delivery that comes twice", () => {
  test.each(["same", "new"] as const)("causes one thread, with %s envelope", async (envelope) => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "duplicate", type: "slash_commands", envelope, times: 1 });
    await ask();
    await idle();
    expect(headlines()).toHaveLength(1);
    expect(gumshoe.private("U0ALEX")).toEqual([]);
  });

  test("as an event's second attempt causes one thread", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "duplicate", type: "events_api", envelope: "new", retryAttempt: 1, times: 1 });
    await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe prod" });
    await idle();
    expect(headlines()).toHaveLength(1);
  });
});

test("what is asked while a socket is renewed is not lost", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  gumshoe = await startGumshoe({ reach: () => reachOfCase(founding, () => promise) });
  gumshoe.slack.faults.disconnect("refresh_requested", 1);
  const deliveries = [];
  for (let nth = 0; nth < 30; nth++) {
    deliveries.push(await ask());
    await pause(50);
  }
  expect(deliveries.filter(({ acked }) => !acked)).toEqual([]);
  await gumshoe.until(() => gumshoe.private("U0ALEX").length === 29, "29 private answers");
  expect(headlines()).toHaveLength(1);
  resolve();
  await idle();
});

describe("when it is stopped", () => {
  test("a diagnosis that runs may end, and who asks meanwhile is told to ask again", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gumshoe = await startGumshoe({ yaml: TWO, reach: () => reachOfCase(founding, () => promise) });
    await ask();
    await gumshoe.until(() => headlines().length === 1, "a headline");
    const stopped = gumshoe.app.stop({ diagnosesMs: 20_000, outboxMs: 5_000 });
    await ask("staging");
    await gumshoe.until(() => gumshoe.private("U0ALEX").length === 1, "a private answer");
    expect(gumshoe.private("U0ALEX")[0]?.text).toContain("restarting");
    resolve();
    await stopped;
    expectWhole();
    await gumshoe.until(() => gumshoe.slack.sockets() === 0, "no socket is open");
  });

  test("a diagnosis that does not end says that it was stopped", async () => {
    gumshoe = await startGumshoe({ reach: () => reachOfCase(founding, () => new Promise(() => {})) });
    await ask();
    await gumshoe.until(() => headlines().length === 1, "a headline");
    await gumshoe.app.stop({ diagnosesMs: 100, outboxMs: 5_000 });
    expect(headlines()[0]?.text).toContain("was restarted while it looked");
    expect(JSON.stringify(gumshoe.messages().find((each) => partOf(each) === "steps")?.blocks)).toContain("Stopped looking at prod");
    await gumshoe.until(() => gumshoe.slack.sockets() === 0, "no socket is open");
  });
});

test("signed HTTP carries the same: a command, a mention, a shortcut and the Home", async () => {
  gumshoe = await startGumshoe({ mode: "http" });
  expect(await ask()).toMatchObject({ acked: true });
  await idle();
  expectWhole();
  await gumshoe.slack.people.openHome("U0ALEX");
  await gumshoe.until(() => gumshoe.slack.workspace.home("U0ALEX") !== undefined, "a Home");
  await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe status" });
  await gumshoe.until(() => gumshoe.private("U0ALEX").some(({ text }) => text.includes("ROOT CAUSE")), "how it stands");
});

test("the second socket is opened some time after the first, so that they are not renewed together", async () => {
  gumshoe = await startGumshoe({ apartMs: 5_000 });
  expect(gumshoe.app.links()).toMatchObject({ connected: 1, of: 2 });
  expect(await ask()).toMatchObject({ acked: true });
  await gumshoe.until(() => gumshoe.app.links().connected === 2, "two sockets");
  await idle();
});

test("without any socket it is no longer healthy, says since when, and is well again once Slack lets it", async () => {
  gumshoe = await startGumshoe();
  const mend = gumshoe.slack.faults.add({ kind: "http-before", method: "apps.connections.open", status: 503 });
  gumshoe.slack.faults.terminate();
  await gumshoe.until(() => gumshoe.app.links().connected === 0, "no socket stands");
  expect(gumshoe.app.links().downSince).toEqual(founding.at);
  mend();
  await gumshoe.until(() => gumshoe.app.links().connected > 0, "a socket stands again");
  expect(gumshoe.app.links().downSince).toBeUndefined();
  expect(await ask()).toMatchObject({ acked: true });
  await idle();
});
