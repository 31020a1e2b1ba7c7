import type { Environment } from "../../config/config.ts";
import type { Halt } from "../../remediation/plans.ts";
import type { Words } from "../../words/en.ts";
import { answer, refusalAnswer, unclearAnswer } from "../messages/answers/answer.ts";
import type { Message } from "../messages/message.ts";
import { resumedMessage, stoppedBeforeAnswer, stoppedMessage } from "../messages/plan/halt-messages.ts";
import { whoMayAnswer } from "../messages/plan/plan-answers.ts";
import { ownWords, refusalOf } from "./attend.ts";
import type { Desk, Repairs, Request } from "./desk.ts";
import { isOwnChannel, type Person } from "./may-ask.ts";
import type { Ask } from "./read-ask.ts";

type Halting = Extract<Ask, { kind: "stop" | "resume" }>;
type Who = { request: Request; person: Person | undefined };
type Named = { name: string; environment: Environment };
type Asking = Who & Named & { repairs: Repairs; words: Words; by: Halt["by"] };

/**
 * Stops all changes of an environment, which whoever may ask about it may; or lets them go on, which only its approvers may. Returns what to tell that
 * person; everybody reads it in the environment's channel.
 */
export async function halting(desk: Desk, { request, person }: Who, ask: Halting): Promise<Message> {
  const words = ownWords(desk, person);
  const named = await environmentOf(desk, request, ask.environment);
  if ("not" in named) {
    const { not } = named;
    return not.length > 1 || ask.environment === undefined
      ? answer(words.slack.plans.halt.which(not.length > 0 ? not : desk.known.environments))
      : unclearAnswer(words, { kind: "no-environment", said: ask.environment }, desk.known);
  }
  const { repairs } = desk;
  if (!repairs) return answer(words.slack.plans.making.notHere);
  const by = { userId: request.userId, name: person?.name ?? request.userId };
  try {
    return await (ask.kind === "stop" ? stopped : resumed)(desk, { ...named, request, person, repairs, words, by });
  } catch (error) {
    desk.log.error({ environment: named.name, user: by.userId, err: error }, `taking ${ask.kind}: the store`);
    return answer(words.slack.refusals.notWritten);
  }
}

async function stopped(desk: Desk, asking: Asking): Promise<Message> {
  const { name, environment, request, person, repairs, words, by } = asking;
  const refusal = await refusalOf(desk, request, person, environment);
  if (refusal) {
    desk.log.info({ user: by.userId, channel: request.channel.id, environment: name, guard: refusal.guard }, "refused to stop");
    return refusalAnswer(words, refusal, name, environment);
  }
  const halt = { environment: name, by, at: desk.now() };
  if (!(await repairs.plans.halt(halt))) return stoppedBeforeAnswer((await repairs.plans.haltOf(name)) ?? halt, words);
  desk.log.warn({ environment: name, user: by.userId }, "all changes are stopped");
  await tellAll(desk, asking, { key: `halt:${name}:${halt.at.getTime()}`, message: stoppedMessage(halt, desk.words) });
  return answer(words.slack.plans.halt.stoppedAnswer(name));
}

async function resumed(desk: Desk, asking: Asking): Promise<Message> {
  const { name, environment, repairs, words, by } = asking;
  const { refusals, halt: said } = words.slack.plans;
  const approvers = environment.actions?.approvers;
  if (!approvers) return answer(said.nobodyMay(name));
  const who = await repairs.approversOf({ approvers }, by.userId);
  if (!who?.has(by.userId)) {
    const guard = who ? "not-approver" : "approvers-unknown";
    desk.log.info({ user: by.userId, environment: name, guard }, "refused to resume");
    await repairs.plans.refused({ environment: name, by, guard, at: desk.now() });
    return who ? whoMayAnswer(approvers, words) : answer(refusals["approvers-unknown"]);
  }
  const at = desk.now();
  if (!(await repairs.plans.resume(name, by, at))) return answer(said.notStopped(name));
  desk.log.warn({ environment: name, user: by.userId }, "changes may go on");
  await tellAll(desk, asking, { key: `resume:${name}:${at.getTime()}`, message: resumedMessage(name, by, desk.words) });
  return answer(said.resumedAnswer(name));
}

/** One post for all: in the environment's own channel, or where it was asked for. */
async function tellAll({ outbox }: Desk, { environment, request }: Asking, post: { key: string; message: Message }): Promise<void> {
  await outbox.owe({ channel: environment.channel ?? request.channel.id, ...post });
}

/** The environment that is named; without a name, the one whose channel it is. Else the names that it might be. */
async function environmentOf({ environments, people }: Desk, { channel }: Request, name?: string): Promise<Named | { not: string[] }> {
  if (name !== undefined) {
    const environment = environments.get(name);
    return environment ? { name, environment } : { not: [] };
  }
  const called = channel.direct ? undefined : (channel.name ?? (await people.channelName(channel.id)));
  const here = [...environments].filter(([, environment]) => isOwnChannel({ ...channel, name: called }, environment.channel));
  const [first, ...more] = here.map(([own, environment]) => ({ name: own, environment }));
  return first && more.length === 0 ? first : { not: here.map(([own]) => own) };
}
