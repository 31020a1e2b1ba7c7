import { afterEach, describe, expect, test } from "vitest";
import { faultsOf } from "../../src/slack/contract/check-message.ts";
import { ONE, partOf, startGumshoe, TWO, type MadeGumshoe, founding, keyOf } from "./made-gumshoe.ts";
import { blindReach, reachOfCase } from "./made-reach.ts";

let gumshoe: MadeGumshoe;
afterEach(async () => gumshoe.stop());

const ask = (text: string, user = "U0ALEX", channel = "C0PROD") =>
  gumshoe.slack.people.command({ user, channel, command: "/diagnose", text });
const done = () =>
  gumshoe.until(() => gumshoe.idle() && gumshoe.messages().some((each) => partOf(each) === "ran"), "the diagnosis is told");
const headline = () => gumshoe.messages().find((each) => partOf(each) === "headline")!;

describe("/diagnose prod", () => {
  test("gives a sign of life before a host has answered, and opens one thread with everything in its order", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gumshoe = await startGumshoe({ reach: () => reachOfCase(founding, () => promise) });
    expect(await ask("prod")).toMatchObject({ acked: true });
    await gumshoe.until(() => headline() !== undefined, "a headline");
    resolve();
    await gumshoe.until(() => headline().text.includes("root cause found"), "the verdict in the headline");
    await gumshoe.until(() => gumshoe.slack.workspace.files.some(({ shares }) => shares.length > 0), "the script attached");
    const parts = gumshoe.messages().map(partOf);
    expect(parts.filter((part) => part !== "")).toEqual(["headline", "steps", ...parts.filter((part) => part === "verdict"), "ran"]);
    expect(parts.filter((part) => part === "verdict").length).toBeGreaterThan(1);
    for (const message of gumshoe.messages().slice(1)) expect(message.threadTs).toBe(headline().ts);
    for (const message of gumshoe.messages()) if (keyOf(message)) expect(faultsOf(message)).toEqual([]);
    expect(gumshoe.slack.workspace.files[0]).toMatchObject({ name: expect.stringMatching(/^gumshoe-prod-[0-9a-f]{10}\.sh$/) });
    expect(gumshoe.private("U0ALEX")).toEqual([]);
  });

  test("tells the cause, the chain, the five looks, what was ruled out, and what ran", async () => {
    gumshoe = await startGumshoe();
    await ask("prod");
    await done();
    const thread = gumshoe
      .messages()
      .map(({ text, blocks }) => `${text}${JSON.stringify(blocks)}`)
      .join("\n");
    for (const said of [
      "The database's disk cannot keep up",
      "gunicorn's workers time out → the proxy answers 502",
      "30.6",
      "31.7 s",
      "WORKER TIMEOUT",
      "The application ran out of memory",
      "first 502",
      "data_visualization",
      "Take load off the database",
      "gp3",
      "The host script, on local",
    ])
      expect(thread).toContain(said);
  });

  test("turns the steps over while it looks, and ends them all", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gumshoe = await startGumshoe({ reach: () => reachOfCase(founding, () => promise) });
    await ask("prod");
    const steps = () => gumshoe.messages().find((each) => partOf(each) === "steps");
    const cards = () => (steps()?.blocks?.[0] as { tasks?: { task_id: string; status: string }[] } | undefined)?.tasks ?? [];
    await gumshoe.until(() => cards().some(({ task_id: id, status }) => id === "host-1" && status === "in_progress"), "the host under way");
    expect(cards().find(({ task_id: id }) => id === "judging")?.status).toBe("pending");
    resolve();
    await gumshoe.until(() => cards().every(({ status }) => status === "complete"), "all steps complete");
    expect(cards().map(({ task_id: id }) => id)).toEqual(["hosts", "host-1", "metrics", "database", "judging"]);
  });

  test("says in words what could not be seen, where nothing could", async () => {
    gumshoe = await startGumshoe({ reach: blindReach });
    await ask("prod");
    await gumshoe.until(() => headline()?.text.includes("inconclusive"), "an inconclusive headline");
    await done();
    const thread = gumshoe
      .messages()
      .map(({ text }) => text)
      .join("\n");
    for (const said of [
      "its SSM agent is offline",
      "Lightsail throttles our calls",
      "GUMSHOE_DB_URL is not set",
      "No script ran on any host",
      "Could not be told",
    ])
      expect(thread).toContain(said);
  });

  test("says that it broke off, with an id that stands in the log beside the stack", async () => {
    gumshoe = await startGumshoe({
      reach: () => ({
        ...reachOfCase(founding),
        get readMetrics(): never {
          throw new TypeError("a bug");
        },
      }),
    });
    await ask("prod");
    await gumshoe.until(() => headline()?.text.includes("broke off"), "a headline that it broke off");
    const failure = gumshoe.logged.find(({ level, doing }) => level === "error" && doing === "diagnosing")!;
    expect(headline().text).toContain(String(failure.facts["diagnosis"]));
    expect((failure.facts["err"] as Error).stack).toContain("a bug");
  });

  test("a second one while it runs gets the way to the thread, privately, and starts nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gumshoe = await startGumshoe({ reach: () => reachOfCase(founding, () => promise) });
    await ask("prod");
    await gumshoe.until(() => headline() !== undefined, "a first one under way");
    await ask("prod", "U0MINA");
    await gumshoe.until(() => gumshoe.private("U0MINA").length === 1, "a private answer");
    const link = `https://lab.slack.com/archives/C0PROD/p${headline().ts.replace(".", "")}`;
    expect(JSON.stringify(gumshoe.private("U0MINA")[0])).toContain(link);
    resolve();
    await done();
    expect(gumshoe.messages().filter((each) => partOf(each) === "headline")).toHaveLength(1);
    await ask("prod");
    await gumshoe.until(
      () => gumshoe.messages().filter((each) => partOf(each) === "steps").length === 2,
      "another look in the same thread",
    );
    await done();
    expect(gumshoe.messages().filter((each) => partOf(each) === "headline")).toHaveLength(1);
    // It showed what the first one showed.
    expect(gumshoe.messages().filter((each) => partOf(each) === "ran")).toHaveLength(1);
    expect(gumshoe.messages().findLast((each) => partOf(each) === "steps")?.text).toContain("the same as before");
  });
});

