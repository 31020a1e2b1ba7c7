import type { IncidentRecord } from "../../report/incident-record.ts";
import { alarmRows } from "../../report/postmortem.ts";
import { lookRow } from "../../report/sections/appendix.ts";
import { tellHappening } from "../../report/sections/course.ts";
import { momentOf } from "../../report/story/when.ts";
import type { Library } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import { duration } from "../../words/numbers.ts";
import { printable, type Paint } from "../terminal.ts";
import { table } from "./table.ts";

/** What an incident is shown with: the language, its environment's time zone, the runbooks that name causes. */
export type Showing = { record: IncidentRecord; words: Words; timezone: string; library: Library };

/** An incident as text: how it stands, its alarms, its diagnoses, and every line of its timeline with its source. */
export function showIncident(showing: Showing, paint: Paint): string {
  const { record, words, timezone } = showing;
  const { report, store } = words;
  const section = (title: string, rows: readonly (readonly string[])[], head: readonly string[] = []): string[] => {
    if (rows.length === 0) return [];
    const clean = rows.map((row) => row.map(printable));
    return ["", paint.bold(title), ...table(head.length === 0 ? clean : [head, ...clean]).map((line) => `  ${line}`)];
  };
  const timeline = record.timeline.map(({ at, what }) => {
    const told = tellHappening(what, showing);
    return [momentOf(at, timezone), told.source, told.what];
  });
  const looks = record.diagnoses.map((row) => lookRow(row, { ...showing, looks: [] }));
  const { incident } = record;
  return [
    paint.bold(`${store.show.title(incident.id, printable(incident.environment))}  ${store.state[incident.state]}`),
    ...table(standing(showing).map((row) => row.map(printable))).map((line) => `  ${line}`),
    ...section(report.sections.alarms, alarmRows(showing), report.alarms.columns),
    ...section(store.show.looks, looks, report.appendix.columns),
    ...section(report.sections.timeline, timeline),
    "",
  ].join("\n");
}

function standing({ record: { incident, alarms }, words, timezone }: Showing): [string, string][] {
  const { report, store } = words;
  const { show } = store;
  const { openedAt, endedAt, home, reopened, openedBy } = incident;
  const alarm = openedBy.kind === "alarm" ? alarms.find(({ key }) => key === openedBy.alarm) : undefined;
  return [
    [report.facts.state, report.state[incident.state]],
    [report.facts.severity, report.severity[incident.severity]],
    [show.opened, momentOf(openedAt, timezone)],
    ...(endedAt ? ([[report.facts.ended, momentOf(endedAt, timezone)]] as [string, string][]) : []),
    ...(endedAt ? ([[show.lasted, duration(endedAt.getTime() - openedAt.getTime(), words.language)]] as [string, string][]) : []),
    ...(reopened > 0 ? ([[show.reopened, show.times(reopened)]] as [string, string][]) : []),
    [show.by, store.openedBy(alarm ? { kind: "alarm", alarm: alarm.name } : openedBy)],
    [show.told, home.threadTs === undefined ? home.channel : show.inThread(home.channel, home.threadTs)],
    [show.runbooks, incident.runbooks.join(", ")],
    [report.facts.times, timezone],
  ];
}
