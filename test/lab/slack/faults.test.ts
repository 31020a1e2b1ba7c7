import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError, type WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import type { LocalSlack } from "../../../lab/slack/local-slack.ts";
import { READY_AFTER_MS } from "../../../lab/slack/web-api/methods/files.ts";
import { ask, changeOf, clientFor, eventually, slackFor, socketAppFor, withScopes } from "./slack-and-app.ts";

const post = (client: WebClient, channel = "C0PROD") => client.chat.postMessage({ channel, text: "Looking into prod" });
const command = (slack: LocalSlack) => slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "prod" });

test("429 on one channel leaves others and other methods alone, and ends after its times", async () => {
  const slack = await slackFor();
  const client = clientFor(slack);
  slack.faults.add({ kind: "rate-limited", channel: "C0PROD", retryAfterS: 3, times: 1 });
  const error = await post(client).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect((error as WebAPIRateLimitedError).retryAfter).toBe(3);
  slack.faults.add({ kind: "rate-limited", method: "chat.postMessage", channel: "C0PROD" });
  await expect(post(client, "C0STAGING")).resolves.toMatchObject({ ok: true });
  await expect(client.users.info({ user: "U0MINA" })).resolves.toMatchObject({ ok: true });
});

test.each([
  ["http-before", "no", WebAPIHTTPError],
  ["http-after", "a", WebAPIHTTPError],
  ["reset-before", "no", WebAPIRequestError],
  ["reset-after", "a", WebAPIRequestError],
] as const)("%s: the client sees a failure, and %s message stands", async (kind, stands, expected) => {
  const slack = await slackFor();
  slack.faults.add({ kind, method: "chat.postMessage", times: 1 });
  await expect(post(clientFor(slack))).rejects.toBeInstanceOf(expected);
  expect(slack.workspace.messages).toHaveLength(stands === "a" ? 1 : 0);
  await expect(post(clientFor(slack))).resolves.toMatchObject({ ok: true });
  expect(slack.calls.map(({ method, status }) => [method, status])).toEqual([
    ["chat.postMessage", kind.startsWith("http") ? 500 : 0],
    ["chat.postMessage", 200],
  ]);
});

