import type { Arithmetic } from "../diagnosis/arithmetic.ts";
import type { Look, LookId } from "../diagnosis/looks.ts";
import type { TimelineEntry } from "../diagnosis/timeline.ts";
import type { CauseState, Verdict } from "../diagnosis/verdict.ts";
import type { Known } from "../runbook/evaluate.ts";
import type { Language } from "./language.ts";
import { tellBecause, type Because } from "./because.ts";
import { factsEn } from "./facts-en.ts";
import { duration, numberOf, plain } from "./numbers.ts";
import { planSaysEn, planVerbEn } from "./plan-en.ts";
import { proofEn } from "./proof-en.ts";
import { reasonsEn } from "./reasons-en.ts";
import { reportEn } from "./report-en.ts";
import { slackEn } from "./slack-en.ts";
import { startEn } from "./start-en.ts";
import { storeEn } from "./store-en.ts";

/** Every sentence of the product in one language; runbooks bring their own in all languages. */
export type Words = typeof en;

const told = (ms: number): string => duration(ms, "en");
const atLeast = (value: string): string => `at least ${value}`;
const amount = (known: Known): string => {
  if (known === undefined) return "?";
  const value = typeof known.value === "number" ? plain(known.value) : String(known.value);
  return known.exact ? value : atLeast(value);
};

const looks: Record<LookId, (fact: (name: string) => Known) => string> = {
  "caddy-log": (fact) => {
    const failed = `${amount(fact("caddyAccess.failures"))} of ${amount(fact("caddyAccess.requests"))} requests failed`;
    const slow = numberOf(fact("caddyAccess.slowest502S"));
    const longest = numberOf(fact("caddyAccess.longestS"));
    if (slow !== undefined) return `${failed}; a 502 typically after ${told(slow * 1000)}`;
    return longest === undefined ? failed : `${failed}; the longest took ${told(longest * 1000)}`;
  },
  "worker-timeout": (fact) => {
    const timeouts = `${amount(fact("gunicornJournal.workerTimeouts"))} worker time-outs`;
    const killed = numberOf(fact("gunicornJournal.workersKilledAfterTimeout")) ?? 0;
    const lost = numberOf(fact("gunicornJournal.workersLostWithoutTimeout")) ?? 0;
    const own = killed > 0 ? `, ${plain(killed)} workers killed by gunicorn itself after them` : "";
    return `${timeouts}${own}${lost > 0 ? `, ${plain(lost)} workers killed by something else` : ""}`;
  },
  "kernel-oom": (fact) => {
    const kills = fact("kernelLog.oomKills") ?? fact("kernelJournal.oomKills");
    const free = numberOf(fact("memory.availableMb"));
    const history = numberOf(fact("kernelLog.historyKills")) ?? 0;
    const room = free === undefined ? "" : `; ${plain(free)} MB of ${amount(fact("memory.totalMb"))} MB available`;
    return `${amount(kills)} kills for memory${history > 0 ? ` (${plain(history)} earlier ones are history)` : ""}${room}`;
  },
  "db-connect": (fact) => {
    const [slowest, median] = [numberOf(fact("dbConnect.slowestMs")), numberOf(fact("dbConnect.medianMs"))];
    const answered = `${amount(fact("dbConnect.ok"))} of ${amount(fact("dbConnect.attempts"))} attempts answered`;
    if ((numberOf(fact("dbConnect.ok")) ?? 0) > 0 && median !== undefined)
      return `${answered}, in ${told(median)} (slowest ${told(slowest ?? median)})`;
    const error = fact("dbConnect.lastError")?.value;
    return typeof error === "string" ? `${answered}: ${error.replace(/^.*failed: /, "")}` : answered;
  },
  "disk-queue": (fact) => {
    const before = numberOf(fact("metrics.diskQueueBaseline"));
    const peak = numberOf(fact("metrics.diskQueuePeak"));
    return `${amount(fact("metrics.diskQueue"))} on average${before === undefined ? "" : `, ${plain(before)} before`}${peak === undefined ? "" : `, ${plain(peak)} at the peak`}`;
  },
};

