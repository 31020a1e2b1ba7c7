import type { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import type { Person } from "../../../src/slack/ask/may-ask.ts";
import { maySee } from "../../../src/slack/ask/may-see.ts";
import { peopleOver } from "../../../src/slack/ask/people.ts";
import { approversOver } from "../../../src/slack/plans/approvers.ts";

const person: Person = { userId: "U1", name: "Robin", teamIds: ["T1"], guest: false, stranger: false, bot: false, locale: "en-US" };

const approversWith = (who: Person | undefined, groups: Record<string, readonly string[]>) =>
  approversOver({ person: async () => who, membersNow: async (id) => (groups[id] ? new Set(groups[id]) : undefined) }, "T1");

test("approvers are the people and the members of groups that a policy names", async () => {
  const approversOf = approversWith(person, { S1: ["U1", "U2"], S2: [] });
  expect([...(await approversOf({ approvers: ["U9", "W8", "S1", "S2"] }, "U1"))!]).toEqual(["U9", "W8", "U1", "U2"]);
});

test("where one group cannot be read, nobody is known to be an approver, also who is named", async () => {
  expect(await approversWith(person, { S1: ["U1"] })({ approvers: ["U1", "S1", "S2"] }, "U1")).toBeUndefined();
});

test.each([
  ["was made a guest", { ...person, guest: true }],
  ["left", { ...person, stranger: true }],
  ["is a bot", { ...person, bot: true }],
  ["is of another workspace", { ...person, teamIds: ["T2"] }],
  ["is not known to Slack", undefined],
])("whoever %s does not count, also where a group still holds them", async (_, who) => {
  expect((await approversWith(who, { S1: ["U1", "U2"] })({ approvers: ["U1", "S1"] }, "U1"))?.has("U1")).toBe(false);
});

test("who is in a group is asked anew after seconds, also where this machine's clock went an hour back", async () => {
  const state = { now: Date.UTC(2026, 10, 26, 3), users: ["U1", "U2"], asked: 0 };
  const list = async () => ({ ok: true, users: (state.asked++, state.users) });
  const client = { usergroups: { users: { list } } } as unknown as WebClient;
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };
  const people = peopleOver(client, { log, now: () => new Date(state.now) });
  expect((await people.membersNow("S1"))?.has("U2")).toBe(true);
  state.users = ["U1"];
  state.now += 2_000;
  expect((await people.membersNow("S1"))?.has("U2")).toBe(true);
  state.now -= 60 * 60_000;
  expect((await people.membersNow("S1"))?.has("U2")).toBe(false);
  expect(state.asked).toBe(2);
});

const seeing = {
  homeTeamId: "T1",
  channelId: async () => "C0PROD",
  people: {
    membersOf: async (id: string) => (id === "S1" ? new Set(["U1"]) : undefined),
    inChannel: async (id: string) => (id === "C0PROD" ? new Set(["U2"]) : undefined),
  } as never,
};

test.each([
  ["a member", person, { members: ["U1"] }, true],
  ["a member by a group", person, { members: ["S1"] }, true],
  ["an approver", person, { actions: { approvers: ["U1"], allow: {} } }, true],
  ["an approver of one action", person, { actions: { approvers: ["U7"], allow: { "snapshot-database": { approvers: ["U1"] } } } }, true],
  ["someone in its channel", { ...person, userId: "U2" }, { channel: "#prod" }, true],
  ["someone of neither", person, { channel: "#prod", members: ["U3"] }, false],
  ["someone of a group that cannot be read", person, { members: ["S9"] }, false],
  ["a guest in its channel", { ...person, userId: "U2", guest: true }, { channel: "#prod" }, false],
])("what is planned in an environment is seen by %s: %#", async (_, who, environment, sees) => {
  expect(await maySee(seeing, who, { members: [], ...environment } as never)).toBe(sees);
});
