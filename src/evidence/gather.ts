import type { Environment } from "../config/config.ts";
import type { HostStep, Step } from "../runbook/schema.ts";
import { compileHostScript, type Values } from "../runbook/host-script.ts";
import { reasons } from "../words/reasons-en.ts";
import { readFrames, STDERR_MARK, type Frame } from "./frames.ts";
import type { Raw, RawEvidence } from "./read-evidence.ts";
import { redact } from "./redact.ts";

/** What came of one host: what its script printed, or why there is nothing. */
export type HostAnswer = { output: string } | { unreachable: string };

/** What hosts are asked: a runbook's host steps with their values, within `timeoutMs` each. */
export type Asked = { steps: readonly HostStep[]; values: Values; timeoutMs: number; signal: AbortSignal };

/**
 * Runs the host steps on every host of an environment at the same time. `onHost` hears of each as soon as it has answered or cannot; whoever
 * is asked is told first. Throws only where no host can be named at all, and the message says why.
 */
export type AskHosts = (
  asked: Asked,
  tell: { asking: (hosts: readonly string[]) => void; onHost: (host: string, answer: HostAnswer) => void },
) => Promise<void>;

/** Runs one read-only query at the database, `samples` times, as text that `db-activity` and `db-counts` read. */
export type RunQuery = (query: string, limits: { timeoutMs: number; samples: number }) => Promise<string>;

/** Reads metric series by name (`<source>.<Metric>`), as their API returns them; what cannot be read has its reason. */
export type ReadMetrics = (series: readonly string[], signal: AbortSignal) => Promise<RawEvidence["metrics"]>;

/** What happens while it is gathered: who is asked, what each step returned, what came of each host (and of the metrics). */
export type Progress =
  | { kind: "asking"; hosts: readonly string[] }
  | { kind: "step"; host: string; step: string; raw: Raw; ms: number }
  | { kind: "host"; host: string; unreachable?: string; ms: number }
  | { kind: "metrics"; metrics: RawEvidence["metrics"]; ms: number };

/** What gathering needs of the outside: ways to hosts, database and metrics (or why there is none), and who hears of progress. */
export type Reach = {
  askHosts: AskHosts;
  runQuery: RunQuery | { unknown: string };
  readMetrics: ReadMetrics;
  onProgress?: (told: Progress) => void;
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
  const [hosts, shared, metrics] = await Promise.all([
    askAll(environment, hostSteps(steps, environment), reach),
    askDatabase(steps, reach),
    askMetrics(steps, reach),
  ]);
  reach.signal.throwIfAborted();
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
    hosts,
    shared,
    metrics,
  };
}

/** Stands for the hosts of an environment where none could be named. */
const NO_HOST = "?";

async function askAll(environment: Environment, steps: readonly HostStep[], reach: Reach): Promise<Map<string, Map<string, Raw>>> {
  const { signal, onProgress, askHosts } = reach;
  const timeoutMs = (Math.max(...steps.map((step) => step.timeoutS)) + SCRIPT_GRACE_S) * 1000;
  const began = performance.now();
  const hosts = new Map<string, Map<string, Raw>>();
  const asking = (names: readonly string[]) => onProgress?.({ kind: "asking", hosts: names });
  const onHost = (host: string, answer: HostAnswer) => {
    hosts.set(host, resultsOf(host, answer, steps, onProgress));
    const why = "unreachable" in answer ? { unreachable: answer.unreachable } : {};
    onProgress?.({ kind: "host", host, ...why, ms: Math.round(performance.now() - began) });
  };
  try {
    await askHosts({ steps, values: hostValues(environment), timeoutMs, signal }, { asking, onHost });
  } catch (error) {
    signal.throwIfAborted();
    onHost(NO_HOST, { unreachable: (error as Error).message });
  }
  // In the order of their names: the same answers are the same evidence, whoever answered first.
  return new Map([...hosts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function resultsOf(host: string, answer: HostAnswer, steps: readonly HostStep[], onProgress: Reach["onProgress"]): Map<string, Raw> {
  if ("unreachable" in answer) {
    const because = reasons.hostUnreachable(answer.unreachable);
    return new Map(steps.map((step) => [step.id, { kind: "unknown", because }]));
  }
  const frames = readFrames(answer.output);
  return new Map(
    steps.map((step) => {
      const frame = frames.steps.get(step.id);
      const raw = rawOf(frame, step, frames.because);
      onProgress?.({ kind: "step", host, step: step.id, raw, ms: frame?.ms ?? 0 });
      return [step.id, raw];
    }),
  );
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

async function askDatabase(steps: readonly Step[], { runQuery, onProgress }: Reach): Promise<Map<string, Raw>> {
  const results = new Map<string, Raw>();
  for (const step of steps) {
    if (step.on !== "database") continue;
    const started = performance.now();
    const raw = await askOne(step, runQuery);
    results.set(step.id, raw);
    if (step.query !== undefined) onProgress?.({ kind: "step", host: "", step: step.id, raw, ms: Math.round(performance.now() - started) });
  }
  return results;
}

async function askMetrics(steps: readonly Step[], { readMetrics, onProgress, signal }: Reach): Promise<RawEvidence["metrics"]> {
  const series = steps.flatMap((step) => (step.on === "metrics" ? step.series : []));
  if (series.length === 0) return { kind: "unknown", because: reasons.noMetrics, unasked: true };
  const began = performance.now();
  const metrics = await readMetrics(series, signal).catch((error: unknown): RawEvidence["metrics"] => {
    signal.throwIfAborted();
    return { kind: "unknown", because: (error as Error).message };
  });
  onProgress?.({ kind: "metrics", metrics, ms: Math.round(performance.now() - began) });
  return metrics;
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