/** English. */
export const en = {
  language: "en" as Language,
  facts: factsEn,
  report: reportEn,
  slack: slackEn,
  start: startEn,
  store: storeEn,
  /** Why something could not be seen. */
  because: (because: Because): string => tellBecause(reasonsEn, because),
  planSays: planSaysEn,
  plan: planVerbEn,
  proof: proofEn,
  verdict: {
    "root-cause": "ROOT CAUSE",
    inconclusive: "INCONCLUSIVE",
    "no-known-cause": "NO KNOWN CAUSE",
    healthy: "HEALTHY",
  } satisfies Record<Verdict["verdict"], string>,
  state: { confirmed: "confirmed", suspected: "suspected", "ruled-out": "ruled out", unknown: "could not tell" } satisfies Record<
    CauseState,
    string
  >,
  headline: {
    inconclusive: "Something is wrong, or may be, and the evidence does not prove what.",
    "no-known-cause": "Something is wrong, and it is none of the causes that this runbook knows.",
    healthy: "Every required look was taken whole, and nothing is wrong.",
  },
  began: (time: string, ago: string, known: boolean) =>
    known ? `It began at ${time}, ${ago} before this look.` : `Nothing tells when it began; the last ${ago} were looked at.`,
  earlier: (failures: string, until: string) => `${failures} requests failed until ${until}; that is over.`,
  onHosts: (hosts: readonly string[], of: number) =>
    `on ${hosts.join(", ")}${of > hosts.length ? ` (${hosts.length} of ${of} hosts)` : ""}`,
  tooLate: "it began after what it should have caused",
  sections: {
    chain: "What leads to what",
    looks: "The five looks",
    evidence: "Evidence",
    suspected: "Suspected, not proven",
    ruledOut: "Ruled out",
    unknown: "Could not be told",
    notSeen: "Not seen",
    advice: "What to do now",
    timeline: "What happened",
    history: "Earlier, not part of this",
    changed: "What changed lately",
  },
  lookNames: {
    "caddy-log": "Caddy's access log",
    "worker-timeout": "WORKER TIMEOUT",
    "kernel-oom": "Kernel OOM",
    "db-connect": "Database connect",
    "disk-queue": "Disk queue depth",
  } satisfies Record<LookId, string>,
  look: (look: Look) =>
    look.state === "not-seen"
      ? `not seen${look.because ? `: ${tellBecause(reasonsEn, look.because)}` : ""}`
      : looks[look.look]((name) => look.facts[name]),
  arithmetic: ({ durationS, timeoutS, timeoutAssumed, goneS, remainderS }: Arithmetic) => {
    const timeout = `${plain(timeoutS)} s gunicorn's time-out${timeoutAssumed ? " (its default)" : ""}`;
    const gone = `${Number(goneS.toFixed(1))} s until the worker was gone`;
    const why = remainderS < 1.5 ? "since gunicorn looks only once a second" : "of queueing before a worker took the request";
    const rest = remainderS < 0.05 ? "" : ` + ${Number(remainderS.toFixed(1))} s ${why}`;
    return `${Number(durationS.toFixed(1))} s = ${timeout} + ${gone}${rest}`;
  },
  alsoSeen: (titles: readonly string[]) => `Seen with it: ${titles.join("; ")}`,
  missing: "not seen",
  missingFacts: (steps: readonly string[]) => `would need ${steps.join(", ")}`,
  notSettled: (titles: readonly string[]) => `neither proven nor ruled out: ${titles.join("; ")}`,
  atLeast,
  unknownStep: (step: string, because: string) => `${step}: ${because}`,
  moment: {
    "oom-kill": (entry: TimelineEntry) => times(entry, "kill for memory", entry.text),
    "worker-timeout": (entry: TimelineEntry) => times(entry, "WORKER TIMEOUT", ""),
    "worker-lost": (entry: TimelineEntry) => times(entry, "worker killed", ""),
    "worker-booted": (entry: TimelineEntry) => times(entry, "worker booted", ""),
    "boot-failed": (entry: TimelineEntry) => times(entry, "failed start", entry.text),
    "service-started": (entry: TimelineEntry) => times(entry, "service start", entry.text),
    "service-stopped": (entry: TimelineEntry) => times(entry, "service stop", entry.text),
    changed: (entry: TimelineEntry) => times(entry, "change", entry.text),
    "request-failed": (entry: TimelineEntry) => times(entry, "failed request", `${entry.text}${after(entry)}`),
    "client-left": (entry: TimelineEntry) => times(entry, "client left without an answer", `${entry.text}${after(entry)}`),
  } satisfies Record<TimelineEntry["what"], (entry: TimelineEntry) => string>,
  progress: {
    looking: (environment: string) => `Looking at ${environment}, read-only …`,
    step: (title: string, seconds: string) => `${title} (${seconds})`,
    stepUnknown: (title: string, because: string) => `${title}: not seen: ${because}`,
    stopped: "Stopped; nothing was left on the host.",
    sent: (document: string, version: string | undefined, commandId: string) =>
      `sent ${document}${version === undefined ? "" : `, version ${version}`}, as command ${commandId}`,
    cancelled: (commandId: string, taken: boolean) =>
      taken
        ? `Stopped; SSM was asked to cancel the command ${commandId}.`
        : `Stopped; SSM did not take the cancelling of the command ${commandId}, which ends by its own time limit.`,
  },
  ssmDocument: {
    size: (name: string, bytes: string, of: string) => `${name}: ${bytes} of the ${of} bytes that SSM takes.`,
    register: "Register it once, in each region that has hosts:",
    update:
      "After the runbook or the program has changed, register a new version (gumshoe ssm-document --update-command prints this alone):",
  },
  runbook: {
    summary: (id: string, steps: number, causes: number) => `${id}: ${steps} steps, ${causes} causes`,
    fine: (facts: number) => `All conditions are checked against ${facts} facts; nothing is wrong.`,
    confirmedBy: "confirmed by",
    symptoms: "Symptoms (never root causes)",
  },
  score: {
    right: "right",
    wrong: "WRONG",
    accepted: "accepted",
    got: (got: string, expected: string) => `got ${got}, expected ${expected}`,
    total: (right: number, of: number) => `${right} of ${of} cases right (${of === 0 ? 0 : Math.round((right / of) * 100)} %)`,
    confirmedWrongly: (ids: readonly string[]) => `confirmed although it must not be: ${ids.join(", ")}`,
    noExpectation: "the case names no expected verdict",
    none: "there is no case below these folders; a case is a folder with a case.json",
  },
  errors: {
    noEnvironment: (name: string, known: readonly string[]) => `there is no environment "${name}"; gumshoe.yml names ${known.join(", ")}`,
    noRunbook: (name: string, known: readonly string[]) => `there is no runbook "${name}"; there are ${known.join(", ")}`,
    movesUnread: (because: string) =>
      `The store cannot be read, so the database is the one that gumshoe.yml names, wherever repairs may have led the application: ${because}`,
    badTime: (text: string) => `"${text}" is not a time; write it as 2026-11-23T03:00:00Z`,
    folderTaken: (dir: string) => `${dir} already holds something; name a new folder, so that no case is lost`,
  },
};

function after({ afterMs }: TimelineEntry): string {
  return afterMs === undefined ? "" : ` after ${told(afterMs)}`;
}

function times(entry: TimelineEntry, what: string, text: string): string {
  const shown = text && !text.includes(what) ? `${what}: ${text}` : text || what;
  return entry.count > 1 ? `${entry.count} × ${what}${text ? `, the first: ${text}` : ""}` : shown;
}
