import type { BlockAction, ButtonAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { ownWords } from "../../ask/attend.ts";
import type { Desk } from "../../ask/desk.ts";
import { isOneOfUs } from "../../ask/may-ask.ts";
import { answerIn, isDirect } from "../../ask/private-answer.ts";
import { answer, refusalAnswer } from "../../messages/answers/answer.ts";
import type { Message } from "../../messages/message.ts";
import type { Asker } from "../../plans/make-plan.ts";
import { waitingModal } from "../../views/plan-modals.ts";

/** Somebody's press of a button: who, and in which channel and thread; it goes through a dialog as its metadata. */
export type Press = { userId: string; channel: string; channelName?: string; threadTs?: string };

/** The press that a payload tells of; nothing where it was not in a message. */
export function pressOf({ channel, user, container }: BlockAction<ButtonAction>): Press | undefined {
  if (!channel) return undefined;
  const thread: unknown = container["thread_ts"] ?? container["message_ts"];
  return {
    userId: user.id,
    channel: channel.id,
    ...(channel.name === "privategroup" ? {} : { channelName: channel.name }),
    ...(typeof thread === "string" ? { threadTs: thread } : {}),
  };
}

/** Tells something to whoever pressed, and to nobody else. Never throws. */
export function sayTo(desk: Desk, client: WebClient, { userId, channel, threadTs }: Press): (message: Message) => Promise<void> {
  const whom = { channel, user: userId, ...(threadTs === undefined ? {} : { threadTs }) };
  return async (message) => answerIn(client, whom, message, desk.log);
}

/** Who pressed, if they may press anything at all; what to tell them where not. */
export async function askerOf(desk: Desk, { userId, channel, channelName }: Press): Promise<Asker | { told: Message }> {
  const person = await desk.people.person(userId);
  const words = ownWords(desk, person);
  const foreign = isOneOfUs(person, desk.homeTeamId);
  if (foreign) {
    desk.log.info({ user: userId, channel, guard: foreign.guard }, "refused a press");
    return { told: refusalAnswer(words, foreign, "", {}) };
  }
  const by = { userId, name: person?.name ?? userId };
  return { person, by, words, channel: { id: channel, name: channelName, direct: isDirect(channel, channelName) } };
}

/** Does what a press asks for, and tells who pressed what came of it; every press is answered, also where something of ours broke. Never throws. */
export async function attended(
  desk: Desk,
  client: WebClient,
  press: Press,
  act: (asker: Asker) => Promise<Message | undefined>,
): Promise<void> {
  const told = await answered(desk, async () => {
    const asker = await askerOf(desk, press);
    return "told" in asker ? asker.told : act(asker);
  });
  if (told) await sayTo(desk, client, press)(told);
}

/**
 * Answers a press with a dialog: it opens at once, since its trigger lives for three seconds, and shows then what `viewOf` comes to. Where Slack does not open it, who
 * pressed is told, as far as Slack takes that. Never throws.
 */
export async function inDialog(
  desk: Desk,
  client: WebClient,
  body: BlockAction<ButtonAction>,
  viewOf: (press: Press) => Promise<ModalView>,
): Promise<void> {
  const press = pressOf(body);
  try {
    const opened = await client.views.open({ trigger_id: body.trigger_id, view: waitingModal(desk.words) });
    if (press) await client.views.update({ view_id: opened.view?.id ?? "", view: await viewOf(press) });
  } catch (error) {
    desk.log.warn({ err: error }, "opening a dialog");
    if (press) await sayTo(desk, client, press)(answer(desk.words.slack.plans.refusals.noDialog));
  }
}

/** The answer, or one that says that something broke. Never throws. */
export async function answered<Told>(desk: Desk, act: () => Promise<Told>): Promise<Told | Message> {
  try {
    return await act();
  } catch (error) {
    const id = desk.newId();
    desk.log.error({ id, err: error }, "attending to a press");
    return answer(desk.words.slack.plans.error(id));
  }
}