test("the whole thread is Korean where the channels are, and private answers are in each person's own language", async () => {
  gumshoe = await startGumshoe({ yaml: ONE, language: "ko" });
  await ask("prod");
  await gumshoe.until(() => headline()?.text.includes("근본 원인"), "a Korean headline");
  await done();
  for (const message of gumshoe.messages()) if (keyOf(message)) expect(message.text, message.text).toMatch(/[가-힣]/);
  await Promise.all([ask("help", "U0MINA"), ask("help", "U0ALEX")]);
  await gumshoe.until(() => gumshoe.private("U0MINA").length + gumshoe.private("U0ALEX").length === 2, "two answers");
  expect(gumshoe.private("U0MINA")[0]?.text).toContain("Gumshoe 사용법");
  expect(gumshoe.private("U0ALEX")[0]?.text).toContain("What Gumshoe can do");
});

describe("a mention", () => {
  test("is answered in the thread in which it was written; another one elsewhere belongs there too", async () => {
    gumshoe = await startGumshoe();
    const complaint = gumshoe.slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "the site is down" });
    await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe diagnose prod", threadTs: complaint.ts });
    await done();
    for (const message of gumshoe.messages()) if (keyOf(message)) expect(message.threadTs).toBe(complaint.ts);
    await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe prod" });
    // What is wrong is told in the thread in which it was asked first, and who asks elsewhere is told where.
    await gumshoe.until(() => gumshoe.private("U0ALEX").length === 1, "a private answer");
    expect(JSON.stringify(gumshoe.private("U0ALEX")[0])).toContain(`/archives/C0PROD/p${headline().ts.replace(".", "")}`);
  });

  test("that says something else is answered privately", async () => {
    gumshoe = await startGumshoe();
    await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe prd" });
    await gumshoe.until(() => gumshoe.private("U0ALEX").length === 1, "a private answer");
    expect(gumshoe.private("U0ALEX")[0]?.text).toContain("Did you mean prod?");
    expect(gumshoe.messages().filter((each) => keyOf(each) !== "")).toEqual([]);
  });
});

