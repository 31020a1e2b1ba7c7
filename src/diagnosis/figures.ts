import { knownFact, type Evidence } from "../evidence/evidence.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Point } from "../evidence/parse/database/metric-series.ts";
import { isFailure } from "../evidence/parse/web/failing.ts";
import { readRequests } from "../evidence/parse/web/requests.ts";
import type { RawEvidence } from "../evidence/read-evidence.ts";
import { reason, type Because } from "../words/because.ts";

/** What one look measured of something: it, that it could not be seen, or that the environment does not measure it. */
type Measured<What> = { is: "seen"; what: What } | { is: "unseen"; because: Because } | { is: "not-measured" };

/** The database's disk queue: its newest points, oldest first. */
export type QueueSeen = { points: readonly Point[] };

/** Connects to the database, of all hosts: the slowest that came through, and how many did not. */
type ConnectsSeen = { slowestMs?: number; attempts: number; failed: number };

/** Requests that arrived between `from` and the look and have ended, and how many of them failed. */
type RequestsSeen = { from: number; requests: number; failed: number };

/** The symptom's own numbers as one look measured them at `at`, each apart from what caused it. They stand in JSON, so times are milliseconds. */
export type Figures = { at: number; queue: Measured<QueueSeen>; connects: Measured<ConnectsSeen>; requests: Measured<RequestsSeen> };

/** Points that are kept: half an hour at one a minute. */
const MOST_POINTS = 30;

/** What the newest requests are. Looks a minute and a half apart leave no gap. */
const RECENT_MS = 3 * 60_000;

const QUEUES = ["rds.DiskQueueDepth", "lightsail-database.DiskQueueDepth"];

/** The figures of what one diagnosis brought back. Pure; what could not be seen is told as such, never as good. */
export function figuresOf(raw: RawEvidence, evidence: Evidence): Figures {
  return { at: raw.at.getTime(), queue: queueIn(evidence), connects: connectsIn(evidence), requests: requestsIn(raw) };
}

function queueIn({ series, shared, at }: Evidence): Measured<QueueSeen> {
  const metrics = shared.get("metrics");
  if (isUnasked(metrics)) return { is: "not-measured" };
  const points = QUEUES.map((name) => series.find((each) => each.name === name)?.points ?? []).find(({ length }) => length > 0);
  const until = at.getTime() + 60_000;
  const newest = (points ?? []).filter((point) => point.at <= until).slice(-MOST_POINTS);
  if (newest.length > 0) return { is: "seen", what: { points: newest } };
  return { is: "unseen", because: becauseOf(metrics) ?? reason("noPoints") };
}

/** A host that could not be asked may be the one whose connects are slow. */
function connectsIn(evidence: Evidence): Measured<ConnectsSeen> {
  const each = [...evidence.hosts].map(([host, findings]) => connectsOn(evidence, host, findings.get("db-connect")));
  const asked = each.filter(({ is }) => is !== "not-measured");
  if (asked.length === 0) return { is: "not-measured" };
  const seen = asked.flatMap((one) => (one.is === "seen" ? [one.what] : []));
  const unseen = asked.find((one) => one.is === "unseen");
  if (unseen) return unseen;
  const slowest = seen.flatMap(({ slowestMs }) => slowestMs ?? []);
  return {
    is: "seen",
    what: {
      ...(slowest.length === 0 ? {} : { slowestMs: Math.max(...slowest) }),
      attempts: seen.reduce((sum, { attempts }) => sum + attempts, 0),
      failed: seen.reduce((sum, { failed }) => sum + failed, 0),
    },
  };
}

function connectsOn(evidence: Evidence, host: string, finding: Finding | undefined): Measured<ConnectsSeen> {
  if (!finding || isUnasked(finding)) return { is: "not-measured" };
  const fact = (name: string) => {
    const value = knownFact(evidence, host, `dbConnect.${name}`)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const [attempts, ok, slowestMs] = [fact("attempts"), fact("ok"), fact("slowestMs")];
  if (attempts === undefined || ok === undefined) return { is: "unseen", because: becauseOf(finding) ?? reason("missing") };
  // Of a cut result the slowest is not told, unless what is left of it was slow already.
  if (slowestMs === undefined && ok > 0 && ok === attempts) return { is: "unseen", because: becauseOf(finding) ?? reason("wasCut") };
  return { is: "seen", what: { attempts, failed: attempts - ok, ...(slowestMs === undefined ? {} : { slowestMs }) } };
}

function requestsIn({ hosts, at, timezone }: RawEvidence): Measured<RequestsSeen> {
  const [to, from] = [at.getTime(), at.getTime() - RECENT_MS];
  const sum = { requests: 0, failed: 0 };
  for (const results of hosts.values()) {
    const log = results.get("caddy-access");
    if (log?.kind !== "output") return { is: "unseen", because: log?.because ?? reason("notRun") };
    if (log.text.trim() === "" && log.exitCode !== 0) return { is: "unseen", because: log.because ?? reason("endedWith", log.exitCode) };
    const arrived = (readRequests(log.text, { at, timezone })?.requests ?? []).filter(({ startMs }) => startMs >= from && startMs <= to);
    sum.requests += arrived.length;
    sum.failed += arrived.filter(isFailure).length;
  }
  return hosts.size === 0 ? { is: "not-measured" } : { is: "seen", what: { from, ...sum } };
}

function isUnasked(finding: Finding | undefined): boolean {
  return finding?.kind === "unknown" && finding.unasked === true;
}

function becauseOf(finding: Finding | undefined): Because | undefined {
  return finding && "because" in finding ? finding.because : undefined;
}
