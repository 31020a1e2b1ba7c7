import type { Words } from "../../words/en.ts";
import { mutedAnswer, unmutedAnswer } from "../messages/answers/incidents.ts";
import { answer, refusalAnswer, unclearAnswer } from "../messages/answers/answer.ts";
import type { Message } from "../messages/message.ts";
import { ownWords, refusalOf } from "./attend.ts";
import type { Desk, Request } from "./desk.ts";
import type { Person } from "./may-ask.ts";
import type { Ask } from "./read-ask.ts";

type Silence = Extract<Ask, { kind: "mute" | "unmute" }>;
type Who = { request: Request; person: Person | undefined };

/** Mute an environment, or end that, if this person may ask about it. Returns what to tell that person, also where it cannot be written down. */
export async function silence(desk: Desk, { request, person }: Who, ask: Silence): Promise<Message> {
  const words = ownWords(desk, person);
  const { environment: name } = ask;
  const environment = desk.environments.get(name);
  if (!environment) return unclearAnswer(words, { kind: "no-environment", said: name }, desk.known);
  const refusal = await refusalOf(desk, request, person, environment);
  if (refusal) {
    desk.log.info({ user: request.userId, channel: request.channel.id, environment: name, guard: refusal.guard }, "refused to mute");
    return refusalAnswer(words, refusal, name, environment);
  }
  if (desk.closing()) return answer(words.slack.refusals.restarting);
  try {
    return await written(desk, { ask, words, userId: request.userId, by: person?.name ?? request.userId });
  } catch (error) {
    desk.log.error({ environment: name, user: request.userId, err: error }, "muting: the store");
    return answer(words.slack.refusals.notWritten);
  }
}

type Silencing = { ask: Silence; words: Words; userId: string; by: string };

async function written({ mutes, audit, now }: Desk, { ask, words, userId, by }: Silencing): Promise<Message> {
  const at = now();
  const { environment } = ask;
  const noted = async (event: string, detail: Record<string, unknown>) =>
    audit.note({ at, actor: by, event, detail: { environment, user: userId, ...detail } });
  if (ask.kind === "unmute") {
    const was = await mutes.unmute(environment, by, at);
    if (was) await noted("unmuted", {});
    return unmutedAnswer(words, environment, was);
  }
  const until = new Date(at.getTime() + ask.forMs);
  await noted("muted", { until: until.toISOString() });
  await mutes.mute({ environment, until, by, at });
  return mutedAnswer(words, { environment, until });
}
