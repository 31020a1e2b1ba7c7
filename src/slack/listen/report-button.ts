import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { ownWords, refusalOf } from "../ask/attend.ts";
import type { Desk } from "../ask/desk.ts";
import { isOneOfUs } from "../ask/may-ask.ts";
import { answerIn, isDirect } from "../ask/private-answer.ts";
import { threadOf } from "../incident/teller.ts";
import { answer, refusalAnswer } from "../messages/answers/answer.ts";
import { REPORT_ACTION, reportedIncident, reportMessage } from "../messages/incident/report.ts";
import type { Message } from "../messages/message.ts";
import type { Attachment } from "../outbox/entry.ts";

/** Who clicked, where, at which moment. */
type Click = { userId: string; channel: string; channelName: string | undefined; threadTs: string | undefined; at: string };

/** The button in an incident's headline: the report is written, and attached in the thread. */
export function listenToReport(app: App, desk: Desk, client: WebClient): void {
  app.action<BlockAction<ButtonAction>>(REPORT_ACTION, async ({ action, body }) => {
    const { channel, user, container } = body;
    const thread: unknown = container["thread_ts"] ?? container["message_ts"];
    const id = reportedIncident(action.value);
    if (!channel || id === undefined) return;
    const threadTs = typeof thread === "string" ? thread : undefined;
    const click = { userId: user.id, channel: channel.id, channelName: channel.name, threadTs, at: action.action_ts };
    const told = await written(desk, id, click);
    const whom = { channel: click.channel, user: click.userId, ...(threadTs === undefined ? {} : { threadTs }) };
    if (told) await answerIn(client, whom, told, desk.log);
  });
}

/** Writes a report into the thread; returns what to tell who clicked, where that is nothing for all. Never throws. */
async function written(desk: Desk, id: number, click: Click): Promise<Message | undefined> {
  try {
    return await write(desk, id, click);
  } catch (error) {
    const errorId = desk.newId();
    desk.log.error({ id: errorId, incident: id, err: error }, "writing a report");
    return answer(desk.words.slack.error(desk.words.slack.doing.answering, errorId));
  }
}

async function write(desk: Desk, id: number, { userId, channel, channelName, at: clickedAt }: Click): Promise<Message | undefined> {
  const { people, homeTeamId, environments, outbox } = desk;
  const person = await people.person(userId);
  const words = ownWords(desk, person);
  const foreign = isOneOfUs(person, homeTeamId);
  if (foreign) return refusalAnswer(words, foreign, "", {});
  const record = await desk.incidents.record(id);
  const environment = record && environments.get(record.incident.environment);
  if (!record || !environment) return answer(words.slack.error(words.slack.doing.answering, `incident ${id}`));
  const name = channelName === "privategroup" ? undefined : channelName;
  const request = { channel: { id: channel, name, direct: isDirect(channel, channelName) } };
  const refusal = await refusalOf(desk, request, person, environment);
  if (refusal) return refusalAnswer(words, refusal, record.incident.environment, environment);
  const by = person?.name ?? userId;
  await desk.audit.note({ at: desk.now(), actor: by, event: "reported", detail: { user: userId }, incident: id });
  const files = await desk.reportOf(record);
  const place = threadOf(record.incident);
  const key = `incident:${id}:report:${clickedAt}`;
  const told = { incident: id, by };
  await outbox.owe({ ...place, key, message: reportMessage({ ...told, files: files.map((file) => file.name) }, desk.words) });
  void attach(desk, files, { place, key, told });
  return undefined;
}

type Attaching = { place: ReturnType<typeof threadOf>; key: string; told: { incident: number; by: string } };

/** Attaches the files; those that could not be are named in the message. */
async function attach({ outbox, words }: Desk, files: readonly Attachment[], { place, key, told }: Attaching): Promise<void> {
  const outcomes = await Promise.all(files.map(async (file, nth) => outbox.post({ ...place, key: `${key}:${nth}`, file })));
  const notAttached = outcomes.flatMap((outcome, nth) => {
    const because = "refused" in outcome ? outcome.refused : "inDoubt" in outcome ? outcome.inDoubt : undefined;
    return because === undefined ? [] : [{ file: files[nth]?.name ?? "", because }];
  });
  if (notAttached.length === 0) return;
  const attached = files.map(({ name }) => name).filter((name) => notAttached.every(({ file }) => file !== name));
  outbox.edit(place.channel, key, reportMessage({ ...told, files: attached, notAttached }, words));
}
