import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { READY_AFTER_MS } from "../../../lab/slack/web-api/methods/files.ts";
import { ask, changeOf, clientFor, slackFor, withScopes } from "./slack-and-app.ts";

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const table = { type: "table", rows: [[{ type: "raw_text", text: "a" }]] };

test("a message comes back as it is stored, with ids for its blocks", async () => {
  const slack = await slackFor();
  const client = clientFor(slack);
  const posted = await client.chat.postMessage({
    channel: "#prod",
    text: "hello",
    blocks: [section("hello")] as never,
    metadata: { event_type: "gumshoe", event_payload: { key: "k1" } },
  });
  expect(posted).toMatchObject({
    ok: true,
    channel: "C0PROD",
    message: { user: "U0GUMSHOE", bot_id: "B0GUMSHOE", app_id: "A0GUMSHOE", text: "hello" },
  });
  expect(posted.ts).toMatch(/^\d{10}\.\d{6}$/);
  expect(posted.message?.blocks?.[0]).toMatchObject({ type: "section", block_id: expect.stringMatching(/./) as unknown });
});

test.each([
  ["no channel of that id", { channel: "C0NONE", text: "x" }, "channel_not_found"],
  ["a private channel without the bot", { channel: "C0SECRET", text: "x" }, "channel_not_found"],
  ["a channel that the bot is not in", { channel: "C0GENERAL", text: "x" }, "not_in_channel"],
  ["an archived channel", { channel: "C0OLD", text: "x" }, "is_archived"],
  ["neither text nor blocks", { channel: "C0PROD" }, "no_text"],
  ["empty blocks", { channel: "C0PROD", blocks: [] }, "no_text"],
  ["a text of 40,001 characters", { channel: "C0PROD", text: "x".repeat(40_001) }, "msg_too_long"],
  ["an unknown block", { channel: "C0PROD", blocks: [{ type: "sparkline" }] }, "invalid_blocks"],
  [
    "a block of another surface",
    { channel: "C0PROD", blocks: [{ type: "alert", text: { type: "plain_text", text: "x" } }] },
    "invalid_blocks",
  ],
  ["two tables", { channel: "C0PROD", blocks: [table, table] }, "only_one_table_allowed"],
  ["too much in all", { channel: "C0PROD", blocks: Array.from({ length: 5 }, () => section("x".repeat(2900))) }, "msg_blocks_too_long"],
  ["a thread that is not there", { channel: "C0PROD", text: "x", thread_ts: "1.2" }, "thread_not_found"],
  ["metadata of the wrong form", { channel: "C0PROD", text: "x", metadata: { event_type: 1 } }, "invalid_metadata_schema"],
  [
    "metadata that is too large",
    { channel: "C0PROD", text: "x", metadata: { event_type: "e", event_payload: { a: "x".repeat(16_000) } } },
    "metadata_too_large",
  ],
])("chat.postMessage refuses %s", async (_, args, error) => {
  const slack = await slackFor();
  const channels = slack.workspace.channels as unknown as object[];
  channels.push({ id: "C0SECRET", name: "secret", members: ["U0MINA"], isPrivate: true });
  channels.push({ id: "C0OLD", name: "old", members: ["U0MINA", "U0GUMSHOE"], isArchived: true });
  expect(await ask(slack, "chat.postMessage", args)).toMatchObject({ ok: false, error });
  expect(slack.workspace.messages).toHaveLength(0);
});

