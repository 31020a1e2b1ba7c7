import type { Environment } from "../config/config.ts";
import { lineChartSvg } from "./chart/line-chart.ts";
import { pngOf } from "./chart/png.ts";
import type { IncidentRecord } from "./incident-record.ts";
import { markdownOf } from "./markdown.ts";
import { postmortemOf } from "./postmortem.ts";
import type { Reporting } from "./story/story.ts";

/** A file of a report: the Markdown (`report-7.md`, first) or a chart that it shows (`incident-7-disk-queue.png`). `title` says in words what it is; `alt` what is to be seen. */
export type ReportFile = { name: string; title: string } & ({ text: string } | { bytes: Buffer; alt: string });

/** Write the report of an incident: its Markdown and its charts. Pure but for the fonts that are read. Takes about 0.2 s for each look kept, and 50 ms a chart. */
export function reportFiles(record: IncidentRecord, reporting: Reporting): ReportFile[] {
  const postmortem = postmortemOf(record, reporting);
  const charts = postmortem.pictures.map(({ name, chart }) => ({
    name: `${name}.png`,
    title: chart.title,
    alt: chart.alt,
    bytes: pngOf(lineChartSvg(chart)),
  }));
  return [{ name: `report-${record.incident.id}.md`, title: postmortem.title, text: markdownOf(postmortem, reporting.words) }, ...charts];
}

/** The zone that an incident is told in: its environment's, or UTC where gumshoe.yml does not name the environment any more. */
export function timezoneOf({ incident }: Pick<IncidentRecord, "incident">, environments: ReadonlyMap<string, Environment>): string {
  return environments.get(incident.environment)?.timezone ?? "UTC";
}
