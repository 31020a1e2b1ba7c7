import { App, LogLevel } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { LocalSlack } from "../../lab/slack/local-slack.ts";
import { plan } from "./gallery-blocks.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });

/** An app on the real Bolt, as the page's tests need one: it answers a command with a plan that goes on, buttons, a modal and a Home. */
export async function startApp(slack: LocalSlack): Promise<{ client: WebClient; heard: string[]; stop: () => Promise<void> }> {
  const { bot, app: appToken } = slack.tokens;
  const app = new App({ token: bot, appToken, socketMode: true, logLevel: LogLevel.ERROR, clientOptions: { slackApiUrl: slack.apiUrl } });
  const heard: string[] = [];
  answerCommands(app, heard);
  answerActions(app, heard);
  answerViews(app, heard);
  await app.start();
  return { client: app.client, heard, stop: async () => void (await app.stop()) };
}

function answerCommands(app: App, heard: string[]): void {
  app.command("/diagnose", async ({ ack, command, client, respond }) => {
    heard.push(`command ${command.text}`);
    if (command.text === "silence") return;
    await ack();
    if (command.text !== "prod")
      return void (await respond({ text: `I know no environment \`${command.text}\`. Try \`/diagnose prod\`.` }));
    const head = await client.chat.postMessage({ channel: command.channel_id, text: "Looking into *prod*, asked by a person" });
    const post = { channel: command.channel_id, thread_ts: head.ts as string, text: "Looking: 1 of 3 steps done" };
    const steps = await client.chat.postMessage({ ...post, blocks: [plan(["complete", "in_progress", "pending"])] as never });
    await client.chat.update({
      ...post,
      ts: steps.ts as string,
      text: "Looked: 2 of 3 steps done",
      blocks: [plan(["complete", "complete", "error"])] as never,
    });
    await client.chat.update({ channel: command.channel_id, ts: head.ts as string, text: "*prod*: the disk of the database is saturated" });
  });
  app.event("app_mention", async ({ event, client }) => {
    heard.push("mention");
    await client.reactions.add({ channel: event.channel, timestamp: event.ts, name: "eyes" });
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: `You called, <@${event.user}>?` });
  });
}

function answerActions(app: App, heard: string[]): void {
  app.action(/^(approve|restart|useful|bin|more|host|how|which|home_run|card_pick)$/, async ({ ack, action, body, respond }) => {
    const {
      action_id: id,
      value,
      selected_option: option,
    } = action as { action_id: string; value?: string; selected_option?: { value: string } };
    heard.push(`action ${id} ${value ?? option?.value ?? ""} by ${body.user.id}`);
    await ack();
    if (id === "approve") await respond({ replace_original: true, text: `Approved by <@${body.user.id}>` });
  });
  app.action("slow", async () => void heard.push("action slow"));
  app.action("ask", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: modal() as never });
  });
  app.shortcut("diagnose_this", async ({ ack, shortcut, client }) => {
    heard.push("shortcut");
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: modal() as never });
  });
}

function answerViews(app: App, heard: string[]): void {
  app.view("ask", async ({ ack, view }) => {
    const reason = view.state.values["reason"]?.["text"]?.value ?? "";
    if (reason.length < 5) return ack({ response_action: "errors", errors: { reason: "Say it in five letters or more." } });
    heard.push(`view ${JSON.stringify(view.state.values)}`);
    return ack();
  });
  app.event("app_home_opened", async ({ event, client }) => {
    const blocks = [
      { type: "header", text: plain("Environments") },
      {
        type: "section",
        text: { type: "mrkdwn", text: "*prod* in <#C0PROD>: no open incident" },
        accessory: { type: "button", action_id: "home_run", text: plain("Diagnose") },
      },
      { type: "divider" },
      { type: "context", elements: [{ type: "mrkdwn", text: "`/diagnose help` tells more" }] },
    ];
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks } as never });
  });
}

/** A modal with every field that the page can fill in. */
function modal() {
  const options = ["prod", "staging"].map((name) => ({ text: plain(name), value: name }));
  const input = (id: string, label: string, element: object, more = {}) => ({
    type: "input",
    block_id: id,
    label: plain(label),
    element,
    ...more,
  });
  return {
    type: "modal",
    callback_id: "ask",
    title: plain("Diagnose this"),
    submit: plain("Start"),
    close: plain("Not now"),
    blocks: [
      { type: "alert", level: "warning", text: { type: "mrkdwn", text: "A diagnosis *reads* on the host." } },
      { type: "section", text: { type: "mrkdwn", text: "What should be looked at?" } },
      input("where", "Environment", { type: "static_select", action_id: "env", options, initial_option: options[0] }),
      input(
        "reason",
        "What did you see?",
        { type: "plain_text_input", action_id: "text", multiline: true, placeholder: plain("Pages end in 502") },
        { hint: plain("In your words") },
      ),
      input("parts", "Parts", { type: "checkboxes", action_id: "parts", options, initial_options: [options[1]] }, { optional: true }),
      input("depth", "How deep?", {
        type: "radio_buttons",
        action_id: "depth",
        options: [
          { text: plain("quick"), value: "quick" },
          { text: plain("all"), value: "all", description: plain("takes 20 s") },
        ],
      }),
    ],
  };
}
