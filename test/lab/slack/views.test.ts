import { expect, test } from "vitest";
import type { LocalSlack } from "../../../lab/slack/local-slack.ts";
import { ask, MANIFEST, slackFor, socketAppFor } from "./slack-and-app.ts";

const title = { type: "plain_text", text: "Which?" };
const modal = (more: object = {}) => ({ type: "modal", title, blocks: [{ type: "divider" }], ...more });

/** A trigger_id as an app gets it from a person's command. */
async function triggersFor(slack: LocalSlack): Promise<() => Promise<string>> {
  const triggers: string[] = [];
  await socketAppFor(
    slack,
    (app) => app.command("/diagnose", async ({ ack, command }) => (await ack(), void triggers.push(command.trigger_id))),
    { sockets: 1 },
  );
  return async () => {
    await slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "" });
    return triggers.at(-1) as string;
  };
}

test("modals stack three deep, and are updated by id with a hash that guards against races", async () => {
  const slack = await slackFor();
  const trigger = await triggersFor(slack);
  const push = async (verb: string, view: object) => ask(slack, `views.${verb}`, { trigger_id: await trigger(), view });
  const opened = (await push("open", modal({ external_id: "first" }))) as { view: { id: string; hash: string } };
  expect(opened).toMatchObject({ ok: true, view: { root_view_id: opened.view.id, previous_view_id: null } });
  expect(await push("push", modal())).toMatchObject({ view: { root_view_id: opened.view.id, previous_view_id: opened.view.id } });
  expect(await push("push", modal({ external_id: "first" }))).toMatchObject({ error: "duplicate_external_id" });
  expect(await push("push", modal())).toMatchObject({ ok: true });
  expect(await push("push", modal())).toMatchObject({ error: "push_limit_reached" });
  const update = (args: object) => ask(slack, "views.update", { view: modal({ title: { type: "plain_text", text: "Ready" } }), ...args });
  expect(await update({ view_id: opened.view.id, hash: opened.view.hash })).toMatchObject({
    ok: true,
    view: { id: opened.view.id, title: { text: "Ready" } },
  });
  expect(await update({ view_id: opened.view.id, hash: opened.view.hash })).toMatchObject({ error: "hash_conflict" });
  expect(await update({ view_id: "V0NONE" })).toMatchObject({ error: "not_found" });
});

test.each([
  ["no title", { type: "modal", blocks: [] }, "invalid_arguments"],
  ["a title of 25 characters", modal({ title: { type: "plain_text", text: "x".repeat(25) } }), "invalid_arguments"],
  ["a chart in a modal", modal({ blocks: [{ type: "data_visualization", title: "t", chart: {} }] }), "invalid_arguments"],
  [
    "an input without submit",
    modal({ blocks: [{ type: "input", label: title, element: { type: "plain_text_input" } }] }),
    "invalid_arguments",
  ],
  ["101 blocks", modal({ blocks: Array.from({ length: 101 }, () => ({ type: "divider" })) }), "invalid_arguments"],
  ["more than 250 KB", modal({ private_metadata: "가".repeat(90_000) }), "view_too_large"],
  ["a Home tab as a modal", { type: "home", blocks: [] }, "invalid_arguments"],
])("views.open refuses %s, and the trigger_id is still good", async (_, view, error) => {
  const slack = await slackFor();
  const trigger_id = await (await triggersFor(slack))();
  expect(await ask(slack, "views.open", { trigger_id, view })).toMatchObject({ ok: false, error });
  expect(await ask(slack, "views.open", { trigger_id, view: modal() })).toMatchObject({ ok: true });
});

test("a Home tab is each person's own, and needs the tab enabled", async () => {
  const slack = await slackFor();
  const publish = (args: object) =>
    ask(slack, "views.publish", { user_id: "U0MINA", view: { type: "home", blocks: [{ type: "divider" }] }, ...args });
  const first = (await publish({})) as { view: { hash: string } };
  expect(await publish({ hash: first.view.hash })).toMatchObject({ ok: true });
  expect(await publish({ hash: first.view.hash })).toMatchObject({ error: "hash_conflict" });
  expect(await publish({ user_id: "U0NOBODY" })).toMatchObject({ error: "user_not_found" });
  expect(slack.workspace.home("U0MINA")?.type).toBe("home");
  const without = await slackFor({ manifest: MANIFEST.replace("home_tab_enabled: true", "home_tab_enabled: false") });
  expect(await ask(without, "views.publish", { user_id: "U0MINA", view: { type: "home", blocks: [] } })).toMatchObject({
    error: "not_enabled",
  });
});

test("an acknowledgement can update the modal, push another, or clear them all", async () => {
  const slack = await slackFor();
  const answers: object[] = [];
  let trigger = "";
  await socketAppFor(slack, (app) => {
    app.command("/diagnose", async ({ ack, command }) => (await ack(), void (trigger = command.trigger_id)));
    app.view("form", async ({ ack }) => ack(answers.shift() as never));
  });
  await slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "" });
  const submit = { type: "plain_text", text: "Next" };
  const form = modal({ callback_id: "form", submit });
  await ask(slack, "views.open", { trigger_id: trigger, view: form });
  const send = () => slack.people.submitView({ user: "U0MINA", viewId: slack.workspace.view("U0MINA")!.id, values: {} });
  answers.push({ response_action: "push", view: modal({ callback_id: "form", submit, title: { type: "plain_text", text: "Two" } }) });
  answers.push({ response_action: "update", view: modal({ callback_id: "form", submit, title: { type: "plain_text", text: "Three" } }) });
  answers.push({ response_action: "errors", errors: { nowhere: "?" } });
  answers.push({ response_action: "clear" });
  await send();
  expect(slack.workspace.view("U0MINA")?.title?.text).toBe("Two");
  await send();
  expect(slack.workspace.view("U0MINA")?.title?.text).toBe("Three");
  expect(await send()).toMatchObject({ acked: false, error: "dispatch_failed", shown: "We had some trouble connecting. Try again?" });
  await send();
  expect(slack.workspace.view("U0MINA")).toBeUndefined();
});

test("closing a modal tells the app where the modal asked for it", async () => {
  const slack = await slackFor();
  const closed: string[] = [];
  let trigger = "";
  await socketAppFor(slack, (app) => {
    app.command("/diagnose", async ({ ack, command }) => (await ack(), void (trigger = command.trigger_id)));
    app.view({ callback_id: "form", type: "view_closed" }, async ({ ack, view }) => (await ack(), void closed.push(view.id)));
  });
  const open = async (more: object) => {
    await slack.people.command({ user: "U0MINA", channel: "C0PROD", command: "/diagnose", text: "" });
    const { view } = (await ask(slack, "views.open", { trigger_id: trigger, view: modal(more) })) as { view: { id: string } };
    return view.id;
  };
  const close = (viewId: string) => slack.people.closeView({ user: "U0MINA", viewId });
  const told = await open({ callback_id: "form", notify_on_close: true });
  expect(await close(told)).toMatchObject({ acked: true });
  expect(closed).toEqual([told]);
  const quiet = await open({ callback_id: "form" });
  expect(await close(quiet)).toMatchObject({ error: "not_subscribed" });
  expect(slack.workspace.view("U0MINA")).toBeUndefined();
  await expect(close(quiet)).rejects.toThrow("does not have the modal");
});
