import { knownFact, type Evidence } from "../evidence/evidence.ts";
import type { Known } from "../runbook/evaluate.ts";
import type { Because } from "../words/because.ts";

/** The five looks of every diagnosis, in their order. */
export const LOOKS = ["caddy-log", "worker-timeout", "kernel-oom", "db-connect", "disk-queue"] as const;

/** One of the five looks. */
export type LookId = (typeof LOOKS)[number];

/** What one look found: something that speaks for an incident, nothing, or that it could not be taken; with the facts that say so. */
export type Look = {
  look: LookId;
  host: string;
  state: "telling" | "clean" | "not-seen";
  facts: Readonly<Record<string, Known>>;
  because?: Because;
};

const FACTS: Record<
  LookId,
  { steps: readonly string[]; facts: readonly string[]; telling: (value: (fact: string) => number | undefined) => boolean | undefined }
> = {
  "caddy-log": {
    steps: ["caddy-access"],
    facts: [
      "caddyAccess.requests",
      "caddyAccess.failures",
      "caddyAccess.slowest502S",
      "caddyAccess.longestS",
      "caddyAccess.slowEndpoint",
      "caddyAccess.slowEndpointMs",
    ],
    telling: (value) => atLeast(value("caddyAccess.failures"), 1),
  },
  "worker-timeout": {
    steps: ["gunicorn-journal"],
    facts: ["gunicornJournal.workerTimeouts", "gunicornJournal.workersKilledAfterTimeout", "gunicornJournal.workersLostWithoutTimeout"],
    telling: (value) => atLeast(value("gunicornJournal.workerTimeouts"), 1),
  },
  "kernel-oom": {
    steps: ["kernel-log", "kernel-journal"],
    facts: [
      "kernelLog.oomKills",
      "kernelLog.historyKills",
      "kernelLog.lastVictim",
      "kernelJournal.oomKills",
      "memory.availableMb",
      "memory.totalMb",
    ],
    telling: (value) => atLeast(value("kernelLog.oomKills") ?? value("kernelJournal.oomKills"), 1),
  },
  "db-connect": {
    steps: ["db-connect"],
    facts: ["dbConnect.attempts", "dbConnect.ok", "dbConnect.slowestMs", "dbConnect.medianMs", "dbConnect.timedOut", "dbConnect.lastError"],
    telling: (value) => {
      const [attempts, ok, slowest] = [value("dbConnect.attempts"), value("dbConnect.ok"), value("dbConnect.slowestMs")];
      return attempts === undefined || ok === undefined ? undefined : ok < attempts || (slowest ?? 0) >= 1000;
    },
  },
  "disk-queue": {
    steps: ["metrics"],
    facts: ["metrics.diskQueue", "metrics.diskQueueBaseline", "metrics.diskQueuePeak", "metrics.diskQueueHourMean"],
    telling: (value) => atLeast(value("metrics.diskQueue"), 2),
  },
};

/** The five looks on every host; a look at what all hosts share (metrics) is told once, with an empty host. */
export function looksOf(evidence: Evidence): Look[] {
  const hosts = [...evidence.hosts.keys()];
  return LOOKS.flatMap((look) =>
    look === "disk-queue" ? [lookAt(evidence, "", look)] : hosts.map((host) => lookAt(evidence, host, look)),
  );
}

function lookAt(evidence: Evidence, host: string, look: LookId): Look {
  const { steps, facts, telling } = FACTS[look];
  const known = Object.fromEntries(facts.map((fact) => [fact, knownFact(evidence, host, fact)]));
  const tells = telling((fact) => {
    const value = known[fact]?.value;
    return typeof value === "number" ? value : undefined;
  });
  if (tells !== undefined) return { look, host, state: tells ? "telling" : "clean", facts: known };
  const findings = evidence.hosts.get(host) ?? evidence.shared;
  const because = steps
    .map((step) => findings.get(step))
    .map((finding) => (finding && "because" in finding ? finding.because : undefined))
    .find((why) => why);
  return { look, host, state: "not-seen", facts: known, ...(because ? { because } : {}) };
}

function atLeast(value: number | undefined, limit: number): boolean | undefined {
  return value === undefined ? undefined : value >= limit;
}
