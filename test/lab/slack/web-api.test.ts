import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { METHODS, type Method } from "../../../src/slack/contract/scopes.ts";
import { ask, call, clientFor, MANIFEST, slackFor, socketAppFor, withoutScope, withScopes } from "./slack-and-app.ts";

const form = "application/x-www-form-urlencoded";

test("a call is a form or JSON, its token a header or a field, and only what is JSON by its name is parsed", async () => {
  const slack = await slackFor();
  const token = slack.tokens.bot;
  const blocks = [{ type: "divider" }];
  const asForm = new URLSearchParams({ token, channel: "C0PROD", text: "[1]", blocks: JSON.stringify(blocks) });
  expect((await call(slack, "chat.postMessage", asForm)).body).toMatchObject({ ok: true, message: { text: "[1]", blocks } });
  const asJson = JSON.stringify({ channel: "C0PROD", text: "hello", blocks: JSON.stringify(blocks) });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  expect((await call(slack, "chat.postMessage", asJson, headers)).body).toMatchObject({ ok: true, message: { text: "hello", blocks } });
  expect((await call(slack, "chat.postMessage", "{", headers)).body).toMatchObject({ error: "invalid_json" });
  expect((await call(slack, "chat.postMessage", "[]", headers)).body).toMatchObject({ error: "json_not_object" });
  expect((await call(slack, "chat.postMessage", `token=${token}&channel=C0PROD&blocks=[`, { "content-type": form })).body).toMatchObject({
    error: "invalid_blocks_format",
  });
  expect(slack.calls[0]).toMatchObject({ method: "chat.postMessage", token: "bot", status: 200, args: { channel: "C0PROD", blocks } });
  expect(slack.calls[0]?.args).not.toHaveProperty("token");
});

test("tokens: none, a wrong one, the app's where the bot's is due, the bot's where the app's is due", async () => {
  const slack = await slackFor();
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  expect((await call(slack, "users.info", "user=U0MINA", { "content-type": form })).body).toEqual({ ok: false, error: "not_authed" });
  expect((await call(slack, "users.info", "", as("xoxb-other"))).body).toEqual({ ok: false, error: "invalid_auth" });
  expect((await call(slack, "users.info", "", as(slack.tokens.app))).body).toEqual({ ok: false, error: "not_allowed_token_type" });
  expect((await call(slack, "apps.connections.open", "", as(slack.tokens.bot))).body).toEqual({
    ok: false,
    error: "not_allowed_token_type",
  });
  const inForm = await call(slack, "apps.connections.open", `token=${slack.tokens.app}`, { "content-type": form });
  expect(inForm.body).toEqual({ ok: false, error: "not_authed" });
  expect((await call(slack, "apps.connections.open", "", as(slack.tokens.app))).body).toMatchObject({ ok: true });
});

test("a method outside the list is unknown", async () => {
  const slack = await slackFor();
  for (const method of ["chat.startStream", "files.upload", "rtm.start", "toString", ""])
    expect(await ask(slack, method, {}), method).toMatchObject({ ok: false, error: "unknown_method" });
});

test.each(Object.entries(METHODS).filter(([, need]) => need !== undefined))("%s needs its scope", async (method, need) => {
  const scopes = typeof need === "string" ? [need] : Object.values(need ?? {});
  const bare = MANIFEST.replace(/    bot:\n(?:      - .*\n)+/, "    bot: [commands, app_mentions:read]\n");
  const slack = await slackFor({ manifest: bare });
  const headers = { authorization: `Bearer ${slack.tokens.bot}` };
  const answer = await call(slack, method, "", headers);
  expect(answer.body).toMatchObject({ ok: false, error: "missing_scope", needed: scopes.join(",") });
  expect(answer.body["provided"]).toContain("commands");
  expect(answer.headers.get("x-accepted-oauth-scopes")).toBe(scopes.join(","));
  expect(answer.headers.get("x-oauth-scopes")).toBe(answer.body["provided"]);
});

test("a scope counts for its kind of conversation", async () => {
  const slack = await slackFor({ manifest: withoutScope("groups:history") });
  const secret = slack.workspace.channels.find(({ id }) => id === "C0STAGING");
  Object.assign(secret ?? {}, { isPrivate: true });
  expect(await ask(slack, "conversations.history", { channel: "C0STAGING" })).toMatchObject({
    error: "missing_scope",
    needed: "groups:history",
  });
  expect(await ask(slack, "conversations.history", { channel: "C0PROD" })).toMatchObject({ ok: true });
});

test("one message a second and channel, after a burst; the wait is told, and other channels go on", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock });
  const post = (channel: string) =>
    call(slack, "chat.postMessage", `channel=${channel}&text=hello`, { authorization: `Bearer ${slack.tokens.bot}`, "content-type": form });
  for (let nth = 0; nth < 5; nth++) expect((await post("C0PROD")).status).toBe(200);
  const refused = await post("C0PROD");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.body).toEqual({ ok: false, error: "ratelimited" });
  expect((await post("C0STAGING")).status).toBe(200);
  await clock.advance(1000);
  expect((await post("C0PROD")).status).toBe(200);
  expect((await post("C0PROD")).status).toBe(429);
  expect(slack.workspace.messages).toHaveLength(7);
});

