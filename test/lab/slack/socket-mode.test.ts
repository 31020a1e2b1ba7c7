import type { App, BlockAction, ButtonAction, MessageShortcut, SlashCommand } from "@slack/bolt";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { READY_AFTER_MS } from "../../../lab/slack/web-api/methods/files.ts";
import { changeOf, eventually, slackFor, socketAppFor, withScopes } from "./slack-and-app.ts";

const button = { type: "button", text: { type: "plain_text", text: "Again" }, action_id: "run:again", value: "r1" } as const;
const actions = [
  { type: "section", text: { type: "mrkdwn", text: "It is done" } },
  { type: "actions", block_id: "acts", elements: [button] },
] as const;

test("an app of two receivers connects, and a command reaches it once, with what its handlers need", async () => {
  const slack = await slackFor();
  const heard: SlashCommand[] = [];
  await socketAppFor(slack, (app) => app.command("/diagnose", async ({ ack, command }) => (await ack(), void heard.push(command))));

  const delivery = await slack.people.command({
    user: "U0MINA",
    channel: "C0PROD",
    command: "/diagnose",
    text: "prod for @alex in #prod <now>",
  });

  expect(delivery).toMatchObject({ acked: true, payload: {} });
  expect(slack.sockets()).toBe(2);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    command: "/diagnose",
    text: "prod for <@U0ALEX|alex> in <#C0PROD|prod> &lt;now&gt;",
    user_id: "U0MINA",
    channel_id: "C0PROD",
    team_id: "T0LAB",
  });
  expect(heard[0]?.response_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/response\//);
});

test("an app posts, updates, answers in the thread and privately, and a press on its button comes back exactly as it was posted", async () => {
  const slack = await slackFor();
  const pressed: { body: BlockAction<ButtonAction>; action: ButtonAction }[] = [];
  await socketAppFor(slack, (app) => {
    app.command("/diagnose", async ({ ack, client, command }) => {
      await ack();
      const post = await client.chat.postMessage({ channel: command.channel_id, text: "Looking into prod" });
      await client.chat.update({ channel: command.channel_id, ts: post.ts!, text: "prod is choking on its disk", blocks: [...actions] });
      await client.chat.postMessage({ channel: command.channel_id, thread_ts: post.ts!, text: "Here is how" });
      await client.chat.postEphemeral({ channel: command.channel_id, user: command.user_id, text: "Only you see this" });
    });
    app.action<BlockAction<ButtonAction>>("run:again", async ({ ack, body, action, respond }) => {
      await ack();
      pressed.push({ body, action });
      await respond({ text: "Running again", replace_original: true });
    });
  });

  const told = changeOf(slack, (change) => (change.kind === "ephemeral" ? change.message : undefined));
  await slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "prod" });
  expect(await told).toMatchObject({ ephemeralFor: "U0MINA", text: "Only you see this" });
  const [first, reply] = slack.workspace.messages;
  expect(first).toMatchObject({ text: "prod is choking on its disk", user: "U0GUMSHOE", edited: {} });
  expect(reply).toMatchObject({ threadTs: first?.ts, text: "Here is how" });

  const replaced = changeOf(slack, (change) => (change.kind === "update" ? change.message.text : undefined));
  const delivery = await slack.people.click({ user: "U0ALEX", channel: "C0PROD", ts: first!.ts, actionId: "run:again" });
  expect(delivery.acked).toBe(true);
  expect(await replaced).toBe("Running again");
  expect(pressed[0]?.action).toMatchObject({ action_id: "run:again", block_id: "acts", value: "r1", text: button.text });
  expect(pressed[0]?.body).toMatchObject({
    user: { id: "U0ALEX", team_id: "T0LAB" },
    message: { ts: first?.ts },
    container: { channel_id: "C0PROD" },
  });
});

const modal = {
  type: "modal",
  callback_id: "which",
  title: { type: "plain_text", text: "Diagnose this" },
  submit: { type: "plain_text", text: "Start" },
  blocks: [
    {
      type: "input",
      block_id: "where",
      label: { type: "plain_text", text: "Environment" },
      element: { type: "plain_text_input", action_id: "name" },
    },
  ],
} as const;