test.each([
  ["hang-before", 0],
  ["hang-after", 1],
] as const)("%s never answers", async (kind, posted) => {
  const slack = await slackFor();
  slack.faults.add({ kind, method: "chat.postMessage" });
  const given = new AbortController();
  const request = fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.tokens.bot}` },
    body: new URLSearchParams({ channel: "C0PROD", text: "Looking" }),
    signal: given.signal,
  });
  await eventually(() => expect([slack.calls[0]?.token, slack.workspace.messages.length]).toEqual(["bot", posted]));
  given.abort(new Error("gave up"));
  await expect(request).rejects.toThrow("gave up");
  expect(slack.calls[0]?.status).toBe(0);
});

test("a slow method answers after its delay, a refused one with any of Slack's errors", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock });
  const remove = slack.faults.add({ kind: "slow", method: "auth.test", delayMs: 2500 });
  let answered = false;
  const pending = ask(slack, "auth.test", {}).then((answer) => ((answered = true), answer));
  await eventually(() => expect(slack.calls).toHaveLength(1));
  expect(answered).toBe(false);
  await eventually(async () => {
    await clock.advance(2500);
    expect(answered).toBe(true);
  });
  expect(await pending).toMatchObject({ ok: true });
  remove();
  slack.faults.add({ kind: "refused", error: "fatal_error", times: 1 });
  expect(await ask(slack, "auth.test", {})).toEqual({ ok: false, error: "fatal_error" });
  expect(await ask(slack, "auth.test", {})).toMatchObject({ ok: true });
});

test("a revoked token is refused until it is made good", async () => {
  const slack = await slackFor();
  const restore = slack.faults.revoke("bot");
  expect(await ask(slack, "auth.test", {})).toEqual({ ok: false, error: "token_revoked" });
  restore();
  expect(await ask(slack, "auth.test", {})).toMatchObject({ ok: true });
  slack.faults.revoke("bot", "account_inactive");
  expect(await ask(slack, "auth.test", {})).toEqual({ ok: false, error: "account_inactive" });
});

test.each([
  [{ envelope: "same" }, 1, [0, 0]],
  [{ envelope: "new" }, 2, [0, 0]],
  [{ envelope: "new", retryAttempt: 1 }, 2, [0, 1]],
] as const)("a duplicate delivery %o comes twice", async (how, envelopes, attempts) => {
  const slack = await slackFor();
  const heard: { id: unknown; event: string; attempt: unknown }[] = [];
  await socketAppFor(slack, (app) =>
    app.event(
      "app_mention",
      async ({ body, context }) => void heard.push({ id: context["envelopeId"], event: body.event_id, attempt: context.retryNum }),
    ),
  );
  slack.faults.add({ kind: "duplicate", times: 1, ...how });
  await slack.people.mention({ user: "U0MINA", channel: "C0PROD", text: "@gumshoe prod" });
  await eventually(() => expect(heard).toHaveLength(2));
  expect(new Set(heard.map(({ id }) => id)).size).toBe(envelopes);
  expect(new Set(heard.map(({ event }) => event)).size).toBe(1);
  expect(heard.map(({ attempt }) => Number(attempt)).toSorted((a, b) => a - b)).toEqual(attempts);
});

test("a late delivery reaches the app when its trigger_id is dead; a lost one never; a lost ack looks like none", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock });
  const heard: string[] = [];
  await socketAppFor(slack, (app) =>
    app.command("/diagnose", async ({ ack, command: body }) => (await ack(), void heard.push(body.trigger_id))),
  );
  slack.faults.add({ kind: "late", delayMs: 4000, times: 1 });
  const late = command(slack);
  await clock.advance(3000);
  expect(await late).toMatchObject({ error: "operation_timeout" });
  expect(heard).toHaveLength(0);
  await clock.advance(1001);
  await eventually(() => expect(heard).toHaveLength(1));
  const view = { type: "modal", title: { type: "plain_text", text: "Which?" }, blocks: [] };
  expect(await ask(slack, "views.open", { trigger_id: heard[0], view })).toMatchObject({ error: "expired_trigger_id" });

  for (const [kind, times] of [
    ["lost", 1],
    ["lost-ack", 2],
  ] as const) {
    slack.faults.add({ kind, type: "slash_commands", times: 1 });
    const pending = command(slack);
    await clock.advance(3000);
    expect(await pending, kind).toMatchObject({ error: "operation_timeout" });
    await eventually(() => expect(heard).toHaveLength(times));
  }
});

test.each(["warning", "refresh_requested", "link_disabled"] as const)(
  "a socket that is told %s is given nothing more; the other serves",
  async (reason) => {
    const slack = await slackFor();
    let heard = 0;
    await socketAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => (await ack(), void (heard += 1))));
    slack.faults.disconnect(reason);
    expect(slack.sockets()).toBe(1);
    await Promise.all(Array.from({ length: 10 }, () => command(slack)));
    expect(heard).toBe(10);
  },
);

test("after a TCP cut, and after a socket falls silent, the client comes back", async () => {
  const slack = await slackFor();
  await socketAppFor(slack, (app) => app.command("/diagnose", async ({ ack }) => ack()), { sockets: 1, clientPingTimeout: 300 });
  const returned = async () => {
    await eventually(async () => expect(await command(slack)).toMatchObject({ acked: true }));
  };
  slack.faults.terminate();
  await eventually(() => expect(slack.sockets()).toBe(0));
  expect(await command(slack)).toMatchObject({ error: "dispatch_failed" });
  await returned();
  slack.faults.silence();
  await eventually(() => expect(slack.sockets()).toBe(0));
  await returned();
});

test("a slow hello keeps the app waiting to start", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock });
  slack.faults.add({ kind: "slow-hello", delayMs: 5000, times: 1 });
  let started = false;
  const starting = socketAppFor(slack, () => {}, { sockets: 1 }).then(() => (started = true));
  await eventually(() => expect(slack.calls.map(({ method }) => method)).toContain("apps.connections.open"));
  expect(slack.sockets()).toBe(0);
  expect(started).toBe(false);
  await eventually(async () => {
    await clock.advance(5000);
    expect(slack.sockets()).toBe(1);
  });
  await starting;
});

test("an upload that never shares is accepted all the same", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock, manifest: withScopes("files:write", "files:read") });
  slack.faults.add({ kind: "upload-never-shares", times: 1 });
  const upload = () => clientFor(slack).files.uploadV2({ channel_id: "C0PROD", file: Buffer.from("PNG"), filename: "queue.png" });
  await expect(upload()).resolves.toMatchObject({ ok: true });
  await clock.advance(600_000);
  expect(slack.workspace.files[0]).toMatchObject({ ready: false, shares: [] });
  const shared = changeOf(slack, (change) => (change.kind === "message" ? change.message : undefined));
  await upload();
  await clock.advance(READY_AFTER_MS);
  expect(await shared).toMatchObject({ files: [slack.workspace.files[1]?.id] });
});
