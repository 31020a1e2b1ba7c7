import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BlockAction, MessageShortcut, SlashCommand } from "@slack/bolt";
import { expect, onTestFinished, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import type { LocalSlack } from "../../../lab/slack/local-slack.ts";
import { ask, eventually, httpAppFor, slackFor } from "./slack-and-app.ts";

const command = (slack: LocalSlack) => slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "prod" });

test("signed requests carry commands, presses, shortcuts and events to the real receiver", async () => {
  const slack = await slackFor({ mode: "http" });
  const heard: Partial<{ command: SlashCommand; action: BlockAction; shortcut: MessageShortcut; mention: string }> = {};
  await httpAppFor(slack, (app) => {
    app.command("/diagnose", async ({ ack, command: body }) => (await ack("Looking"), void (heard.command = body)));
    app.action<BlockAction>("go", async ({ ack, body }) => (await ack(), void (heard.action = body)));
    app.shortcut<MessageShortcut>("diagnose_this", async ({ ack, shortcut }) => (await ack(), void (heard.shortcut = shortcut)));
    app.event("app_mention", async ({ event }) => void (heard.mention = event.text));
  });
  const button = { type: "button", text: { type: "plain_text", text: "Go" }, action_id: "go", value: "v" };
  const { ts } = (await ask(slack, "chat.postMessage", {
    channel: "C0PROD",
    text: "Go on?",
    blocks: [{ type: "actions", elements: [button] }],
  })) as { ts: string };

  expect(await command(slack)).toMatchObject({ acked: true });
  expect(slack.workspace.messages.at(-1)).toMatchObject({ text: "Looking", ephemeralFor: "U0MINA" });
  expect(await slack.people.click({ user: "U0MINA", channel: "C0PROD", ts, actionId: "go" })).toMatchObject({ acked: true });
  expect(await slack.people.shortcut({ user: "U0MINA", channel: "C0PROD", ts, callbackId: "diagnose_this" })).toMatchObject({
    acked: true,
  });
  expect(await slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "@gumshoe prod" })).toMatchObject({ acked: true });
  await eventually(() => expect(heard.mention).toBe("<@U0GUMSHOE> prod"));
  expect(heard.command).toMatchObject({ command: "/diagnose", text: "prod", is_enterprise_install: "false" });
  expect(heard.action).toMatchObject({ actions: [{ action_id: "go", value: "v" }] });
  expect(heard.shortcut).toMatchObject({ message_ts: ts });
});

test.each(["wrong-signature", "old-signature"] as const)("a receiver refuses a %s, and the person sees that it failed", async (kind) => {
  const slack = await slackFor({ mode: "http" });
  let heard = 0;
  await httpAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => (await ack(), void (heard += 1))));
  slack.faults.add({ kind, times: 1 });
  expect(await command(slack)).toMatchObject({
    acked: false,
    error: "dispatch_failed",
    shown: '/diagnose failed with the error "dispatch_failed"',
  });
  expect(heard).toBe(0);
  expect(await command(slack)).toMatchObject({ acked: true });
});

test("without a request URL, and with one where nobody listens, a command fails at once", async () => {
  const slack = await slackFor({ mode: "http" });
  expect(await command(slack)).toMatchObject({ error: "dispatch_failed" });
  const deaf = await slackFor({ mode: "http", requestUrl: "http://127.0.0.1:1/slack/events" });
  expect(await command(deaf)).toMatchObject({ error: "dispatch_failed" });
});

test("a request URL is taken only where the challenge is answered", async () => {
  const slack = await slackFor({ mode: "http" });
  expect(await slack.setRequestUrl("http://127.0.0.1:1/slack/events")).toBe(false);
  expect(await slack.setRequestUrl(await appThat((_, response) => response.end("hello")))).toBe(false);
  await httpAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => ack()));
  expect(await command(slack)).toMatchObject({ acked: true });
});

async function appThat(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
}

test("a retried event says so in its headers", async () => {
  const clock = virtualClock(new Date());
  const headers: IncomingMessage["headers"][] = [];
  const requestUrl = await appThat((request, response) => {
    headers.push(request.headers);
    response.writeHead(headers.length === 1 ? 500 : 200).end();
  });
  const slack = await slackFor({ mode: "http", clock, requestUrl });
  expect(await slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "@gumshoe prod" })).toMatchObject({
    error: "dispatch_failed",
  });
  await eventually(async () => {
    await clock.advance(1);
    expect(headers).toHaveLength(2);
  });
  expect(headers[0]).not.toHaveProperty("x-slack-retry-num");
  expect(headers[1]).toMatchObject({ "x-slack-retry-num": "1", "x-slack-retry-reason": "http_error" });
});

test("an app that does not answer in 3 s is hung up on", async () => {
  const clock = virtualClock(new Date());
  let hungUp = false;
  let asked = 0;
  const requestUrl = await appThat((request, response) => {
    asked += 1;
    response.on("close", () => (hungUp = true));
    request.resume();
  });
  const slack = await slackFor({ mode: "http", clock, requestUrl });
  const pending = command(slack);
  await eventually(() => expect(asked).toBe(1));
  await clock.advance(3000);
  expect(await pending).toMatchObject({ acked: false, ms: 3000, error: "operation_timeout" });
  await eventually(() => expect(hungUp).toBe(true));
});
