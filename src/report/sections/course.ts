import type { DeliverySource } from "../../alarm/alarm.ts";
import type { Entry } from "../../diagnosis/untold.ts";
import type { Happening } from "../../incident/timeline-entry.ts";
import { plain } from "../../words/numbers.ts";
import { momentsOf } from "../story/looked.ts";
import { titleOf, type Story } from "../story/story.ts";
import { momentOf, timeUnlessOtherDay } from "../story/when.ts";

/** One line of the timeline: when (of the day, with its date where that is another than the line's before), what, and who says so. */
export type CourseLine = { when: string; what: string; source: string };

type Told = { at: number; until?: number; what: string; source: string };

/** More lines than this nobody reads; the first and the last of them are kept. */
const MOST_LINES = 160;
const LAST_LINES = 60;

/** The course of the incident in order of time: what was taken in and done, and what the logs and metrics themselves say. */
export function courseOf(story: Story): CourseLine[] {
  const { timezone, words } = story;
  const all = [...recorded(story), ...ofEvidence(story), ...audited(story)].toSorted((a, b) => a.at - b.at);
  const cut = all.length - MOST_LINES;
  const shown = cut > 0 ? [...all.slice(0, MOST_LINES - LAST_LINES), ...all.slice(-LAST_LINES)] : all;
  let before = -Infinity;
  const lines = shown.map(({ at, until, what, source }) => {
    const start = Number.isFinite(before) ? timeUnlessOtherDay(at, before, timezone) : momentOf(at, timezone);
    before = at;
    return { when: until === undefined ? start : `${start} … ${timeUnlessOtherDay(until, at, timezone)}`, what, source };
  });
  const note = { when: "…", what: words.report.course.leftOut(cut), source: words.report.sources.gumshoe };
  return cut > 0 ? lines.toSpliced(MOST_LINES - LAST_LINES, 0, note) : lines;
}

