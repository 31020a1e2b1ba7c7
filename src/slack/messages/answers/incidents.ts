import type { Mute } from "../../../alarm/ledger.ts";
import type { Incident } from "../../../incident/incident.ts";
import type { Words } from "../../../words/en.ts";
import { message, type Message } from "../message.ts";
import { bold, code, filled, line, link, moment, rich, titledList, type Piece } from "../rich.ts";

/** An incident with the way to its thread, where that is known. */
export type Linked = { incident: Incident; url?: string | undefined };

/** Incidents that are named; the others are counted. */
const NAMED = 20;

/** `/diagnose mute`: until when, and how to end it. */
export function mutedAnswer(words: Words, { environment, until }: Pick<Mute, "environment" | "until">): Message {
  const { answers } = words.slack.incident;
  return message([
    rich(
      line(...filled(answers.muted(environment), { until: moment(until) })),
      line(...filled(answers.endIt, { code: code(`/diagnose unmute ${environment}`) })),
    ),
  ]);
}

/** `/diagnose unmute`: `was` tells whether it was muted. */
export function unmutedAnswer(words: Words, environment: string, was: boolean): Message {
  const { answers } = words.slack.incident;
  return message([rich(line(was ? answers.unmuted(environment) : answers.notMuted(environment)))]);
}

/** The look that somebody asked for belongs into the thread of an incident that is open elsewhere. */
export function joinedAnswer(words: Words, environment: string, url: string | undefined): Message {
  const { incident, buttons } = words.slack;
  const to = url === undefined ? "" : link(url, buttons.openThread);
  return message([rich(line(...filled(incident.answers.joined(environment), { link: to })))]);
}

/** What is open and muted, unless that could not be read. */
type Open = { open: readonly Linked[]; mutes: readonly Mute[]; unread?: boolean };

/** `/diagnose incidents`: those that are open, each with the way to its thread; and what is muted. */
export function incidentsMessage({ open, mutes, unread = false }: Open, words: Words): Message {
  const { answers, health } = words.slack.incident;
  if (unread) return message([rich(line(bold(`${health.parts.store}: ${health.ill(health.unread)}`)))]);
  const lines = incidentLines(open, words);
  const list = lines.length > 0 ? titledList(answers.incidents(open.length), lines) : [rich(line(answers.incidents(0)))];
  return message([...list, ...titledList(answers.mutes, muteLines(mutes, words))]);
}

/** Open incidents, a line each. */
export function incidentLines(open: readonly Linked[], words: Words): Piece[][] {
  const lines = open.slice(0, NAMED).map((each) => incidentLine(each, words));
  return open.length > lines.length ? [...lines, [words.slack.incident.answers.more(open.length - lines.length)]] : lines;
}

/** What is muted, a line each. */
export function muteLines(mutes: readonly Mute[], words: Words): Piece[][] {
  return mutes.map(({ environment, until, by }) =>
    filled(words.slack.incident.answers.mute(environment), { until: moment(until), by: bold(by) }),
  );
}

/** How an incident stands, with the way to its thread. */
function incidentLine({ incident, url }: Linked, words: Words): Piece[] {
  const { answers } = words.slack.incident;
  const says = filled(answers.incident(incident.environment, answers.state[incident.state]), { at: moment(incident.openedAt) });
  const alarms = incident.alarms > 0 ? [`, ${answers.alarms(incident.alarms)}`] : [];
  return [...says, ...alarms, ...(url === undefined ? [] : [" · ", link(url, words.slack.buttons.openThread)])];
}