test("a message shortcut opens a modal; its errors keep it open, what is right closes it", async () => {
  const slack = await slackFor();
  const seen: MessageShortcut[] = [];
  await socketAppFor(slack, (app) => {
    app.shortcut<MessageShortcut>("diagnose_this", async ({ ack, shortcut, client }) => {
      await ack();
      seen.push(shortcut);
      await client.views.open({ trigger_id: shortcut.trigger_id, view: { ...modal, blocks: [...modal.blocks] } });
    });
    app.view("which", async ({ ack, view }) => {
      const name = view.state.values["where"]?.["name"]?.value;
      await (name === "prod" ? ack() : ack({ response_action: "errors", errors: { where: "There is no such environment" } }));
    });
  });
  const { ts } = slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "Is it just me, or is everything slow?" });

  const opened = changeOf(slack, (change) => (change.kind === "view" ? change.view : undefined));
  await slack.people.shortcut({ user: "U0ALEX", channel: "C0PROD", ts, callbackId: "diagnose_this" });
  const view = await opened;
  expect(seen[0]).toMatchObject({ message: { text: "Is it just me, or is everything slow?", user: "U0MINA" }, user: { id: "U0ALEX" } });

  const fill = (name: string) => slack.people.submitView({ user: "U0ALEX", viewId: view.id, values: { where: { name } } });
  expect(await fill("")).toMatchObject({ acked: false, payload: { errors: { where: "Please complete this required field." } } });
  expect(await fill("prd")).toMatchObject({ acked: true, payload: { response_action: "errors" }, shown: "There is no such environment" });
  expect(slack.workspace.view("U0ALEX")?.id).toBe(view.id);
  expect(await fill("prod")).toMatchObject({ acked: true });
  expect(slack.workspace.view("U0ALEX")).toBeUndefined();
});

test("a mention reaches the app, and opening the Home tab lets it publish one", async () => {
  const slack = await slackFor();
  const texts: string[] = [];
  await socketAppFor(slack, (app) => {
    app.event("app_mention", async ({ event }) => void texts.push(event.text));
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: "home", blocks: [{ type: "header", text: { type: "plain_text", text: "Environments" } }] },
      });
    });
  });

  expect(await slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "@Gumshoe why 502?" })).toMatchObject({ acked: true });
  expect(await slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "nobody named" })).toMatchObject({
    error: "not_subscribed",
  });
  expect(await slack.people.mention({ user: "U0MINA", channel: "C0GENERAL", text: "@gumshoe not invited here" })).toMatchObject({
    acked: false,
  });
  await eventually(() => expect(texts).toEqual(["<@U0GUMSHOE> why 502?"]));

  const home = changeOf(slack, (change) => (change.kind === "home" ? change : undefined));
  expect(await slack.people.openHome("U0MINA")).toMatchObject({ acked: true });
  expect(await home).toMatchObject({ user: "U0MINA", view: { type: "home" } });
  expect(slack.workspace.home("U0ALEX")).toBeUndefined();
});

test("a file is uploaded into a thread", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ manifest: withScopes("files:write", "files:read"), clock });
  let upload: (app: App) => Promise<unknown> = async () => undefined;
  const app = await socketAppFor(slack, () => {
    upload = async ({ client }) => {
      const { ts } = await client.chat.postMessage({ channel: "C0PROD", text: "A chart follows" });
      return client.files.uploadV2({
        channel_id: "C0PROD",
        thread_ts: ts!,
        file: Buffer.from("PNG"),
        filename: "queue.png",
        alt_text: "The disk queue",
        title: "Queue",
      });
    };
  });
  const shared = changeOf(slack, (change) => (change.kind === "message" && change.message.files ? change.message : undefined));
  expect(await upload(app)).toMatchObject({ ok: true, files: [{ files: [{ title: "Queue", mimetype: "" }] }] });
  await clock.advance(READY_AFTER_MS);
  const message = await shared;
  expect(message.threadTs).toBe(slack.workspace.messages[0]?.ts);
  expect(slack.workspace.files[0]).toMatchObject({
    altText: "The disk queue",
    ready: true,
    mimetype: "image/png",
    shares: [{ ts: message.ts }],
  });
  expect(slack.workspace.files[0]?.bytes?.toString()).toBe("PNG");
});

test("what an acknowledgement of a command carries is shown to that person", async () => {
  const slack = await slackFor();
  await socketAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => ack("Which environment?")), { sockets: 1 });
  await slack.people.command({ user: "U0MINA", channel: "C0GENERAL", command: "/diagnose", text: "" });
  expect(slack.workspace.messages).toMatchObject([{ channel: "C0GENERAL", text: "Which environment?", ephemeralFor: "U0MINA" }]);
});

test("each payload goes to exactly one of the sockets, in turn", async () => {
  const slack = await slackFor();
  let heard = 0;
  await socketAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => (await ack(), void (heard += 1))), { sockets: 3 });
  await Promise.all(
    Array.from({ length: 30 }, () => slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "help" })),
  );
  expect(heard).toBe(30);
});
