import type { BlockAction } from "@slack/bolt";
import { expect, test } from "vitest";
import { ask, slackFor, socketAppFor, withScopes } from "./slack-and-app.ts";

const text = (words: string) => ({ type: "plain_text", text: words });
const button = (action_id: string, value = "v") => ({ type: "button", text: text("Press"), action_id, value });
const option = (value: string) => ({ text: text(value), value });

async function withButtons() {
  const slack = await slackFor();
  const pressed: BlockAction[] = [];
  await socketAppFor(slack, (app) => app.action<BlockAction>(/.*/, async ({ ack, body }) => (await ack(), void pressed.push(body))), {
    sockets: 1,
  });
  const elements = [button("one"), { type: "static_select", action_id: "two", options: [option("a"), option("b")] }];
  const blocks = [
    { type: "actions", block_id: "first", elements },
    { type: "actions", block_id: "second", elements: [button("one", "w")] },
    {
      type: "context_actions",
      elements: [
        {
          type: "feedback_buttons",
          action_id: "rate",
          positive_button: { text: text("Good"), value: "good" },
          negative_button: { text: text("Bad"), value: "bad" },
        },
      ],
    },
  ];
  const { ts } = (await ask(slack, "chat.postMessage", { channel: "C0PROD", text: "Press something", blocks })) as { ts: string };
  const press = (actionId: string, more: object = {}) => slack.people.click({ user: "U0MINA", channel: "C0PROD", ts, actionId, ...more });
  return { slack, pressed, ts, press };
}

test("only what stands in the stored message can be pressed, by a member of its channel", async () => {
  const { slack, pressed, press, ts } = await withButtons();
  await expect(press("approve")).rejects.toThrow("nothing to press is called approve");
  await expect(press("one")).rejects.toThrow("one stands in 2 blocks; name one");
  await expect(press("one", { blockId: "first", value: "forged" })).rejects.toThrow("does not have the value forged");
  await expect(press("two", { value: "c" })).rejects.toThrow("c is not offered; there is a, b");
  await expect(press("one", { blockId: "first", user: "U0OTHER" })).rejects.toThrow("sam is not a member of prod");
  await expect(press("one", { ts: "1.2" })).rejects.toThrow("mina sees no message 1.2 in prod");
  await press("one", { blockId: "second" });
  await press("two", { value: "b" });
  await press("rate", { value: "bad" });
  expect(pressed.map(({ actions }) => actions[0])).toMatchObject([
    { action_id: "one", block_id: "second", value: "w" },
    { action_id: "two", block_id: "first", selected_option: { value: "b" } },
    { action_id: "rate", value: "bad" },
  ]);
  await ask(slack, "chat.update", { channel: "C0PROD", ts, text: "Nothing to press any more", blocks: [] });
  await expect(press("two", { value: "a" })).rejects.toThrow("nothing to press");
});

test("a private message is pressed by its reader only, and carries no message", async () => {
  const { slack, pressed } = await withButtons();
  const { message_ts: ts } = (await ask(slack, "chat.postEphemeral", {
    channel: "C0PROD",
    user: "U0MINA",
    text: "psst",
    blocks: [{ type: "actions", elements: [button("mine")] }],
  })) as { message_ts: string };
  const press = (user: string) => slack.people.click({ user, channel: "C0PROD", ts, actionId: "mine" });
  await expect(press("U0ALEX")).rejects.toThrow("alex sees no message");
  await press("U0MINA");
  expect(pressed[0]?.message).toBeUndefined();
  expect(pressed[0]?.container).toMatchObject({ is_ephemeral: true, message_ts: ts });
});

test("a button of the Home tab is pressed in that view", async () => {
  const { slack, pressed } = await withButtons();
  const { view } = (await ask(slack, "views.publish", {
    user_id: "U0MINA",
    view: { type: "home", blocks: [{ type: "actions", elements: [button("home")] }] },
  })) as { view: { id: string } };
  await slack.people.click({ user: "U0MINA", viewId: view.id, actionId: "home" });
  expect(pressed[0]).toMatchObject({ container: { type: "view", view_id: view.id }, view: { id: view.id } });
  await expect(slack.people.click({ user: "U0ALEX", viewId: view.id, actionId: "home" })).rejects.toThrow("does not see the view");
});

