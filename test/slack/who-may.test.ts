import { afterEach, describe, expect, test } from "vitest";
import { mayAsk, type Asking, type Person } from "../../src/slack/ask/may-ask.ts";
import { keyOf, ONE, startGumshoe, TWO, type MadeGumshoe } from "./made-gumshoe.ts";

const person: Person = { userId: "U1", name: "Robin", teamIds: ["T1"], guest: false, stranger: false, bot: false, locale: "en-US" };
const asking: Asking = { person, homeTeamId: "T1", channel: { id: "C1", name: "prod", direct: false }, groups: new Map() };
const elsewhere = { id: "C2", name: "general", direct: false };

describe("who may ask, by what is known", () => {
  const cases: [string, Partial<Asking>, { channel?: string; members?: string[] }, string | undefined][] = [
    ["in the environment's own channel, by its name", {}, { channel: "#prod" }, undefined],
    [
      "by its name without the #, however it is written",
      { channel: { id: "C1", name: "Prod", direct: false } },
      { channel: "prod" },
      undefined,
    ],
    [
      "in another channel than the one with the id",
      { channel: { id: "C0OTHER", name: "prod", direct: false } },
      { channel: "C0PROD" },
      "not-member",
    ],
    ["by its id, whatever it is called", { channel: { id: "C0PROD", name: undefined, direct: false } }, { channel: "C0PROD" }, undefined],
    ["a member from any channel", { channel: elsewhere }, { channel: "#prod", members: ["U1"] }, undefined],
    [
      "someone of a group that is named",
      { channel: elsewhere, groups: new Map([["S1", new Set(["U1"])]]) },
      { members: ["S1"] },
      undefined,
    ],
    ["someone of no group", { channel: elsewhere, groups: new Map([["S1", new Set(["U2"])]]) }, { members: ["S1"] }, "not-member"],
    [
      "when a group cannot be read",
      { channel: elsewhere, groups: new Map([["S1", undefined]]) },
      { members: ["S1"] },
      "membership-unknown",
    ],
    [
      "when the channel's name cannot be read",
      { channel: { id: "C1", name: undefined, direct: false } },
      { channel: "#prod" },
      "membership-unknown",
    ],
    ["from another channel", { channel: elsewhere }, { channel: "#prod" }, "not-member"],
    ["in a direct message, also as a member", { channel: { id: "D1", name: undefined, direct: true } }, { members: ["U1"] }, "direct"],
    ["where neither channel nor members are named", {}, {}, "nobody"],
    ["a guest in the channel", { person: { ...person, guest: true } }, { channel: "#prod" }, "guest"],
    ["a guest who is named as a member", { person: { ...person, guest: true } }, { members: ["U1"] }, "guest"],
    ["someone of another workspace", { person: { ...person, teamIds: ["T2"] } }, { channel: "#prod", members: ["U1"] }, "stranger"],
    ["a stranger by Slack's word", { person: { ...person, stranger: true } }, { channel: "#prod" }, "stranger"],
    ["a bot", { person: { ...person, bot: true } }, { channel: "#prod" }, "stranger"],
    ["someone of whom Slack says nothing", { person: undefined }, { channel: "#prod", members: ["U1"] }, "asker-unknown"],
  ];
  test.each(cases)("%s", (_, given, { channel, members = [] }, guard) => {
    expect(mayAsk({ ...asking, ...given }, { channel, members })?.guard).toBe(guard);
  });
});