test.each([
  ["chat.update", 50],
  ["usergroups.users.list", 20],
  ["users.info", 100],
])("%s is limited to %i calls a minute", async (method, most) => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock, manifest: withScopes("usergroups:read") });
  const go = async () => (await call(slack, method, "", { authorization: `Bearer ${slack.tokens.bot}` })).status;
  const statuses = await Promise.all(Array.from({ length: most + 1 }, go));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  await clock.advance(60_000 / most);
  expect(await go()).toBe(200);
});

test("blocks.validate needs no token, takes exactly one thing, and says where each fault is", async () => {
  const slack = await slackFor();
  const validate = async (args: object) =>
    (await call(slack, "blocks.validate", JSON.stringify(args), { "content-type": "application/json" })).body;
  expect(await validate({ blocks: [{ type: "divider" }] })).toEqual({ ok: true });
  expect(await validate({ message: { text: "hello" } })).toEqual({ ok: true });
  expect(await validate({ blocks: [{ type: "divider" }], message: {} })).toMatchObject({ error: "invalid_arguments" });
  expect(await validate({})).toMatchObject({ error: "invalid_arguments" });
  expect(await validate({ blocks: [{ type: "alert", text: { type: "plain_text", text: "x" } }] })).toMatchObject({
    error: "invalid_blocks",
    errors: [{ pointer: "/blocks/0", code: "invalid_blocks" }],
  });
  expect(await validate({ message: {} })).toMatchObject({ error: "invalid_message", errors: [{ code: "no_text" }] });
  expect(await validate({ view: { type: "modal", blocks: [] } })).toMatchObject({
    error: "invalid_view",
    errors: [{ pointer: "/view/title" }],
  });
});

test("the real client understands who it is", async () => {
  const slack = await slackFor();
  expect(await clientFor(slack).auth.test()).toMatchObject({
    ok: true,
    user_id: "U0GUMSHOE",
    bot_id: "B0GUMSHOE",
    team_id: "T0LAB",
    response_metadata: { scopes: expect.arrayContaining(["chat:write"]) as unknown },
  });
});

test("the real client gets an answer from every method", async () => {
  const manifest = withScopes("files:write", "files:read", "usergroups:read", "im:write", "channels:join");
  const slack = await slackFor({ manifest });
  const client = clientFor(slack);
  const asked = new Map<string, unknown>();
  const go = async (method: Method, args: Record<string, unknown> = {}) => {
    const answer = await client.apiCall(method, args);
    asked.set(method, answer.ok);
    return answer as unknown as { ts: string; view: { id: string }; upload_url: string; file_id: string };
  };
  const channel = "C0PROD";
  const trigger_id = async () => {
    await slack.people.command({ user: "U0MINA", channel, command: "/diagnose", text: "" });
    return triggers.at(-1);
  };
  const triggers: string[] = [];
  await socketAppFor(slack, (app) =>
    app.command("/diagnose", async ({ ack, command }) => (await ack(), void triggers.push(command.trigger_id))),
  );
  asked.set("apps.connections.open", true);
  await go("auth.test");
  await go("blocks.validate", { blocks: [{ type: "divider" }] });
  const { ts } = await go("chat.postMessage", { channel, text: "Looking into prod" });
  await go("chat.update", { channel, ts, text: "Found it" });
  await go("chat.postEphemeral", { channel, user: "U0MINA", text: "psst" });
  await go("chat.getPermalink", { channel, message_ts: ts });
  await go("reactions.add", { channel, timestamp: ts, name: "eyes" });
  await go("reactions.remove", { channel, timestamp: ts, name: "eyes" });
  await go("conversations.replies", { channel, ts, include_all_metadata: true });
  await go("conversations.history", { channel, limit: 5 });
  await go("conversations.info", { channel });
  await go("conversations.members", { channel });
  await go("conversations.list", { exclude_archived: true, types: "public_channel,private_channel" });
  await go("conversations.open", { users: "U0MINA", return_im: true });
  await go("conversations.join", { channel: "C0GENERAL" });
  await go("users.info", { user: "U0MINA", include_locale: true });
  await go("users.list");
  await go("usergroups.list", { include_users: true });
  await go("usergroups.users.list", { usergroup: "S0ONCALL" });
  const modal = { type: "modal", title: { type: "plain_text", text: "Which?" }, blocks: [] };
  const { view } = await go("views.open", { trigger_id: await trigger_id(), view: modal });
  await go("views.push", { trigger_id: await trigger_id(), view: modal });
  await go("views.update", { view_id: view.id, view: modal });
  await go("views.publish", { user_id: "U0MINA", view: { type: "home", blocks: [] } });
  const { upload_url, file_id } = await go("files.getUploadURLExternal", { filename: "a.png", length: 3 });
  await fetch(upload_url, { method: "POST", body: "PNG" });
  await go("files.completeUploadExternal", { files: [{ id: file_id }] });
  await go("files.info", { file: file_id });
  await go("chat.delete", { channel, ts });
  expect([...asked].filter(([, ok]) => ok !== true)).toEqual([]);
  expect([...asked.keys()].toSorted()).toEqual(Object.keys(METHODS).toSorted());
});

test("a manifest with a fault stops the start", async () => {
  await expect(slackFor({ manifest: MANIFEST.replace("chat:write", "chat:wirte") })).rejects.toThrow('"chat:wirte" is not a scope');
});