test("where a block is wrong is told as Slack tells it", async () => {
  const slack = await slackFor();
  const answer = await ask(slack, "chat.postMessage", {
    channel: "C0PROD",
    text: "x",
    blocks: [{ type: "divider" }, section("x".repeat(3001))],
  });
  expect(answer).toMatchObject({
    error: "invalid_blocks",
    response_metadata: { messages: ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"] },
  });
});

test("chat:write.public reaches public channels without an invitation, and a person is written to directly", async () => {
  const slack = await slackFor({ manifest: withScopes("chat:write.public") });
  expect(await ask(slack, "chat.postMessage", { channel: "C0GENERAL", text: "hello" })).toMatchObject({ ok: true });
  const direct = await ask(slack, "chat.postMessage", { channel: "U0MINA", text: "hello" });
  expect(direct["channel"]).toMatch(/^D/);
});

test("chat.update changes the app's own messages only, and keeps what is not given", async () => {
  const slack = await slackFor();
  const { ts } = (await ask(slack, "chat.postMessage", { channel: "C0PROD", text: "Looking", blocks: [section("Looking")] })) as {
    ts: string;
  };
  const update = (args: object) => ask(slack, "chat.update", { channel: "C0PROD", ts, ...args });
  expect(await update({ text: "Done" })).toMatchObject({
    ok: true,
    text: "Done",
    message: { blocks: [{ type: "section" }], edited: { user: "U0GUMSHOE" } },
  });
  expect((await update({ text: "Plain", blocks: [] }))["message"]).not.toHaveProperty("blocks");
  expect(await update({ text: "x".repeat(4001) })).toMatchObject({ error: "msg_too_long" });
  expect(await update({ blocks: [{ type: "task_card", task_id: "a", title: "b", status: "completed" }] })).toMatchObject({
    error: "invalid_blocks",
  });
  expect(await update({ ts: "1.2", text: "x" })).toMatchObject({ error: "message_not_found" });
  const mina = slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "mine" });
  expect(await update({ ts: mina.ts, text: "x" })).toMatchObject({ error: "cant_update_message" });
  const { message_ts } = await ask(slack, "chat.postEphemeral", { channel: "C0PROD", user: "U0MINA", text: "private" });
  expect(await update({ ts: message_ts, text: "x" })).toMatchObject({ error: "cant_update_message" });
  expect(await ask(slack, "chat.delete", { channel: "C0PROD", ts: mina.ts })).toMatchObject({ error: "cant_delete_message" });
  expect(await ask(slack, "chat.delete", { channel: "C0PROD", ts })).toMatchObject({ ok: true });
  expect(slack.workspace.messages.map(({ text }) => text)).toEqual(["mine", "private"]);
});

test("an ephemeral message needs its reader in the channel, and the bot", async () => {
  const slack = await slackFor();
  const tell = (channel: string, user: string) => ask(slack, "chat.postEphemeral", { channel, user, text: "psst" });
  expect(await tell("C0PROD", "U0OTHER")).toMatchObject({ error: "user_not_in_channel" });
  expect(await tell("C0GENERAL", "U0MINA")).toMatchObject({ error: "not_in_channel" });
  expect(await tell("C0PROD", "U0GUEST")).toMatchObject({ ok: true, message_ts: expect.stringMatching(/\./) as unknown });
});

test("a thread is read with its first message first, and metadata only where it is asked for", async () => {
  const slack = await slackFor();
  const post = (args: object) => ask(slack, "chat.postMessage", { channel: "C0PROD", ...args }) as Promise<{ ts: string }>;
  const metadata = { event_type: "gumshoe", event_payload: { key: "k1" } };
  const { ts } = await post({ text: "parent" });
  const reply = await post({ text: "one", thread_ts: ts, metadata });
  await post({ text: "two", thread_ts: reply.ts, reply_broadcast: true });
  const read = (args: object = {}) =>
    ask(slack, "conversations.replies", { channel: "C0PROD", ts, ...args }) as Promise<{ messages: Record<string, unknown>[] }>;
  const plain = await read();
  expect(plain.messages.map(({ text, thread_ts }) => [text, thread_ts])).toEqual([
    ["parent", ts],
    ["one", ts],
    ["two", ts],
  ]);
  expect(plain.messages[0]).toMatchObject({ reply_count: 2 });
  expect(plain.messages[1]).not.toHaveProperty("metadata");
  expect((await read({ include_all_metadata: true })).messages[1]).toMatchObject({ metadata });
  expect(await read({ ts: "1.2" })).toMatchObject({ error: "thread_not_found" });
  const history = (await ask(slack, "conversations.history", { channel: "C0PROD" })) as { messages: { text: string }[] };
  expect(history.messages.map(({ text }) => text)).toEqual(["two", "parent"]);
  const first = (await read({ limit: 2 })) as unknown as { has_more: boolean; response_metadata: { next_cursor: string } };
  expect(first).toMatchObject({ has_more: true });
  expect((await read({ limit: 2, cursor: first.response_metadata.next_cursor })).messages.map(({ text }) => text)).toEqual(["two"]);
  expect(await read({ cursor: "nonsense" })).toMatchObject({ error: "invalid_cursor" });
});

