import type { Environment } from "../../config/config.ts";
import type { DiagnosisEnd } from "../../diagnosis/diagnoses.ts";
import type { Home, Incident } from "../../incident/incident.ts";
import { wordsOf } from "../../words/language.ts";
import type { Words } from "../../words/en.ts";
import { headlineKey } from "../incident/telling.ts";
import { answer, notPostedAnswer, refusalAnswer, runningAnswer, unclearAnswer } from "../messages/answers/answer.ts";
import { incidentsMessage, joinedAnswer } from "../messages/answers/incidents.ts";
import { helpMessage } from "../messages/answers/help.ts";
import { statusMessage } from "../messages/answers/standing.ts";
import type { Message } from "../messages/message.ts";
import { halting } from "./halting.ts";
import { readAsk } from "./read-ask.ts";
import type { Desk, Request } from "./desk.ts";
import { groupsOf, isByName, isOneOfUs, mayAsk, type Asking, type Person, type Refusal } from "./may-ask.ts";
import { languageOf } from "./people.ts";
import type { Source } from "./source-mark.ts";
import { silence } from "./silence.ts";
import { standingOf } from "./standing.ts";

/** Who asks is told where it is told as soon as its first message stands; where Slack takes longer, the thread will say it. */
const HEADLINE_MS = 10_000;

/** Do what somebody wrote after `/diagnose` or a mention; whatever does not belong to all is answered to that person only. Never throws. */
export async function attend(desk: Desk, request: Request, text: string): Promise<void> {
  try {
    await answerTo(desk, request, text);
  } catch (error) {
    const id = desk.newId();
    const { slack } = desk.words;
    desk.log.error({ id, user: request.userId, err: error }, "attending to a request");
    await request.answer(answer(slack.error(slack.doing.answering, id)));
  }
}

async function answerTo(desk: Desk, request: Request, text: string): Promise<void> {
  const { people, known, homeTeamId, now } = desk;
  const person = await people.person(request.userId);
  const words = ownWords(desk, person);
  const foreign = isOneOfUs(person, homeTeamId);
  if (foreign) return request.answer(refusalAnswer(words, foreign, "", {}));
  const ask = readAsk(text, known);
  switch (ask.kind) {
    case "help":
      return request.answer(helpMessage(known, words));
    case "status":
      return request.answer(statusMessage(await standingOf(desk), now(), words));
    case "incidents":
      return request.answer(incidentsMessage(await standingOf(desk), words));
    case "mute":
    case "unmute":
      return request.answer(await silence(desk, { request, person }, ask));
    case "stop":
    case "resume":
      return request.answer(await halting(desk, { request, person }, ask));
    case "diagnose": {
      const told = await begin(desk, { request, person, environment: ask.environment, ...(ask.runbook ? { runbook: ask.runbook } : {}) });
      return told && request.answer(told);
    }
    case "no-environment":
    case "no-runbook":
    case "no-duration":
    case "too-much":
      return request.answer(unclearAnswer(words, ask, known));
  }
}

/** Who wants which environment looked at, by which runbook (without one, the environment's own), and where. */
export type Wanted = { request: Request; person: Person | undefined; environment: string; runbook?: string };

/** Begin a diagnosis, if this person may and none is under way. Returns what to tell that person; nothing where the thread says it all. */
export async function begin(desk: Desk, { request, person, environment: name, runbook: id }: Wanted): Promise<Message | undefined> {
  const { environments, library, now, log } = desk;
  const words = ownWords(desk, person);
  const environment = environments.get(name);
  const runbook = environment && library.runbooks.get(id ?? environment.runbook);
  if (!environment || !runbook) return unclearAnswer(words, { kind: "no-environment", said: name }, desk.known);
  const refusal = await refusalOf(desk, request, person, environment);
  if (refusal) {
    log.info({ user: request.userId, channel: request.channel.id, environment: name, guard: refusal.guard }, "refused to diagnose");
    return refusalAnswer(words, refusal, name, environment);
  }
  if (desk.closing()) return answer(words.slack.refusals.restarting);
  const shut = await desk.shutFor(request.channel.id);
  if (shut !== undefined) return notPostedAnswer(words, shut, request.channel.id);
  const home = { channel: request.channel.id, ...(request.threadTs === undefined ? {} : { threadTs: request.threadTs }) };
  const by = { userId: request.userId, name: person?.name ?? request.userId };
  const asked = { environment: name, runbook: runbook.id, by, home, now: now() };
  const result = await desk.diagnoses.ask(asked).catch((error: unknown) => {
    log.error({ environment: name, user: request.userId, err: error }, "beginning a diagnosis: the store");
    return undefined;
  });
  if (!result) return answer(words.slack.refusals.notWritten);
  if ("running" in result) return runningAnswer(words, name, await desk.linkToIncident(result.incident));
  const { begun: row, incident, joined } = result;
  log.info(
    { diagnosis: row.id, incident: incident.id, environment: name, runbook: runbook.id, user: request.userId, channel: home.channel },
    "diagnosis began",
  );
  const ended = desk.run({ row, incident });
  if (request.source) void markSource(desk, request.source, ended);
  return whereItIsTold(desk, { incident, joined, words, home });
}

type ToldIn = { incident: Incident; joined: boolean; words: Words; home: Home };

/** Tells the person where it is told, if that is not where they asked, or that it cannot be. */
async function whereItIsTold(desk: Desk, { incident, joined, words, home }: ToldIn): Promise<Message | undefined> {
  const outcome = await desk.outbox.outcomeOf(headlineKey(incident.id), HEADLINE_MS);
  if (outcome && !("ts" in outcome)) return notPostedAnswer(words, "refused" in outcome ? outcome.refused : outcome.inDoubt, home.channel);
  const thread = incident.home.threadTs ?? outcome?.ts;
  if (!joined || (incident.home.channel === home.channel && thread === home.threadTs)) return undefined;
  return joinedAnswer(words, incident.environment, await desk.linkToIncident(incident));
}

async function markSource({ marks }: Desk, source: Source, ended: Promise<DiagnosisEnd | undefined>): Promise<void> {
  await marks.begun(source);
  const end = await ended;
  if (end) await marks.ended(source, end.how);
}

/** Why somebody may not ask about an environment here; only what it takes to tell is asked of Slack. */
export async function refusalOf(
  { people, homeTeamId }: Desk,
  { channel }: Pick<Request, "channel">,
  person: Person | undefined,
  environment: Environment,
): Promise<Refusal | undefined> {
  const name = channel.name ?? (!channel.direct && isByName(environment.channel) ? await people.channelName(channel.id) : undefined);
  const asking: Asking = { person, homeTeamId, channel: { ...channel, name }, groups: new Map() };
  const refusal = mayAsk(asking, environment);
  const groups = groupsOf(environment);
  if (!refusal || groups.length === 0) return refusal;
  const members = await Promise.all(groups.map(async (group) => [group, await people.membersOf(group)] as const));
  return mayAsk({ ...asking, groups: new Map(members) }, environment);
}

/** The words of a person's own answers. */
export function ownWords({ words }: Pick<Desk, "words">, person: Person | undefined): Words {
  return wordsOf(languageOf(person, words.language));
}