test("a mention without a thread opens one under itself", async () => {
  gumshoe = await startGumshoe();
  await gumshoe.slack.people.mention({ user: "U0ALEX", channel: "C0PROD", text: "@gumshoe prod" });
  const mention = gumshoe.messages().findLast(({ user }) => user === "U0ALEX")!;
  await gumshoe.until(() => headline()?.threadTs === mention.ts, "a headline under the mention");
});

describe("the shortcut", () => {
  const use = (ts: string, user = "U0ALEX") => gumshoe.slack.people.shortcut({ user, channel: "C0PROD", ts, callbackId: "diagnose_this" });

  test("with one environment starts at once, under the message", async () => {
    gumshoe = await startGumshoe();
    const alarm = gumshoe.slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "5xx!" });
    await use(alarm.ts);
    await gumshoe.until(() => headline()?.threadTs === alarm.ts, "a headline under the message");
    await gumshoe.until(() => JSON.stringify(gumshoe.slack.workspace.view("U0ALEX")).includes("Looking at prod"), "a dialog that says so");
  });

  test("with several asks which, and starts what was chosen", async () => {
    gumshoe = await startGumshoe({ yaml: TWO });
    const alarm = gumshoe.slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "5xx!" });
    await use(alarm.ts);
    const view = () => gumshoe.slack.workspace.view("U0ALEX");
    await gumshoe.until(() => view()?.callback_id === "diagnose_this:choose", "a dialog that asks");
    const option = { text: { type: "plain_text", text: "staging", emoji: false }, value: "staging" };
    const values = { environment: { environment: { type: "static_select", selected_option: option } } };
    await gumshoe.slack.people.submitView({ user: "U0ALEX", viewId: view()!.id, values });
    await gumshoe.until(() => headline()?.threadTs === alarm.ts, "a headline under the message");
    expect(headline().text).toContain("staging");
    expect(view()).toBeUndefined();
  });

  test("of a guest opens a dialog that says whom to ask", async () => {
    gumshoe = await startGumshoe();
    const alarm = gumshoe.slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "5xx!" });
    await use(alarm.ts, "U0GUEST");
    await gumshoe.until(() => JSON.stringify(gumshoe.slack.workspace.view("U0GUEST") ?? "").includes("Guests cannot"), "a refusal");
    expect(gumshoe.messages().filter((each) => keyOf(each) !== "")).toEqual([]);
  });
});

test("App Home shows the environments and what was found last, in the person's own language", async () => {
  gumshoe = await startGumshoe({ yaml: TWO });
  await gumshoe.slack.people.openHome("U0MINA");
  await gumshoe.until(() => gumshoe.slack.workspace.home("U0MINA") !== undefined, "a Home");
  expect(JSON.stringify(gumshoe.slack.workspace.home("U0MINA"))).toMatch(/prod.*아직 점검한 적 없음.*staging/);
  await ask("prod");
  await done();
  await gumshoe.until(() => JSON.stringify(gumshoe.slack.workspace.home("U0MINA")).includes("근본 원인"), "the Home is renewed");
  await gumshoe.slack.people.openHome("U0GUEST");
  await gumshoe.until(() => gumshoe.slack.workspace.home("U0GUEST") !== undefined, "the guest's Home");
  expect(JSON.stringify(gumshoe.slack.workspace.home("U0GUEST"))).not.toContain("prod");
});
