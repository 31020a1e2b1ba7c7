import type { App } from "@slack/bolt";
import { attend } from "../ask/attend.ts";
import type { Desk } from "../ask/desk.ts";
import { answerAt, isDirect } from "../ask/private-answer.ts";

/** `/diagnose …`: acknowledged already (`ack-first`); everything else may take its time. */
export function listenToCommand(app: App, desk: Desk): void {
  app.command("/diagnose", async ({ command }) => {
    const { user_id: userId, channel_id: id, channel_name: name, response_url: url } = command;
    const direct = isDirect(id, name);
    // Slack names a private channel "privategroup" here: its own name has to be asked for.
    const channel = { id, name: name === "privategroup" || direct ? undefined : name, direct };
    await attend(desk, { userId, channel, answer: (message) => answerAt(url, message, desk.log) }, command.text);
  });
}