describe("in Slack", () => {
  let gumshoe: MadeGumshoe;
  afterEach(async () => gumshoe.stop());
  const ask = (user: string, channel: string, text: string) => gumshoe.slack.people.command({ user, channel, command: "/diagnose", text });
  const told = async (user: string, nth = 1) => {
    await gumshoe.until(() => gumshoe.private(user).length >= nth, `answer ${nth} to ${user}`);
    return gumshoe.private(user).at(-1)!.text;
  };
  const posts = () => gumshoe.slack.workspace.messages.filter((each) => keyOf(each) !== "");

  test("a guest, and someone of another workspace, are refused politely and privately, whatever they write", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.people.invite({ user: "U0ALEX", channel: "C0PROD", invited: "U0OTHER" });
    let nth = 0;
    for (const text of ["prod", "status", "help", "nonsense"]) {
      nth++;
      await Promise.all([ask("U0GUEST", "C0PROD", text), ask("U0OTHER", "C0PROD", text)]);
      expect(await told("U0GUEST", nth)).toContain("Guests cannot ask");
      expect(await told("U0OTHER", nth)).toContain("Only members of this workspace");
    }
    for (const message of gumshoe.slack.workspace.messages) expect(message.text).not.toContain("prod");
    expect(posts()).toEqual([]);
  });

  test("another channel is refused with the way to the right one; a member may from wherever the bot is", async () => {
    gumshoe = await startGumshoe({ yaml: TWO });
    await ask("U0ALEX", "C0STAGING", "prod");
    expect(await told("U0ALEX")).toContain("only in #prod");
    await ask("U0ALEX", "C0PROD", "staging");
    await gumshoe.until(
      () => posts().some(({ channel, text }) => channel === "C0PROD" && text.includes("staging")),
      "a thread about staging in #prod",
    );
  });

  test("someone of a user group may; where Slack does not tell the group, nobody may by it", async () => {
    gumshoe = await startGumshoe({ yaml: TWO });
    gumshoe.slack.faults.add({ kind: "refused", method: "usergroups.users.list", error: "missing_scope", times: 1 });
    await ask("U0MINA", "C0PROD", "staging");
    expect(await told("U0MINA")).toContain("확인하지 못해");
    expect(posts()).toEqual([]);
    await ask("U0MINA", "C0PROD", "staging");
    await gumshoe.until(() => posts().length > 0, "a thread");
  });

  test("where Slack does not tell who asks, nothing is started, and the next try is asked anew", async () => {
    gumshoe = await startGumshoe();
    gumshoe.slack.faults.add({ kind: "http-before", method: "users.info", status: 503, times: 3 });
    await ask("U0ALEX", "C0PROD", "prod");
    expect(await told("U0ALEX")).toContain("did not tell who you are");
    expect(posts()).toEqual([]);
    await ask("U0ALEX", "C0PROD", "prod");
    await gumshoe.until(() => posts().length > 0, "a thread");
  });

  test("in a channel without the bot the answer says what helps", async () => {
    gumshoe = await startGumshoe({ yaml: `${ONE.replace('"#prod"', '"#general"')}` });
    await ask("U0ALEX", "C0GENERAL", "prod");
    expect(await told("U0ALEX")).toContain("/invite @Gumshoe");
    expect(posts()).toEqual([]);
    expect((await gumshoe.app.health()).diagnoses).toBe(0);
    gumshoe.slack.people.invite({ user: "U0ALEX", channel: "C0GENERAL", invited: "U0GUMSHOE" });
    await ask("U0ALEX", "C0GENERAL", "prod");
    await gumshoe.until(() => posts().length > 0, "a thread after the invitation");
  });

  test("what was misspelt is answered with the nearest name, and started is nothing", async () => {
    gumshoe = await startGumshoe({ yaml: TWO });
    const answers: [string, RegExp][] = [
      ["prdo", /no environment "prdo".*Did you mean prod\?.*prod, staging/],
      ["prod web-erorrs", /no runbook "web-erorrs".*Did you mean web-errors\?/],
      ["prod web-errors now please", /more than an environment and a runbook/],
      ["<!channel> *x*", /no environment/],
      ["", /What Gumshoe can do/],
      ["status", /No diagnosis is open/],
    ];
    for (const [nth, [text, says]] of answers.entries()) {
      await ask("U0ALEX", "C0PROD", text);
      expect(await told("U0ALEX", nth + 1)).toMatch(says);
    }
    expect(posts()).toEqual([]);
  });
});
