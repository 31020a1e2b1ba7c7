import type { Environment } from "../../../config/config.ts";
import type { Words } from "../../../words/en.ts";
import type { Known, Unclear } from "../../ask/read-ask.ts";
import { isByName, type Refusal } from "../../ask/may-ask.ts";
import { message, type Message } from "../message.ts";
import { channel, code, filled, line, link, rich, type Piece } from "../rich.ts";

/** An answer that only the person who asked sees: one sentence. */
export function answer(...pieces: readonly Piece[]): Message {
  return message([rich(line(...pieces))]);
}

/** What somebody wrote that cannot be done: what is wrong with it, and what there is. */
export function unclearAnswer(words: Words, ask: Unclear, { environments, runbooks }: Known): Message {
  const { refusals } = words.slack;
  switch (ask.kind) {
    case "no-environment":
      return answer(refusals.unknownEnvironment(ask.said, ask.nearest, environments));
    case "no-runbook":
      return answer(refusals.unknownRunbook(ask.said, ask.nearest, runbooks));
    case "no-duration":
      return ask.not === "too-long"
        ? answer(words.slack.incident.answers.tooLong(ask.environment, ask.said))
        : answer(words.slack.incident.answers.noDuration(ask.environment, ask.said));
    case "too-much":
      return answer(refusals.tooManyWords(ask.said));
  }
}

/** Why somebody may not ask about an environment, and where they may. */
export function refusalAnswer(words: Words, { guard }: Refusal, name: string, { channel: own }: Pick<Environment, "channel">): Message {
  const { refusals } = words.slack;
  const where = own === undefined ? undefined : "{channel}";
  const told = (sentence: string) => answer(...filled(sentence, own === undefined ? {} : { channel: ownChannel(own) }));
  switch (guard) {
    case "asker-unknown":
      return answer(refusals.askerUnknown);
    case "guest":
      return answer(refusals.guest);
    case "stranger":
      return answer(refusals.otherWorkspace);
    case "membership-unknown":
      return answer(refusals.membershipUnknown(name));
    case "direct":
      return told(refusals.direct(name, where));
    case "not-member":
    case "nobody":
      return told(refusals.notMember(name, where));
  }
}

/** A diagnosis of the environment is under way already; `url` leads to it, where that is known. */
export function runningAnswer(words: Words, environment: string, url: string | undefined): Message {
  const { refusals, buttons } = words.slack;
  return answer(
    ...filled(refusals.alreadyRunning(environment, "{link}"), { link: url === undefined ? "" : link(url, buttons.openThread) }),
  );
}

/** Slack did not take the first message of a thread: why, and what helps. */
export function notPostedAnswer(words: Words, slackCode: string, channelId: string): Message {
  const { refusals } = words.slack;
  switch (slackCode) {
    case "not_in_channel":
    case "channel_not_found":
      return answer(
        ...filled(refusals.notInChannel("{channel}", "{invite}"), { channel: channel(channelId), invite: code("/invite @Gumshoe") }),
      );
    case "is_archived":
      return answer(...filled(refusals.archived("{channel}"), { channel: channel(channelId) }));
    default:
      return answer(refusals.notPosted(slackCode));
  }
}

/** An environment's own channel, as an element where its id is known. */
function ownChannel(own: string): Piece {
  return isByName(own) ? `#${own.replace(/^#/, "")}` : channel(own);
}
