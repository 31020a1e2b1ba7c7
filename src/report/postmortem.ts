import { plain } from "../words/numbers.ts";
import { picturesOf, type Picture } from "./chart/pictures.ts";
import type { IncidentRecord } from "./incident-record.ts";
import { appendixOf, type Appendix } from "./sections/appendix.ts";
import { causeOf, type CauseTold } from "./sections/cause.ts";
import { courseOf, type CourseLine } from "./sections/course.ts";
import { followUpsOf } from "./sections/follow-ups.ts";
import { impactRows, type Row } from "./impact/impact-rows.ts";
import { proofOf, type ProofTold } from "./sections/proof.ts";
import { deedsOf, type Deed } from "./sections/people.ts";
import { storyOf, type Reporting, type Story } from "./story/story.ts";
import { summaryOf } from "./sections/summary.ts";
import { momentOf, dateOf } from "./story/when.ts";

/**
 * The draft of a postmortem in the sentences of one language. Where it is shown is up to others: nothing in it is escaped, redacted or cut, and
 * much of it comes from hosts, alarms and people.
 */
export type Postmortem = {
  incident: number;
  title: string;
  facts: readonly Row[];
  summary: readonly string[];
  impact: readonly Row[];
  alarms: readonly (readonly string[])[];
  timeline: readonly CourseLine[];
  cause: CauseTold;
  proof?: ProofTold;
  /** What could not be seen, and why; where nothing is missing, one sentence that says so. */
  notSeen: readonly string[];
  people: readonly Deed[];
  followUps: readonly string[];
  appendix: Appendix;
  pictures: readonly Picture[];
};

/** More alarms than this are named in the timeline only. */
const MOST_ALARMS = 60;

/** Write the draft from what is recorded. Pure: the same record, words and time give the same draft. Takes up to 0.2 s for each of eight looks. */
export function postmortemOf(record: IncidentRecord, reporting: Reporting): Postmortem {
  const story = storyOf(record, reporting);
  const { words, timezone, main } = story;
  const { incident } = record;
  const missing = main?.told.notSeen;
  const proof = proofOf(story);
  return {
    incident: incident.id,
    title: words.report.title(incident.id, incident.environment, dateOf(story.span.beganAt, timezone)),
    facts: factsOf(story),
    summary: summaryOf(story),
    impact: impactRows(story),
    alarms: alarmRows(story),
    timeline: courseOf(story),
    cause: causeOf(story),
    ...(proof ? { proof } : {}),
    notSeen: missing === undefined ? [words.report.cause.notKnownSeen] : missing.length > 0 ? missing : [words.report.cause.allSeen],
    people: deedsOf(story),
    followUps: followUpsOf(story),
    appendix: appendixOf(story),
    pictures: picturesOf(story),
  };
}

function factsOf({ record: { incident }, span, words, timezone, now, version }: Story): Row[] {
  const { facts, severity, state, writtenBy } = words.report;
  return [
    [facts.environment, incident.environment],
    [facts.state, state[incident.state]],
    [facts.severity, severity[incident.severity]],
    [facts.began, momentOf(span.beganAt, timezone)],
    ...(span.open ? [] : [[facts.ended, momentOf(span.until, timezone)] as const]),
    [facts.times, timezone],
    [facts.written, writtenBy(momentOf(now, timezone), version)],
  ];
}

/** The alarms of an incident as rows under `words.report.alarms.columns`, those first that fired first. */
export function alarmRows({ record, words, timezone }: Pick<Story, "record" | "words" | "timezone">): string[][] {
  const { state, unknown } = words.report.alarms;
  const number = (value: number | undefined) => (value === undefined ? unknown : plain(value));
  const firsts = new Map<string, Date>();
  for (const { at, what } of record.timeline) if (what.kind === "alarm-fired" && !firsts.has(what.alarm)) firsts.set(what.alarm, at);
  const rows = record.alarms.map((alarm) => ({ alarm, first: firsts.get(alarm.key) ?? alarm.firedAt }));
  return rows
    .toSorted((a, b) => (a.first?.getTime() ?? Infinity) - (b.first?.getTime() ?? Infinity))
    .slice(0, MOST_ALARMS)
    .map(({ alarm, first }) => [
      alarm.name,
      first ? momentOf(first, timezone) : unknown,
      plain(alarm.firings),
      number(alarm.value),
      number(alarm.threshold),
      state[alarm.state],
    ]);
}
