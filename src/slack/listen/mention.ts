import type { App } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { attend } from "../ask/attend.ts";
import type { Desk } from "../ask/desk.ts";
import { answerIn, isDirect } from "../ask/private-answer.ts";

/** `@gumshoe prod`: the diagnosis goes into the thread in which it was asked for, or hangs under the message that asked. */
export function listenToMentions(app: App, desk: Desk, client: WebClient): void {
  app.event("app_mention", async ({ event }) => {
    const { user, channel, ts, thread_ts: threadTs, text } = event;
    // What another bot says, or was edited afterwards, asks for nothing.
    if (user === undefined || event.bot_id !== undefined || "edited" in event) return;
    const whom = { channel, user, ...(threadTs === undefined ? {} : { threadTs }) };
    await attend(
      desk,
      {
        userId: user,
        channel: { id: channel, name: undefined, direct: isDirect(channel, undefined) },
        threadTs: threadTs ?? ts,
        source: { channel, ts },
        answer: (message) => answerIn(client, whom, message, desk.log),
      },
      text,
    );
  });
}
