import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { reason } from "../words/because.ts";
import { recorded, type Raw, type RawEvidence } from "./read-evidence.ts";

const Returned = z.object({ whole: z.boolean(), lostOldest: z.boolean(), exitCode: z.number().int() });

/** How a step came back that did not end whole and well. */
export type Returned = z.infer<typeof Returned>;

/** What the only host of a case is called. */
export const ONLY_HOST = "local";

const Verdict = z.object({
  verdict: z.enum(["root-cause", "inconclusive", "no-known-cause", "healthy"]),
  rootCauses: z.array(z.string()).default([]),
});

const CaseFile = z.object({
  name: z.string(),
  at: z.iso.datetime({ offset: true }),
  expected: Verdict.extend({ alsoAccepted: z.array(Verdict).default([]), notConfirmed: z.array(z.string()).default([]) }).optional(),
  environment: z
    .object({
      gunicornUnit: z.string().default("gunicorn"),
      caddyUnit: z.string().default("caddy"),
      celeryUnit: z.string().optional(),
      databaseHost: z.string().optional(),
      databasePort: z.number().default(5432),
      timezone: z.string().default("UTC"),
    })
    .prefault({}),
  /** By host and step. */
  returned: z.record(z.string(), z.record(z.string(), Returned)).default({}),
});

/** What a case says of itself. */
export type CaseFile = z.infer<typeof CaseFile>;

/** A recorded incident: its description and all that was returned then. */
export type Case = { dir: string; file: CaseFile; raw: RawEvidence };

/** A case that cannot be read; the message says which file and what to do. */
export class CaseError extends Error {}

/** Read one case folder (docs/cases.md). Throws a CaseError where there is none, or its case.json cannot be understood. */
export async function readCase(dir: string): Promise<Case> {
  const file = await readCaseFile(dir);
  const { timezone, celeryUnit, databaseHost, ...environment } = file.environment;
  const names = { ...environment, ...(celeryUnit ? { celeryUnit } : {}), ...(databaseHost ? { databaseHost } : {}) };
  const hosts = new Map<string, ReadonlyMap<string, Raw>>();
  for (const host of await namesIn(join(dir, "hosts")))
    hosts.set(host, await readSteps(join(dir, "hosts", host, "evidence"), file.returned[host]));
  const own = await readSteps(join(dir, "evidence"), hosts.size === 0 ? file.returned[ONLY_HOST] : {});
  if (hosts.size === 0) hosts.set(ONLY_HOST, own);
  const steps = [...hosts.values()].flatMap((results) => [...results.keys()]);
  const metrics = await readMetricFiles(join(dir, "metrics"));
  const alarmAt = await readAlarm(join(dir, "alarm.json"));
  const raw: RawEvidence = {
    at: new Date(file.at),
    timezone,
    names,
    hasCelery: celeryUnit !== undefined || steps.some((id) => id.startsWith("celery-")),
    hosts,
    shared: own.size > 0 ? own : firstOf(hosts),
    metrics: metrics.size > 0 ? { kind: "series", texts: metrics } : { kind: "unknown", because: reason("noMetricsInCase") },
    ...(alarmAt ? { alarmAt } : {}),
  };
  return { dir, file, raw };
}

/** Without a folder of its own, what all hosts share (the database's view) is the first host's that has it. */
function firstOf(hosts: RawEvidence["hosts"]): RawEvidence["shared"] {
  const first = new Map<string, Raw>();
  for (const results of hosts.values()) for (const [step, raw] of results) if (!first.has(step)) first.set(step, raw);
  return first;
}

async function readCaseFile(dir: string): Promise<CaseFile> {
  const path = join(dir, "case.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new CaseError(`reading ${path}: there is no such file; a case is a folder with a case.json and an evidence folder`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CaseError(`reading ${path}: ${(error as Error).message}`);
  }
  const parsed = CaseFile.safeParse(json);
  if (!parsed.success)
    throw new CaseError(`reading ${path}: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`);
  return parsed.data;
}

/** Every case below a folder, in the order of their paths; the folder itself may be one. */
export async function findCases(dir: string): Promise<string[]> {
  if (!(await isDirectory(dir))) throw new CaseError(`reading ${dir}: there is no such folder`);
  const names = await readdir(dir);
  if (names.includes("case.json")) return [dir];
  const found: string[] = [];
  for (const name of names.toSorted()) if (await isDirectory(join(dir, name))) found.push(...(await findCases(join(dir, name))));
  return found;
}

async function readSteps(dir: string, returned: Readonly<Record<string, Returned>> = {}): Promise<Map<string, Raw>> {
  const results = new Map<string, Raw>();
  for (const name of await namesIn(dir)) {
    const step = name.replace(/\.[^.]*$/, "");
    results.set(step, asReturned(recorded(await readFile(join(dir, name), "utf8")), returned[step]));
  }
  return results;
}

function asReturned(raw: Raw, how: Returned | undefined): Raw {
  if (!how || raw.kind !== "output") return raw;
  return { ...raw, ...how, ...(how.whole ? {} : { because: reason(how.lostOldest ? "lostOldest" : "cutOff") }) };
}

async function readMetricFiles(dir: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const name of await namesIn(dir))
    if (name.endsWith(".json")) texts.set(basename(name, ".json"), await readFile(join(dir, name), "utf8"));
  return texts;
}

/** When an alarm delivered by EventBridge, SNS or CloudWatch changed its state; an alarm that tells no time is none. */
async function readAlarm(path: string): Promise<Date | undefined> {
  try {
    const json = JSON.parse(await readFile(path, "utf8")) as {
      detail?: { state?: { timestamp?: string } };
      StateChangeTime?: string;
      time?: string;
      Message?: string;
    };
    const inner = json.Message ? (JSON.parse(json.Message) as { StateChangeTime?: string }) : json;
    const stamp = json.detail?.state?.timestamp ?? inner.StateChangeTime ?? json.time;
    const at = stamp ? new Date(stamp) : undefined;
    return at && !Number.isNaN(at.getTime()) ? at : undefined;
  } catch {
    return undefined;
  }
}

async function namesIn(dir: string): Promise<string[]> {
  return (await isDirectory(dir)) ? (await readdir(dir)).toSorted() : [];
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