test("an unknown command is the client's to refuse; outsiders cannot type in a channel at all", async () => {
  const slack = await slackFor();
  const type = (user: string, command: string) => slack.people.command({ user, channel: "C0PROD", command, text: "" });
  expect(await type("U0MINA", "/diagnoze")).toMatchObject({
    acked: false,
    error: "invalid_command",
    shown: "/diagnoze is not a valid command.",
  });
  await expect(type("U0OTHER", "/diagnose")).rejects.toThrow("sam is not a member of prod");
  slack.people.invite({ user: "U0MINA", channel: "C0PROD", invited: "U0OTHER" });
  expect(await type("U0OTHER", "/diagnose")).toMatchObject({ error: "dispatch_failed" });
});

test("what is typed is sent as a client sends it", async () => {
  const slack = await slackFor();
  const typed = (words: string) => slack.people.say({ user: "U0ALEX", channel: "C0PROD", text: words }).text;
  expect(typed("@Mina see #staging & <b> https://a.b/c?d=1&e=2 mail a@mina.org")).toBe(
    "<@U0MINA> see <#C0STAGING> &amp; &lt;b&gt; <https://a.b/c?d=1&amp;e=2> mail a@mina.org",
  );
  expect(typed("Is it you, @alex? No, @mina. See https://a.b/c.")).toBe("Is it you, <@U0ALEX>? No, <@U0MINA>. See <https://a.b/c>.");
  expect(typed("<!channel> @nobody #nowhere <@U0MINA>")).toBe("&lt;!channel&gt; @nobody #nowhere <@U0MINA>");
});

test("people are told of with their language, and who is a guest or from elsewhere", async () => {
  const slack = await slackFor({ manifest: withScopes("usergroups:read", "im:write", "channels:join") });
  const info = (user: string, more: object = {}) => ask(slack, "users.info", { user, ...more });
  expect(await info("U0MINA", { include_locale: true })).toMatchObject({
    user: { locale: "ko-KR", tz: "Asia/Seoul", is_restricted: false },
  });
  expect((await info("U0MINA"))["user"]).not.toHaveProperty("locale");
  expect(await info("U0GUEST")).toMatchObject({ user: { is_restricted: true, team_id: "T0LAB" } });
  expect(await info("U0OTHER")).toMatchObject({ user: { team_id: "T0OTHER" } });
  expect(await info("U0NONE")).toMatchObject({ error: "user_not_found" });
  expect(await ask(slack, "users.list", { limit: 2 })).toMatchObject({ members: [{ id: "U0MINA" }, { id: "U0ALEX" }] });
  expect(await ask(slack, "usergroups.list", { include_users: true })).toMatchObject({
    usergroups: [
      { handle: "oncall", users: ["U0MINA", "U0ALEX"] },
      { handle: "approvers", users: ["U0MINA", "U0NOA"] },
    ],
  });
  expect(await ask(slack, "usergroups.users.list", { usergroup: "S0ONCALL" })).toMatchObject({ users: ["U0MINA", "U0ALEX"] });
  slack.people.regroup({ group: "S0ONCALL", users: ["U0TAE"] });
  expect(await ask(slack, "usergroups.users.list", { usergroup: "S0ONCALL" })).toMatchObject({ users: ["U0TAE"] });
  expect(() => slack.people.regroup({ group: "S0NONE", users: [] })).toThrow("there is no user group S0NONE");
  expect(await ask(slack, "usergroups.users.list", { usergroup: "S0NONE" })).toMatchObject({ error: "no_such_subteam" });
  expect(await ask(slack, "conversations.members", { channel: "C0PROD" })).toMatchObject({
    members: expect.arrayContaining(["U0GUEST"]) as unknown,
  });
  expect(await ask(slack, "conversations.info", { channel: "C0GENERAL" })).toMatchObject({
    channel: { name: "general", is_member: false },
  });
  expect(await ask(slack, "conversations.list", {})).toMatchObject({
    channels: [{ name: "prod" }, { name: "general" }, { name: "staging" }],
  });
  expect(await ask(slack, "conversations.open", { users: "U0MINA" })).toMatchObject({
    channel: { id: expect.stringMatching(/^D/) as unknown },
  });
  expect(await ask(slack, "conversations.history", { channel: "C0GENERAL" })).toMatchObject({ error: "not_in_channel" });
  expect(await ask(slack, "conversations.join", { channel: "C0GENERAL" })).toMatchObject({ channel: { is_member: true } });
  expect(await ask(slack, "conversations.history", { channel: "C0GENERAL" })).toMatchObject({ ok: true, messages: [] });
});
