import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Environment } from "../config/config.ts";
import type { HostStep, Step } from "../runbook/schema.ts";
import { compileHostScript, type Values } from "../runbook/host-script.ts";
import { reasons } from "../words/reasons-en.ts";
import { readFrames, STDERR_MARK, type Frame } from "./frames.ts";
import type { Raw, RawEvidence } from "./read-evidence.ts";
import { redact } from "./redact.ts";

/** Runs a script on one host and returns what it printed; an error's message says why the host could not be asked. */
type RunScript = (host: string, script: string, timeoutMs: number, signal: AbortSignal) => Promise<{ output: string }>;

/** Runs one read-only query at the database, `samples` times, as text that `db-activity` and `db-counts` read. */
type RunQuery = (query: string, limits: { timeoutMs: number; samples: number }) => Promise<string>;

/** What gathering needs of the outside: a way to hosts, a way to the database (or why there is none), and who hears of progress. */
export type Reach = {
  runScript: RunScript;
  runQuery: RunQuery | { unknown: string };
  onStep?: (told: { host: string; step: string; raw: Raw; ms: number }) => void;
  signal: AbortSignal;
};

/** Seconds that a script may take beyond its slowest step: starting, redacting, compressing. */
const SCRIPT_GRACE_S = 15;

/** The values that reach host steps, as environment variables only. */
function hostValues(environment: Environment): Values {
  const { caddy, gunicorn, celery, database } = environment;
  return {
    caddyLog: caddy.accessLog,
    caddyUnit: caddy.unit,
    gunicornUnit: gunicorn.unit,
    dbHost: database.host,
    dbPort: String(database.port),
    dbUser: database.user,
    dbName: database.name,
    ...(caddy.site === undefined ? {} : { siteHost: caddy.site }),
    ...(caddy.probeUrl === undefined ? {} : { probeUrl: caddy.probeUrl }),
    ...(gunicorn.address === undefined ? {} : { appAddress: gunicorn.address }),
    ...(celery === undefined ? {} : celeryValues(celery)),
  };
}

function celeryValues({ unit, queue, redis }: NonNullable<Environment["celery"]>): Values {
  const colon = redis.lastIndexOf(":");
  return { celeryUnit: unit, celeryQueue: queue, redisHost: redis.slice(0, colon), redisPort: redis.slice(colon + 1) };
}

/** The host steps of a runbook that an environment has a use for. */
function hostSteps(steps: readonly Step[], environment: Environment): HostStep[] {
  const values = hostValues(environment);
  return steps.filter(
    (step): step is HostStep =>
      step.on === "host" && (step.part !== "celery" || environment.celery !== undefined) && step.needs.every((name) => name in values),
  );
}

/** The script that runs on each host of an environment: all its host steps, side by side. */
export function scriptFor(steps: readonly Step[], environment: Environment): string {
  return compileHostScript({ steps: hostSteps(steps, environment), values: hostValues(environment) });
}

/** Ask every host, the database and the metrics at the same time. Whatever cannot be seen comes back as `unknown` with its reason. */
export async function gather(environment: Environment, steps: readonly Step[], reach: Reach, clock: () => Date): Promise<RawEvidence> {
  const mine = hostSteps(steps, environment);
  const script = scriptFor(steps, environment);
  const [hosts, shared, metrics] = await Promise.all([
    Promise.all(environment.hosts.map(async (host) => [host, await askHost(host, script, mine, reach)] as const)),
    askDatabase(steps, reach),
    readMetricFolder(environment.metrics?.files),
  ]);
  return {
    at: clock(),
    timezone: environment.timezone,
    names: {
      gunicornUnit: environment.gunicorn.unit,
      caddyUnit: environment.caddy.unit,
      ...(environment.celery ? { celeryUnit: environment.celery.unit } : {}),
      databaseHost: environment.database.host,
      databasePort: environment.database.port,
    },
    hasCelery: environment.celery !== undefined,
    hosts: new Map(hosts),
    shared,
    metrics,
  };
}

async function askHost(
  host: string,
  script: string,
  steps: readonly HostStep[],
  { runScript, signal, onStep }: Reach,
): Promise<Map<string, Raw>> {
  const timeoutMs = (Math.max(...steps.map((step) => step.timeoutS)) + SCRIPT_GRACE_S) * 1000;
  const results = new Map<string, Raw>();
  let frames: ReturnType<typeof readFrames>;
  try {
    const { output } = await runScript(host, script, timeoutMs, signal);
    signal.throwIfAborted();
    frames = readFrames(output);
  } catch (error) {
    signal.throwIfAborted();
    const because = reasons.hostUnreachable((error as Error).message);
    for (const step of steps) results.set(step.id, { kind: "unknown", because });
    return results;
  }
  for (const step of steps) {
    const frame = frames.steps.get(step.id);
    const raw = rawOf(frame, step, frames.because);
    results.set(step.id, raw);
    onStep?.({ host, step: step.id, raw, ms: frame?.ms ?? 0 });
  }
  return results;
}

function rawOf(frame: Frame | undefined, step: HostStep, because: string | undefined): Raw {
  if (!frame) return { kind: "unknown", because: because ?? reasons.missing };
  const [printed = "", complaint = ""] = redact(frame.text).split(`${STDERR_MARK}\n`, 2);
  if (frame.timedOut && printed.trim() === "") return { kind: "unknown", because: reasons.timedOut(step.timeoutS) };
  const lostOldest = !frame.whole && frame.ended && !frame.timedOut && frame.kept === "newest";
  const lost = lostOldest ? reasons.lostOldest : reasons.cutOff;
  const why = frame.timedOut ? reasons.timedOut(step.timeoutS) : frame.whole ? (complaint.split("\n", 1)[0] ?? "") : lost;
  return { kind: "output", text: printed, whole: frame.whole, lostOldest, exitCode: frame.exitCode, ...(why ? { because: why } : {}) };
}

async function askDatabase(steps: readonly Step[], { runQuery, onStep }: Reach): Promise<Map<string, Raw>> {
  const results = new Map<string, Raw>();
  for (const step of steps) {
    if (step.on !== "database") continue;
    const started = performance.now();
    const raw = await askOne(step, runQuery);
    results.set(step.id, raw);
    if (step.query !== undefined) onStep?.({ host: "", step: step.id, raw, ms: Math.round(performance.now() - started) });
  }
  return results;
}

async function askOne(step: Step & { on: "database" }, runQuery: Reach["runQuery"]): Promise<Raw> {
  if (step.query === undefined) return { kind: "unknown", because: reasons.recordedOnly };
  if (typeof runQuery !== "function") return { kind: "unknown", because: runQuery.unknown };
  try {
    return {
      kind: "output",
      text: redact(await runQuery(step.query, { timeoutMs: step.timeoutS * 1000, samples: step.samples })),
      whole: true,
      exitCode: 0,
    };
  } catch (error) {
    // What the database answers is evidence too: "too many clients" is read by the step's parser.
    return { kind: "output", text: redact(`psql: error: ${(error as Error).message}\n`), whole: true, exitCode: 2 };
  }
}

async function readMetricFolder(dir: string | undefined): Promise<RawEvidence["metrics"]> {
  if (dir === undefined) return { kind: "unknown", because: reasons.noMetrics, unasked: true };
  const names = await readdir(dir).catch(() => []);
  const texts = new Map<string, string>();
  for (const name of names.filter((each) => each.endsWith(".json")))
    texts.set(basename(name, ".json"), await readFile(join(dir, name), "utf8"));
  return texts.size > 0 ? { kind: "series", texts } : { kind: "unknown", because: reasons.noMetricFiles(dir) };
}
