import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../config/config.ts";
import type { ReadIncidents } from "../report/incident-record.ts";
import { reportFiles, timezoneOf, type ReportFile } from "../report/report-files.ts";
import type { Reporting } from "../report/story/story.ts";
import type { Words } from "../words/en.ts";
import { openLibrary } from "./shipped.ts";
import { UsageError } from "./usage-error.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";
import { withIncidents } from "./with-incidents.ts";
import metadata from "../../package.json" with { type: "json" };

/** The options of `gumshoe report`: the configuration's path, and the folder to write into (`./report-<N>` where none is named). */
type ReportOptions = { config: string; out?: string } & SharedOptions;

/** How many incidents are named where the one that was asked for is not there. */
const KNOWN = 10;

/** `gumshoe report N`: write the draft of incident N's postmortem, with its charts, into a folder, and print where. Throws a UsageError. */
export async function report(id: string, options: ReportOptions, terminal: Pick<Terminal, "env" | "print">): Promise<void> {
  const [config, { library, parsers }] = await Promise.all([loadConfig(options.config), openLibrary(options.runbooks)]);
  const { words } = options;
  const record = await withIncidents({ config, env: terminal.env }, async (incidents) => findIncident(id, incidents, words));
  const timezone = timezoneOf(record, config.environments);
  const reporting: Reporting = { words, timezone, library, parsers, version: metadata.version, now: new Date() };
  const dir = options.out ?? `./report-${record.incident.id}`;
  const path = await writeReport(dir, reportFiles(record, reporting), words);
  terminal.print(words.report.command.written(path.file, path.charts));
}

/** The record of an incident by its number as it was typed. Throws a UsageError that names those there are. */
export async function findIncident(
  id: string,
  incidents: ReadIncidents,
  words: Words,
): Promise<NonNullable<Awaited<ReturnType<ReadIncidents["record"]>>>> {
  const record = /^\d{1,15}$/.test(id) ? await incidents.record(Number(id)) : undefined;
  if (record) return record;
  const known = await incidents.list({ most: KNOWN });
  throw new UsageError(
    words.report.command.noIncident(
      id,
      known.map((incident) => incident.id),
    ),
  );
}

/**
 * Write a report's files into a folder that is new, empty, or holds an earlier report of the same incident which nobody edited since. Throws a
 * UsageError for any other; then nothing was written.
 */
export async function writeReport(dir: string, files: readonly ReportFile[], words: Words): Promise<{ file: string; charts: number }> {
  const [draft] = files;
  if (!draft || !("text" in draft)) throw new Error("writing a report: its Markdown must come first");
  const file = join(dir, draft.name);
  await refuseOthers(dir, file, words);
  await mkdir(dir, { recursive: true });
  // The Markdown first: whatever happens then, the folder is known for a report's, and may be written again.
  await writeFile(file, signed(draft.text));
  for (const each of files) if ("bytes" in each) await writeFile(join(dir, each.name), each.bytes);
  return { file, charts: files.length - 1 };
}

async function refuseOthers(dir: string, file: string, words: Words): Promise<void> {
  const { taken, edited } = words.report.command;
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error.code === "ENOTDIR" ? new UsageError(taken(dir)) : error;
  });
  if (names.length === 0) return;
  const text = await readFile(file, "utf8").catch(() => undefined);
  const body = text !== undefined && SIGNATURE.test(text) ? text.replace(SIGNATURE, "") : undefined;
  if (body === undefined) throw new UsageError(taken(dir));
  if (signed(body) !== text) throw new UsageError(edited(file));
}

const SIGNATURE = /^<!-- gumshoe report [0-9a-f]{64} -->\n\n/;

/** A text with its digest before it, which tells whether somebody edited it since. */
function signed(text: string): string {
  return `<!-- gumshoe report ${createHash("sha256").update(text).digest("hex")} -->\n\n${text}`;
}
