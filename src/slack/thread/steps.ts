import type { Progress, Reach } from "../../evidence/gather.ts";
import type { Raw } from "../../evidence/read-evidence.ts";
import type { Step } from "../../runbook/schema.ts";
import type { Because } from "../../words/because.ts";

/** How many looks at something have come back, how many of them with something, and a reason of those that did not. */
export type Looked = { taken: number; seen: number; unseen?: Because; unasked?: true };

/** How far a diagnosis is. What is absent is under way, or waits for what comes before it. */
export type Steps = {
  /** The hosts that are asked, in their order; none yet while they are looked for. */
  hosts?: readonly string[];
  /** Why no host could even be named. */
  noHosts?: Because;
  /** The hosts that a command is on its way to. */
  sent: ReadonlySet<string>;
  looks: ReadonlyMap<string, Looked>;
  /** The hosts that have answered, or cannot. */
  done: ReadonlySet<string>;
  metrics?: Looked;
  database: Looked;
  /** What is asked beside hosts. */
  asks: { metrics: number; database: number };
};

/** Stands for the hosts of an environment where none could be named (`evidence/gather.ts`). */
const NO_HOST = "?";
const NOTHING: Looked = { taken: 0, seen: 0 };

/** How far a diagnosis is that has just begun. */
export function firstSteps(steps: readonly Step[], { looks }: Pick<Reach, "looks">): Steps {
  const metrics = steps.reduce((sum, step) => sum + (step.on === "metrics" ? step.series.length : 0), 0);
  const database = steps.filter((step) => step.on === "database" && (step.query !== undefined || looks?.has(step.id))).length;
  return { sent: new Set(), looks: new Map(), done: new Set(), database: NOTHING, asks: { metrics, database } };
}

/** How far it is once something more is told. Pure. */
export function withProgress(steps: Steps, told: Progress): Steps {
  switch (told.kind) {
    case "asking":
      return { ...steps, hosts: told.hosts };
    case "step":
      if (told.host === "") return { ...steps, database: counted(steps.database, told.raw) };
      return { ...steps, looks: new Map([...steps.looks, [told.host, counted(steps.looks.get(told.host) ?? NOTHING, told.raw)]]) };
    case "host":
      return hostDone(steps, told);
    case "metrics":
      return { ...steps, metrics: metricsOf(told.metrics) };
    case "sent":
      return { ...steps, sent: new Set([...steps.sent, ...told.sent.hosts]) };
    case "cancelled":
      return steps;
  }
}

function hostDone(steps: Steps, { host, unreachable }: Progress & { kind: "host" }): Steps {
  if (host === NO_HOST && unreachable) return { ...steps, noHosts: unreachable };
  const before = steps.looks.get(host) ?? NOTHING;
  const looked = unreachable ? { ...before, unseen: unreachable } : before;
  return { ...steps, looks: new Map([...steps.looks, [host, looked]]), done: new Set([...steps.done, host]) };
}

function counted(before: Looked, raw: Raw): Looked {
  const taken = before.taken + 1;
  if (raw.kind !== "unknown") return { ...before, taken, seen: before.seen + 1 };
  return { ...before, taken, unseen: raw.because, ...(isUnasked(raw.because) ? { unasked: true } : {}) };
}

function metricsOf(metrics: (Progress & { kind: "metrics" })["metrics"]): Looked {
  if (metrics.kind === "unknown") return { taken: 0, seen: 0, unseen: metrics.because, ...(metrics.unasked ? { unasked: true } : {}) };
  const [unread] = metrics.unread?.values() ?? [];
  const seen = metrics.texts.size;
  return { taken: seen + (metrics.unread?.size ?? 0), seen, ...(unread ? { unseen: unread } : {}) };
}

/** Nobody configured it: then it is no failure. */
function isUnasked(because: Because): boolean {
  return "reason" in because && because.reason === "noDatabaseAccess";
}
