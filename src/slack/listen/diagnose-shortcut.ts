import type { App, MessageShortcut } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { answer, refusalAnswer } from "../messages/answers/answer.ts";
import { message, type Message } from "../messages/message.ts";
import { answerModal, CHOICE, choiceModal, loadingModal } from "../views/shortcut-modal.ts";
import { begin, ownWords, refusalOf } from "../ask/attend.ts";
import type { Desk, Request } from "../ask/desk.ts";
import { isOneOfUs } from "../ask/may-ask.ts";
import { answerAt, isDirect } from "../ask/private-answer.ts";

/** The message that a dialog is about, carried in the dialog itself: Slack signs what comes back. */
const About = z.object({ channel: z.string(), name: z.string().optional(), threadTs: z.string(), ts: z.string(), url: z.string() });
type About = z.infer<typeof About>;

/** "Diagnose this", in the menu of a message: a dialog opens at once, and the diagnosis hangs under that message. */
export function listenToShortcut(app: App, desk: Desk, client: WebClient): void {
  app.shortcut<MessageShortcut>({ callback_id: "diagnose_this", type: "message_action" }, async ({ shortcut }) => {
    // The trigger lives for three seconds: nothing may come before this call.
    const opened = await client.views.open({ trigger_id: shortcut.trigger_id, view: loadingModal(desk.words) });
    const { channel, message: about, user, response_url: url } = shortcut;
    const named = channel.name === "privategroup" || isDirect(channel.id, channel.name) ? {} : { name: channel.name };
    const threadTs = typeof about["thread_ts"] === "string" ? about["thread_ts"] : about.ts;
    const view = await answered(desk, { channel: channel.id, ...named, threadTs, ts: about.ts, url }, user.id);
    await client.views.update({ view_id: opened.view?.id ?? "", view });
  });
  app.view({ callback_id: CHOICE.callback, type: "view_submission" }, async ({ view, body }) => {
    const request = requestOf(desk, About.parse(JSON.parse(view.private_metadata)), body.user.id);
    const environment = view.state.values[CHOICE.block]?.[CHOICE.action]?.selected_option?.value ?? "";
    const told = await begin(desk, { request, person: await desk.people.person(body.user.id), environment });
    if (told) await request.answer(told);
  });
}

/** What the dialog turns into; where something of ours breaks, it says so instead of waiting for ever. */
async function answered(desk: Desk, about: About, userId: string): Promise<ModalView> {
  try {
    return await chosenOrAsked(desk, about, userId);
  } catch (error) {
    const id = desk.newId();
    desk.log.error({ id, err: error }, "answering in a dialog");
    return answerModal(desk.words, answer(desk.words.slack.error(desk.words.slack.doing.openingDialog, id)));
  }
}

/** With one environment that this person may ask about, the diagnosis begins; with several they choose. */
async function chosenOrAsked(desk: Desk, about: About, userId: string): Promise<ModalView> {
  const person = await desk.people.person(userId);
  const words = ownWords(desk, person);
  const foreign = isOneOfUs(person, desk.homeTeamId);
  if (foreign) return answerModal(words, refusalAnswer(words, foreign, "", {}));
  const request = requestOf(desk, about, userId);
  const checked = await Promise.all(
    [...desk.environments].map(async ([name, environment]) => ({
      name,
      environment,
      refusal: await refusalOf(desk, request, person, environment),
    })),
  );
  const [first, ...more] = checked.filter(({ refusal }) => refusal === undefined);
  if (first === undefined) {
    const why = checked.flatMap(({ name, environment, refusal }) =>
      refusal ? refusalAnswer(words, refusal, name, environment).blocks : [],
    );
    return answerModal(words, message([...answer(words.slack.shortcut.none).blocks, ...why]));
  }
  if (more.length > 0)
    return choiceModal(
      words,
      [first, ...more].map(({ name }) => name),
      JSON.stringify(about),
    );
  const told = await begin(desk, { request, person, environment: first.name });
  return answerModal(words, told ?? answer(words.slack.plan.looking(first.name)));
}

function requestOf({ log }: Desk, { channel, name, threadTs, ts, url }: About, userId: string): Request {
  const answered = { answer: (told: Message) => answerAt(url, told, log) };
  return { userId, channel: { id: channel, name, direct: isDirect(channel, name) }, threadTs, source: { channel, ts }, ...answered };
}
