import { loadConfig, type Config } from "../../config/config.ts";
import { isOpen, type Incident } from "../../incident/incident.ts";
import { timezoneOf } from "../../report/report-files.ts";
import { momentOf } from "../../report/story/when.ts";
import type { Words } from "../../words/en.ts";
import { findIncident } from "../report.ts";
import { openLibrary } from "../shipped.ts";
import { printable } from "../terminal.ts";
import type { SharedOptions, Terminal } from "../verbs.ts";
import { withIncidents } from "../with-incidents.ts";
import { showIncident } from "./show-incident.ts";
import { table } from "./table.ts";

/** The options of `gumshoe incidents`. */
export type IncidentsOptions = SharedOptions & { config: string; json: boolean };

/** So many are listed where not all are asked for; those that are open in any case. */
const LATEST = 20;
const ALL = 100_000;

/** `gumshoe incidents list`: those that are open first, then the latest. */
export async function listIncidents(
  { config: path, all, json, words }: IncidentsOptions & { all: boolean },
  terminal: Terminal,
): Promise<void> {
  const config = await loadConfig(path);
  const { open, latest } = await withIncidents({ config, env: terminal.env }, async ({ list }) => ({
    open: await list({ open: true, most: ALL }),
    latest: await list({ most: all ? ALL : LATEST }),
  }));
  const incidents = [...open, ...latest.filter((incident) => !isOpen(incident))];
  if (json) return terminal.print(`${JSON.stringify({ incidents })}\n`);
  if (incidents.length === 0) return terminal.print(words.store.list.none);
  terminal.print(`${table([words.store.list.columns, ...incidents.map((incident) => rowOf(incident, config, words))]).join("\n")}\n`);
  if (!all && latest.length === LATEST) terminal.print(words.store.list.more(LATEST));
}

function rowOf(incident: Incident, { environments }: Config, { store, report }: Words): string[] {
  const zone = timezoneOf({ incident }, environments);
  return [
    String(incident.id),
    printable(incident.environment),
    store.state[incident.state],
    report.severity[incident.severity],
    momentOf(incident.openedAt, zone),
    incident.endedAt ? momentOf(incident.endedAt, zone) : store.list.open,
    store.list.alarms(incident.alarms),
  ];
}

/** `gumshoe incidents show N`: how it stands, its alarms, its diagnoses, and all that happened with its sources. Throws a UsageError. */
export async function printIncident(id: string, { config: path, json, ...options }: IncidentsOptions, terminal: Terminal): Promise<void> {
  const [config, { library }] = await Promise.all([loadConfig(path), openLibrary(options.runbooks)]);
  const { words } = options;
  const record = await withIncidents({ config, env: terminal.env }, async (incidents) => findIncident(id, incidents, words));
  if (json) {
    const { evidence: _, ...told } = record;
    return terminal.print(`${JSON.stringify(told)}\n`);
  }
  terminal.print(showIncident({ record, words, library, timezone: timezoneOf(record, config.environments) }, terminal.paint));
}