test("permalinks lead to messages and replies", async () => {
  const slack = await slackFor();
  const { ts } = slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "parent" });
  expect(await ask(slack, "chat.getPermalink", { channel: "C0PROD", message_ts: ts })).toMatchObject({
    permalink: `https://lab.slack.com/archives/C0PROD/p${ts.replace(".", "")}`,
  });
  expect(await ask(slack, "chat.getPermalink", { channel: "C0PROD", message_ts: "1.2" })).toMatchObject({ error: "message_not_found" });
});

test("reactions: twice, none, no such emoji, no such message", async () => {
  const slack = await slackFor();
  const { ts } = slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "slow?" });
  const react = (verb: string, name: string, timestamp = ts) => ask(slack, `reactions.${verb}`, { channel: "C0PROD", name, timestamp });
  expect(await react("add", "eyes")).toEqual({ ok: true });
  expect(await react("add", "eyes")).toMatchObject({ error: "already_reacted" });
  expect(slack.workspace.messages[0]?.reactions).toEqual([{ name: "eyes", users: ["U0GUMSHOE"] }]);
  expect(await react("remove", "eyes")).toEqual({ ok: true });
  expect(await react("remove", "eyes")).toMatchObject({ error: "no_reaction" });
  expect(await react("add", "magnifier")).toMatchObject({ error: "invalid_name" });
  expect(await react("add", "eyes", "1.2")).toMatchObject({ error: "message_not_found" });
});

test("an image of a file is refused until the file is ready and shared", async () => {
  const clock = virtualClock(new Date("2026-11-02T09:00:00Z"));
  const slack = await slackFor({ clock, manifest: withScopes("files:write", "files:read") });
  const upload = (await ask(slack, "files.getUploadURLExternal", { filename: "queue.png", length: 3, alt_text: "The disk queue" })) as {
    upload_url: string;
    file_id: string;
  };
  expect((await fetch(upload.upload_url, { method: "POST", body: "PNGPNG" })).status).toBe(400);
  expect(await ask(slack, "files.completeUploadExternal", { files: [{ id: upload.file_id }] })).toMatchObject({ error: "file_not_found" });
  const body = new FormData();
  body.append("body", new Blob(["PNG"]), "queue.png");
  expect((await fetch(upload.upload_url, { method: "POST", body })).status).toBe(200);
  await ask(slack, "files.completeUploadExternal", {
    files: [{ id: upload.file_id, title: "Queue" }],
    channel_id: "C0PROD",
    initial_comment: "See",
  });
  const show = () =>
    ask(slack, "chat.postMessage", {
      channel: "C0PROD",
      text: "chart",
      blocks: [{ type: "image", alt_text: "The disk queue", slack_file: { id: upload.file_id } }],
    });
  expect(await show()).toMatchObject({ error: "invalid_blocks", errors: ["invalid slack file"] });
  expect(await ask(slack, "files.info", { file: upload.file_id })).toMatchObject({ file: { mimetype: "", shares: {} } });
  const shared = changeOf(slack, (change) => (change.kind === "message" ? change.message.text : undefined));
  await clock.advance(READY_AFTER_MS);
  expect(await shared).toBe("See");
  expect(await ask(slack, "files.info", { file: upload.file_id })).toMatchObject({
    file: { mimetype: "image/png", shares: { public: { C0PROD: [{}] } } },
  });
  expect(await show()).toMatchObject({ ok: true });
  expect(await ask(slack, "files.info", { file: "F0NONE" })).toMatchObject({ error: "file_not_found" });
});

test("what was said is again as it was when it was kept, as often as one likes", async () => {
  const slack = await slackFor();
  const client = clientFor(slack);
  const { ts = "" } = await client.chat.postMessage({ channel: "#prod", text: "before" });
  const sayAgain = slack.workspace.keep();
  const texts = () => slack.workspace.messages.map(({ text }) => text);
  for (const change of ["once", "twice"]) {
    await client.chat.update({ channel: "C0PROD", ts, text: change });
    await client.chat.postMessage({ channel: "#prod", text: "after" });
    expect(texts()).toEqual([change, "after"]);
    sayAgain();
    expect(texts()).toEqual(["before"]);
  }
});
