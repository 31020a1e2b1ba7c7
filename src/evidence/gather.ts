import type { Environment } from "../config/config.ts";
import type { HostStep, Step } from "../runbook/schema.ts";
import { compileHostScript, type Values } from "../runbook/host-script.ts";
import { becauseOf, reason, said, Unseen, type Because } from "../words/because.ts";
import { readFrames, STDERR_MARK, type Frame } from "./frames.ts";
import type { Raw, RawEvidence } from "./read-evidence.ts";
import { redact } from "./redact.ts";

/** What came of one host: what its script printed, or why there is nothing. */
export type HostAnswer = { output: string } | { unreachable: Because };

/** What hosts are asked: a runbook's host steps with their values, within `timeoutMs` each. */
export type Asked = { steps: readonly HostStep[]; values: Values; timeoutMs: number; signal: AbortSignal };

/** The command by which hosts were asked that Gumshoe does not run on: what ran, in which version, where, and how SSM's history names it. */
export type Sent = { commandId: string; document: string; version?: string; hash?: string; comment: string; hosts: readonly string[] };

/**
 * Who hears of hosts: first who is asked, then of each as soon as it has answered or cannot. Where that took a command, what was sent, and
 * whether it was cancelled when there was no waiting any longer (`taken` is false where even that was not taken).
 */
export type Tell = {
  asking: (hosts: readonly string[]) => void;
  onHost: (host: string, answer: HostAnswer) => void;
  onSent?: (sent: Sent) => void;
  onCancelled?: (cancelled: { commandId: string; taken: boolean }) => void;
};

/** Runs the host steps on every host of an environment at the same time. Throws only where no host can be named at all: an `Unseen` says why. */
export type AskHosts = (asked: Asked, tell: Tell) => Promise<void>;

/** Runs one read-only query at the database, `samples` times, as text that `db-activity` and `db-counts` read. */
export type RunQuery = (query: string, limits: { timeoutMs: number; samples: number; signal: AbortSignal }) => Promise<string>;

/** Takes a look that is neither a host's nor a query, as text that its step's parser reads. An `Unseen` says why there is none. */
export type TakeLook = (limits: { timeoutMs: number; signal: AbortSignal }) => Promise<string>;

/** Reads metric series by name (`<source>.<Metric>`), as their API returns them; what cannot be read has its reason. */
export type ReadMetrics = (series: readonly string[], signal: AbortSignal) => Promise<RawEvidence["metrics"]>;

/** What happens while it is gathered: who is asked, what was sent for that and perhaps cancelled, what each step returned, what came of each host (and of the metrics). */
export type Progress =
  | { kind: "asking"; hosts: readonly string[] }
  | { kind: "sent"; sent: Sent }
  | { kind: "cancelled"; commandId: string; taken: boolean }
  | { kind: "step"; host: string; step: string; raw: Raw; ms: number }
  | { kind: "host"; host: string; unreachable?: Because; ms: number }
  | { kind: "metrics"; metrics: RawEvidence["metrics"]; ms: number };

/** What gathering needs of the outside: ways to hosts, database and metrics (or why there is none), and who hears of progress. */
export type Reach = {
  askHosts: AskHosts;
  runQuery: RunQuery | { unknown: Because };
  readMetrics: ReadMetrics;
  /** Looks from where Gumshoe runs, by the id of their step: a probe of the database, the events of its instance. */
  looks?: ReadonlyMap<string, TakeLook>;
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
  const onSent: Tell["onSent"] = (sent) => onProgress?.({ kind: "sent", sent });
  const onCancelled: Tell["onCancelled"] = (cancelled) => onProgress?.({ kind: "cancelled", ...cancelled });
  try {
    await askHosts({ steps, values: hostValues(environment), timeoutMs, signal }, { asking, onHost, onSent, onCancelled });
  } catch (error) {
    signal.throwIfAborted();
    onHost(NO_HOST, { unreachable: becauseOf(error) });
  }
  // In the order of their names: the same answers are the same evidence, whoever answered first.
  return new Map([...hosts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function resultsOf(host: string, answer: HostAnswer, steps: readonly HostStep[], onProgress: Reach["onProgress"]): Map<string, Raw> {
  if ("unreachable" in answer) {
    const because = reason("hostUnreachable", answer.unreachable);
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

function rawOf(frame: Frame | undefined, step: HostStep, because: Because | undefined): Raw {
  if (!frame) return { kind: "unknown", because: because ?? reason("missing") };
  const [printed = "", complaint = ""] = redact(frame.text).split(`${STDERR_MARK}\n`, 2);
  if (frame.timedOut && printed.trim() === "") return { kind: "unknown", because: reason("timedOut", step.timeoutS) };
  const lostOldest = !frame.whole && frame.ended && !frame.timedOut && frame.kept === "newest";
  const lost = lostOldest ? reason("lostOldest") : reason("cutOff");
  const why = frame.timedOut ? reason("timedOut", step.timeoutS) : frame.whole ? complained(complaint) : lost;
  return { kind: "output", text: printed, whole: frame.whole, lostOldest, exitCode: frame.exitCode, ...(why ? { because: why } : {}) };
}

function complained(complaint: string): Because | undefined {
  const firstLine = complaint.split("\n", 1)[0] ?? "";
  return firstLine === "" ? undefined : said(firstLine);
}

type DatabaseStep = Step & { on: "database" };

async function askDatabase(steps: readonly Step[], reach: Reach): Promise<Map<string, Raw>> {
  const asked = steps.filter((step) => step.on === "database");
  const results = await Promise.all(
    asked.map(async (step): Promise<[string, Raw]> => {
      const started = performance.now();
      const raw = await askOne(step, reach);
      const ms = Math.round(performance.now() - started);
      if (step.query !== undefined || reach.looks?.has(step.id)) reach.onProgress?.({ kind: "step", host: "", step: step.id, raw, ms });
      return [step.id, raw];
    }),
  );
  return new Map(results);
}

async function askMetrics(steps: readonly Step[], { readMetrics, onProgress, signal }: Reach): Promise<RawEvidence["metrics"]> {
  const series = steps.flatMap((step) => (step.on === "metrics" ? step.series : []));
  if (series.length === 0) return { kind: "unknown", because: reason("noMetrics"), unasked: true };
  const began = performance.now();
  const metrics = await readMetrics(series, signal).catch((error: unknown): RawEvidence["metrics"] => ({
    kind: "unknown",
    because: becauseOf(error),
  }));
  onProgress?.({ kind: "metrics", metrics, ms: Math.round(performance.now() - began) });
  return metrics;
}

async function askOne(step: DatabaseStep, reach: Reach): Promise<Raw> {
  const take = lookOf(step, reach);
  if ("unknown" in take) return { kind: "unknown", because: take.unknown };
  try {
    const text = await take({ timeoutMs: step.timeoutS * 1000, signal: reach.signal });
    return { kind: "output", text: redact(text), whole: true, exitCode: 0 };
  } catch (error) {
    if (error instanceof Unseen) return { kind: "unknown", because: error.because };
    // What the database answers is evidence too: "too many clients" is read by the step's parser.
    return { kind: "output", text: redact(`psql: error: ${(error as Error).message}\n`), whole: true, exitCode: 2 };
  }
}

function lookOf({ id, query, samples }: DatabaseStep, { runQuery, looks }: Reach): TakeLook | { unknown: Because } {
  const look = looks?.get(id);
  if (look) return look;
  if (query === undefined) return { unknown: reason("recordedOnly") };
  return typeof runQuery === "function" ? async (limits) => runQuery(query, { ...limits, samples }) : runQuery;
}
