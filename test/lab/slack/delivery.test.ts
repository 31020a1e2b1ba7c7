import { SocketModeClient } from "@slack/socket-mode";
import { LogLevel } from "@slack/bolt";
import { expect, onTestFinished, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import type { LocalSlack } from "../../../lab/slack/local-slack.ts";
import { ask, call, eventually, slackFor } from "./slack-and-app.ts";

type Heard = { type: string; envelope_id: string; body: Record<string, unknown>; retry_num?: number; ack: () => Promise<void> };

/** The real socket client, which hears everything and acknowledges as `answer` says. */
async function listenerFor(slack: LocalSlack, answer: (heard: Heard, nth: number) => boolean): Promise<Heard[]> {
  const client = new SocketModeClient({
    appToken: slack.tokens.app,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  const heard: Heard[] = [];
  client.on("slack_event", (each: Heard) => {
    heard.push(each);
    if (answer(each, heard.length)) void each.ack();
  });
  await client.start();
  onTestFinished(() => client.disconnect());
  return heard;
}

const setup = async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  return { clock, slack: await slackFor({ clock }) };
};
const mention = (slack: LocalSlack) => slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "@gumshoe prod" });
const command = (slack: LocalSlack) => slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "prod" });

test("a command that is not acknowledged in 3 s is lost, and the person is told", async () => {
  const { clock, slack } = await setup();
  const heard = await listenerFor(slack, () => false);
  const pending = command(slack);
  await eventually(() => expect(heard).toHaveLength(1));
  await clock.advance(3000);
  expect(await pending).toMatchObject({
    acked: false,
    ms: 3000,
    error: "operation_timeout",
    shown: '/diagnose failed with the error "operation_timeout"',
  });
  await clock.advance(600_000);
  expect(heard).toHaveLength(1);
});

test("without a socket a command fails at once", async () => {
  const { slack } = await setup();
  expect(await command(slack)).toMatchObject({ acked: false, ms: 0, error: "dispatch_failed" });
});

test("an event that nobody acknowledges is sent again at once, after a minute and after five more, then never", async () => {
  const { clock, slack } = await setup();
  const heard = await listenerFor(slack, () => false);
  const pending = mention(slack);
  for (const [nth, waitMs] of [3000, 3000 + 60_000, 3000 + 300_000].entries()) {
    await eventually(() => expect(heard).toHaveLength(nth + 1));
    await clock.advance(waitMs - 1);
    expect(heard).toHaveLength(nth + 1);
    await clock.advance(1);
  }
  expect(await pending).toMatchObject({ acked: false, error: "operation_timeout" });
  await eventually(() => expect(heard).toHaveLength(4));
  await clock.advance(3_600_000);
  expect(heard).toHaveLength(4);
  expect(heard.map(({ retry_num }) => retry_num)).toEqual([0, 1, 2, 3]);
  expect(new Set(heard.map(({ body }) => body["event_id"])).size).toBe(1);
  expect(new Set(heard.map(({ envelope_id }) => envelope_id)).size).toBe(4);
});

test("a retry that is acknowledged is the last", async () => {
  const { clock, slack } = await setup();
  const heard = await listenerFor(slack, (_, nth) => nth === 2);
  void mention(slack);
  await eventually(() => expect(heard).toHaveLength(1));
  await clock.advance(3000);
  await eventually(() => expect(heard).toHaveLength(2));
  await clock.advance(3_600_000);
  expect(heard).toHaveLength(2);
});

const view = { type: "modal", title: { type: "plain_text", text: "Which?" }, blocks: [] };

test("a trigger_id opens one modal, within 3 s", async () => {
  const { clock, slack } = await setup();
  const heard = await listenerFor(slack, () => true);
  const open = (trigger_id: unknown) => ask(slack, "views.open", { trigger_id, view });
  await command(slack);
  await command(slack);
  const [first, second] = heard.map(({ body }) => body["trigger_id"]);
  expect(await open(first)).toMatchObject({ ok: true, view: { title: view.title } });
  expect(await open(first)).toMatchObject({ ok: false, error: "exchanged_trigger_id" });
  expect(await open("12.34.none")).toMatchObject({ error: "invalid_trigger_id" });
  await clock.advance(3001);
  expect(await open(second)).toMatchObject({ error: "expired_trigger_id" });
});

test("a response_url takes five answers within half an hour, also where the bot is no member", async () => {
  const { clock, slack } = await setup();
  const heard = await listenerFor(slack, () => true);
  await slack.people.command({ user: "U0MINA", channel: "C0GENERAL", command: "/diagnose", text: "prod" });
  await command(slack);
  const respond = (nth: number, body: object) =>
    fetch(String(heard[nth]?.body["response_url"]), { method: "POST", body: JSON.stringify(body) });
  expect((await respond(0, { text: "Only for you" })).status).toBe(200);
  expect((await respond(0, { text: "For all", response_type: "in_channel" })).status).toBe(200);
  expect((await respond(0, {})).status).toBe(400);
  expect((await respond(0, { text: "", blocks: [{ type: "nonsense" }] })).status).toBe(400);
  expect((await respond(0, { text: "The fifth" })).status).toBe(200);
  expect((await respond(0, { text: "One more" })).status).toBe(404);
  expect(slack.workspace.messages.map(({ text, ephemeralFor, channel }) => [text, ephemeralFor, channel])).toEqual([
    ["Only for you", "U0MINA", "C0GENERAL"],
    ["For all", undefined, "C0GENERAL"],
    ["The fifth", "U0MINA", "C0GENERAL"],
  ]);
  await clock.advance(30 * 60_000 + 1);
  expect((await respond(1, { text: "Too late" })).status).toBe(404);
});

test("an event that the manifest does not subscribe to is not sent", async () => {
  const { slack } = await setup();
  const heard = await listenerFor(slack, () => true);
  slack.people.invite({ user: "U0MINA", channel: "C0GENERAL", invited: "U0GUMSHOE" });
  expect(slack.workspace.channels.find(({ id }) => id === "C0GENERAL")?.members).toContain("U0GUMSHOE");
  await command(slack);
  expect(heard.map(({ type }) => type)).toEqual(["slash_commands"]);
});

test("the eleventh socket is turned away, and a ticket opens one socket", async () => {
  const { slack } = await setup();
  const urlOf = async () =>
    String((await call(slack, "apps.connections.open", "", { authorization: `Bearer ${slack.tokens.app}` })).body["url"]);
  const sayings: unknown[] = [];
  const open = async (url: string) => {
    const ws = new WebSocket(url);
    onTestFinished(() => ws.close());
    return new Promise<{ type?: string; reason?: string; num_connections?: number }>((resolve) => {
      ws.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)) as object));
      ws.addEventListener("error", () => resolve({ type: "refused" }));
    });
  };
  for (let nth = 0; nth < 11; nth++) sayings.push(await open(await urlOf()));
  expect(sayings[0]).toMatchObject({ type: "hello", num_connections: 1, connection_info: { app_id: "A0GUMSHOE" } });
  expect(sayings[9]).toMatchObject({ type: "hello", num_connections: 10 });
  expect(sayings[10]).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  const used = await urlOf();
  slack.faults.terminate();
  await eventually(() => expect(slack.sockets()).toBe(0));
  expect(await open(used)).toMatchObject({ type: "hello" });
  expect(await open(used)).toEqual({ type: "refused" });
});
