import type { Halt } from "../../../remediation/plans.ts";
import type { Words } from "../../../words/en.ts";
import { answer } from "../answers/answer.ts";
import type { Message } from "../message.ts";
import { bold, code, filled, moment, type Piece } from "../rich.ts";

/** Told to all: changes of an environment are stopped, by whom, and how they go on. */
export function stoppedMessage({ environment, by }: Halt, words: Words): Message {
  return answer(
    ...filled(words.slack.plans.halt.stopped(environment), { by: bold(by.name), code: code(`/diagnose resume ${environment}`) }),
  );
}

/** Told to all: changes may go on. */
export function resumedMessage(environment: string, by: Halt["by"], words: Words): Message {
  return answer(...filled(words.slack.plans.halt.resumed(environment), { by: bold(by.name) }));
}

/** Told to who stops what is stopped. */
export function stoppedBeforeAnswer({ environment, by, at }: Halt, words: Words): Message {
  return answer(...filled(words.slack.plans.halt.stoppedBefore(environment), { by: bold(by.name), at: moment(at) }));
}

/** What is stopped, a line each. */
export function haltLines(halts: readonly Halt[], words: Words): Piece[][] {
  return halts.map(({ environment, by, at }) => filled(words.slack.plans.halt.line(environment), { by: bold(by.name), at: moment(at) }));
}
