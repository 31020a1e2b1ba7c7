import type { Mute } from "../../../alarm/ledger.ts";
import type { HeadlineTold } from "../../../diagnosis/diagnoses.ts";
import type { Entry, Untold } from "../../../diagnosis/untold.ts";
import type { Incident, IncidentState } from "../../../incident/incident.ts";
import type { Words } from "../../../words/en.ts";
import { message, type Message } from "../message.ts";
import { bold, boldLine, code, filled, line, mention, moment, rich, type Piece } from "../rich.ts";
import { alarmName, alarmSays, worseFirst } from "./alarm-lists.ts";
import { rootsOf } from "./incident-headline.ts";
import { reportButton } from "./report.ts";

/** What of an incident its lines are told by. */
type Told = Pick<Untold, "incident" | "alarms" | "last" | "before" | "found">;

/** What an entry of the timeline is told as in the thread; nothing where the headline, or the diagnosis itself, says it. */
export function entryMessage(entry: Entry, untold: Told, words: Words): Message | undefined {
  const { incident } = untold;
  const { thread } = words.slack.incident;
  const { what, at } = entry;
  const says = (sentence: string, pieces: Readonly<Record<string, Piece>> = {}) =>
    message([rich(line(...filled(sentence, { at: moment(at), ...pieces })))]);
  switch (what.kind) {
    case "alarm-fired":
      return message([rich(line(...firedPieces(what, at, words)))]);
    case "alarm-no-data":
      return says(thread.noData, { alarm: alarmName(what.name) });
    case "alarm-flaps":
      return says(thread.flaps(what.changes), { alarm: alarmName(what.name) });
    case "reopened":
      return says(thread.reopened);
    case "muted":
      return says(thread.muted(incident.environment), {
        until: moment(new Date(what.until)),
        by: bold(what.by),
        code: code(`/diagnose unmute ${incident.environment}`),
      });
    case "unmuted":
      return says(thread.unmuted, { by: bold(what.by) });
    case "state":
      return stateMessage(what.to, untold, at, words);
    case "alarm-quiet":
    case "opened":
    case "looking":
    case "looked":
    case "look-failed":
    case "called":
    case "reported":
    case "planned":
    case "approved":
    case "carried-out":
    case "proof-began":
    case "proven":
    case "not-proven":
      return undefined;
  }
}

/** Who is on call is called: the one mention of an incident, with what fired. */
export function calledMessage(
  whom: string,
  { incident, alarms }: Pick<Untold, "incident" | "alarms">,
  first: Entry | undefined,
  words: Words,
): Message {
  const { thread } = words.slack.incident;
  const called = filled(thread.called(incident.environment, incident.severity), { whom: mention(whom) });
  const [worst] = alarms.filter(({ state }) => state === "alarm").toSorted(worseFirst);
  if (first?.what.kind === "alarm-fired") return message([rich(line(...called), line(...firedPieces(first.what, first.at, words)))]);
  const fired = worst ? [line(...firedPieces(worst, worst.firedAt ?? worst.changedAt, words))] : [];
  return message([rich(line(...called), ...fired)]);
}

/** Changes that were not told one by one, in one line. */
export function foldedMessage(entries: readonly Entry[], words: Words): Message {
  const alarms = new Set(entries.flatMap(({ what }) => ("alarm" in what ? [what.alarm] : [])));
  const changes = entries.filter(({ what }) => "alarm" in what).length;
  const since = entries.reduce((first, { at }) => (at < first ? at : first), entries[0]?.at ?? new Date(0));
  return message([rich(line(...filled(words.slack.incident.thread.folded(changes, alarms.size), { at: moment(since) })))]);
}

/** A root cause that was not told before, of an environment that is muted. */
export function newCauseMessage(
  { incident, mute }: { incident: Incident; mute: Mute },
  told: Pick<HeadlineTold, "roots" | "advice">,
  words: Words,
): Message {
  const { thread } = words.slack.incident;
  const titles = told.roots.map(({ title }) => title);
  const next = told.advice === undefined ? [] : [line(words.slack.headline.next(told.advice))];
  return message([
    rich(
      boldLine(...filled(thread.newCause(incident.environment, titles), { until: moment(mute.until) })),
      ...told.roots.map(({ says }) => line(says)),
      ...next,
    ),
  ]);
}

function firedPieces(fired: { name: string; reason: string; value?: number; threshold?: number }, at: Date, words: Words): Piece[] {
  const says = alarmSays(fired, words);
  const pieces = filled(words.slack.incident.thread.fired, { alarm: alarmName(fired.name), at: moment(at) });
  return says === "" ? pieces : [...pieces, `: ${says}`];
}

/** What nobody was called for, and where nothing was found, is over without a word more than the headline's. */
function stateMessage(to: IncidentState, { incident, alarms, last, before, found }: Told, at: Date, words: Words): Message | undefined {
  const { thread } = words.slack.incident;
  if (alarms.length === 0 && [last, before, found].every((row) => rootsOf(row).length === 0)) return undefined;
  switch (to) {
    case "easing":
      return message([rich(line(...filled(thread.easing, { at: moment(incident.easedAt ?? at) })))]);
    case "recovered": {
      const said = thread.recovered(Math.max(0, at.getTime() - incident.openedAt.getTime()), alarms.length > 0);
      return message([rich(boldLine(said)), reportButton(incident, words)]);
    }
    case "lapsed":
      return message([
        rich(line(...filled(thread.lapsed, { code: code(`/diagnose ${incident.environment}`) }))),
        reportButton(incident, words),
      ]);
    case "open":
      return undefined;
  }
}