/** What is written down; an alarm that fires (or goes quiet) again and again is told twice and then counted. */
function recorded(story: Story): Told[] {
  const told: Told[] = [];
  const again = new Map<string, { entry: Entry; times: number; last: Date }>();
  const seen = new Map<string, number>();
  for (const entry of story.record.timeline) {
    const { what } = entry;
    if (what.kind !== "alarm-fired" && what.kind !== "alarm-quiet") {
      told.push({ at: entry.at.getTime(), ...tellHappening(what, story) });
      continue;
    }
    const key = `${what.kind} ${what.alarm}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    const more = what.kind === "alarm-fired" ? (what.repeated ?? 1) : 1;
    if (times <= 2) told.push({ at: entry.at.getTime(), ...tellHappening(what, story) });
    else {
      const known = again.get(key);
      again.set(key, { entry: known?.entry ?? entry, times: (known?.times ?? 0) + more, last: entry.at });
    }
  }
  return [...told, ...[...again.values()].map((each) => tellAgain(each, story))];
}

function tellAgain({ entry, times, last }: { entry: Entry; times: number; last: Date }, { words, timezone }: Story): Told {
  const { course, sources } = words.report;
  const name = "name" in entry.what ? entry.what.name : "";
  const tell = entry.what.kind === "alarm-fired" ? course.firedMore : course.quietMore;
  return { at: entry.at.getTime(), what: tell(times, timeUnlessOtherDay(last, entry.at, timezone)), source: sources.alarm(name) };
}

/** What an entry of the timeline is told with. */
export type Telling = Pick<Story, "words" | "timezone" | "library"> & { record: Pick<Story["record"], "incident" | "alarms"> };

/** One happening in words, and who says so. */
export function tellHappening(what: Happening, story: Telling): Pick<CourseLine, "what" | "source"> {
  const { course, sources } = story.words.report;
  const gumshoe = (text: string) => ({ what: text, source: sources.gumshoe });
  const person = (by: string, text: string) => ({ what: text, source: by === "gumshoe" ? sources.gumshoe : by });
  switch (what.kind) {
    case "opened":
      return { what: course.opened(story.record.incident.id), source: openerOf(what.by, story) };
    case "reopened":
      return person(WAYS.includes(what.by) ? "gumshoe" : what.by, course.reopened);
    case "alarm-fired":
      return { what: course.fired(amount(what.value), amount(what.threshold), what.reason), source: sources.alarm(what.name) };
    case "alarm-quiet":
      return { what: course.quiet, source: sources.alarm(what.name) };
    case "alarm-flaps":
      return { what: course.flaps(what.changes), source: sources.alarm(what.name) };
    case "alarm-no-data":
      return { what: course.noData(what.reason), source: sources.alarm(what.name) };
    case "looking":
      return gumshoe(course.looking(what.runbook, what.why, what.by));
    case "looked":
      return gumshoe(tellLooked(what, story));
    case "look-failed":
      return gumshoe(course.lookFailed(what.because));
    case "state":
      return gumshoe(course.state[what.to]);
    case "called":
      return gumshoe(course.called(what.whom));
    case "muted":
      return person(what.by, course.muted(untilOf(what.until, story)));
    case "unmuted":
      return person(what.by, course.unmuted);
    case "reported":
      return person(what.by, course.reported);
    case "planned":
      return person(what.by, course.planned(what.action));
    case "approved":
      return person(what.by, course.approved(what.action, what.missing));
    case "carried-out":
      return gumshoe(course.carriedOut(what.action, what.outcome));
    case "proof-began":
      return gumshoe(story.words.proof.course.began(what.action, what.goodMs));
    case "proven":
      return gumshoe(story.words.proof.course.proven(what.action, what.goodMs));
    case "not-proven":
      return gumshoe(story.words.proof.course.notProven(what.action, what.is));
  }
}

/** The ways by which alarms come; where one opened something, its name says more. */
const WAYS: readonly string[] = ["eventbridge", "sns", "sns-raw", "sns-https", "lightsail", "check"] satisfies DeliverySource[];

/** Who opened the incident: the alarm by its name, the person, or Gumshoe's own schedule. */
function openerOf(by: string, { record, words }: Telling): string {
  const { openedBy } = record.incident;
  if (openedBy.kind === "person") return openedBy.name;
  if (openedBy.kind === "check" || by === "gumshoe") return words.report.sources.gumshoe;
  return words.report.sources.alarm(record.alarms.find(({ key }) => key === openedBy.alarm)?.name ?? openedBy.alarm);
}

function tellLooked(what: Happening & { kind: "looked" }, story: Telling): string {
  const { verdict } = story.words;
  const name = what.verdict in verdict ? verdict[what.verdict as keyof typeof verdict] : what.verdict;
  const titles = what.rootCauses.map((id) => titleOf(id, story));
  return story.words.report.course.looked(name, titles, what.sameAsBefore);
}

/** When a mute ends, as it was written down. */
export function untilOf(until: string, { timezone }: Pick<Story, "timezone">): string {
  const at = new Date(until);
  return Number.isNaN(at.getTime()) ? until : momentOf(at, timezone);
}

/** What the logs and metrics of all looks say, each moment once. */
function ofEvidence(story: Story): Told[] {
  const { words, looks, span, impact } = story;
  const { course, sources } = words.report;
  const several = new Set(looks.flatMap(({ raw }) => [...raw.hosts.keys()])).size > 1;
  const moments = momentsOf(looks).filter(({ what, history }) => !history && what !== "worker-booted");
  const told = moments.map((moment): Told => {
    const source = sources.moment[moment.what];
    // Each look tells of the first failing request that it knows: the first of them is the incident's, and the impact counts the others.
    const once = moment.what === "request-failed" || moment.what === "client-left";
    return {
      at: moment.firstAt,
      ...(once || moment.count === 1 ? {} : { until: moment.lastAt }),
      what: words.moment[moment.what](once ? { ...moment, count: 1 } : moment),
      source: several ? sources.onHost(source, moment.host) : source,
    };
  });
  const last = impact?.lastFailureAt;
  return [
    ...told,
    ...(span.roseAt ? [{ at: span.roseAt.getTime(), what: course.queueRose, source: sources.metrics }] : []),
    ...(last !== undefined && impact?.exact && !span.open
      ? [{ at: last, what: course.lastFailure, source: sources.moment["request-failed"] }]
      : []),
  ];
}

/** Events of the audit that the timeline tells already, or that are a plan's single steps. */
export const IN_TIMELINE: readonly string[] = [
  "opened",
  "reopened",
  "asked",
  "muted",
  "unmuted",
  "reported",
  "called",
  "planned",
  "approved",
  "begun",
  "taken over",
  "step begun",
  "step done",
  "ended",
  "proof began",
  "proven",
  "not proven",
];

/** Lines of the audit that the timeline does not tell, such as a refusal. */
function audited({ record, words }: Story): Told[] {
  return record.audit
    .filter(({ event }) => !IN_TIMELINE.includes(event))
    .map(({ at, actor, event }) => ({
      at: at.getTime(),
      what: words.report.course.audited(event),
      source: actor === "gumshoe" ? words.report.sources.gumshoe : actor,
    }));
}

function amount(value: number | undefined): string | undefined {
  return value === undefined ? undefined : plain(value);
}
