import { windowOf, type Window } from "../incident/window.ts";
import type { FactSpec, FactSpecs } from "../runbook/facts.ts";
import type { Step } from "../runbook/schema.ts";
import { reason, said, type Because } from "../words/because.ts";
import type { Evidence, Findings } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { factsOfIncident } from "./incident-facts.ts";
import { joinFindings } from "./joined.ts";
import { metricFacts, readMetrics } from "./metrics.ts";
import { reachesBackTo } from "./reach.ts";
import { earlierIncidentEnd, incidentStart } from "./parse/web/incident-start.ts";
import { readRequests, type Request } from "./parse/web/requests.ts";
import { endsWhole, type Names, type Parser, type Reading } from "./parser.ts";

/** What one step returned before anything was read from it. */
export type Raw =
  /** `lostOldest`: the text is whole but for older lines at its beginning, as with a shorter `tail`. */
  | { kind: "output"; text: string; whole: boolean; lostOldest?: boolean; exitCode: number; because?: Because }
  | { kind: "unknown"; because: Because };

/** Everything that came back, unread: what a diagnosis judges and a case records. */
export type RawEvidence = {
  at: Date;
  timezone: string;
  names: Names;
  hasCelery: boolean;
  /** Host → step → what it returned. */
  hosts: ReadonlyMap<string, ReadonlyMap<string, Raw>>;
  /** Steps that are not a host's (the database's own view, events), by step id. */
  shared: ReadonlyMap<string, Raw>;
  /** Metric series by `<source>.<Metric>` (and why others could not be read), or why there are none. */
  metrics:
    | { kind: "series"; texts: ReadonlyMap<string, string>; unread?: ReadonlyMap<string, Because> }
    | { kind: "unknown"; because: Because; unasked?: true };
  /** When the alarm that started this changed its state. */
  alarmAt?: Date;
};

/** Read everything twice over: the access logs first, for when the incident began, then all steps in the light of that. */
export function readEvidence(raw: RawEvidence, steps: readonly Step[], parsers: ReadonlyMap<string, Parser>): Evidence {
  const window = findWindow(raw);
  const reading: Reading = { at: raw.at, timezone: raw.timezone, window, names: raw.names };
  const read = (step: Step, result: Raw | undefined) => readStep(result, parsers.get(step.parser), reading);
  const inPlay = steps.filter((step) => step.part !== "celery" || raw.hasCelery);
  const hosts = new Map<string, Findings>();
  for (const [host, results] of raw.hosts) {
    const findings = new Map<string, Finding>();
    for (const step of inPlay) if (step.on === "host") findings.set(step.id, read(step, results.get(step.id)));
    hosts.set(host, findings.set("joined", joinFindings(findings, window, raw.names.gunicornUnit)));
  }
  const shared = new Map<string, Finding>();
  const { finding, series } = readAllMetrics(raw, reading);
  for (const step of inPlay) {
    if (step.on === "metrics") shared.set(step.id, finding);
    if (step.on === "database") shared.set(step.id, read(step, raw.shared.get(step.id)));
  }
  shared.set("incident", { kind: "facts", facts: factsOfIncident(window, raw.hasCelery), whole: true });
  return { at: raw.at, window, hosts, shared, series };
}

/** When the incident began: by the earliest of the hosts' access logs, else by the alarm, else 15 minutes ago. */
function findWindow(raw: RawEvidence): Window {
  const first = windowOf(raw.at);
  const reading: Reading = { at: raw.at, timezone: raw.timezone, window: first, names: raw.names };
  const logs = [...raw.hosts.values()].map((results) => {
    const log = results.get("caddy-access");
    return (log?.kind === "output" ? readRequests(log.text, reading)?.requests : undefined) ?? [];
  });
  const starts = logs.map((requests) => incidentStart(requests, raw.at)).filter((start) => start !== undefined);
  const ends = logs.map((requests) => earlierIncidentEnd(requests, raw.at)).filter((end) => end !== undefined);
  const earliest = starts.toSorted((a, b) => a.getTime() - b.getTime())[0];
  if (earliest) return afterEarlier(windowOf(raw.at, { at: earliest, basis: "access-log" }), ends);
  return raw.alarmAt ? windowOf(raw.at, { at: raw.alarmAt, basis: "alarm" }) : shortened(afterEarlier(first, ends), raw, logs);
}

/** Service was ordinary for a minute after an earlier incident: what was logged until its end is no sign of this one. */
function afterEarlier(window: Window, ends: readonly Date[]): Window {
  const end = Math.max(0, ...ends.map((date) => date.getTime() + 1).filter((ms) => ms < window.to.getTime()));
  if (window.basis === "default") {
    const from = new Date(Math.max(window.from.getTime(), end));
    return { ...window, from, beganAt: from };
  }
  // On another host the earlier incident may have ended after this one began.
  return end < window.beganAt.getTime() ? { ...window, from: new Date(Math.max(window.from.getTime(), end)) } : window;
}

/** A minute of ordinary service is what an incident is told from; less of a log than that tells nothing. */
const LEAST_MS = 60_000;

/**
 * Where nothing tells of an incident, no more is looked at than every log still holds, the access log first of all: what other logs say of the
 * time before it cannot be held against what users saw then. Never less than the last minute is looked at.
 */
function shortened(window: Window, raw: RawEvidence, accessLogs: readonly (readonly Request[])[]): Window {
  const begins = accessLogs
    .filter((requests) => requests.length > 0)
    .map((requests) => Math.min(...requests.map(({ startMs }) => startMs)));
  const cut = [...raw.hosts.values()]
    .flatMap((results) => [...results.values()])
    .filter((result) => result.kind === "output" && result.lostOldest);
  const reach = cut
    .map((result) => (result.kind === "output" ? reachesBackTo(result.text, raw) : undefined))
    .filter((ms) => ms !== undefined);
  const from = new Date(Math.min(raw.at.getTime() - LEAST_MS, Math.max(window.from.getTime(), ...reach, ...begins)));
  return { ...window, from, beganAt: from };
}

function readStep(result: Raw | undefined, parser: Parser | undefined, reading: Reading): Finding {
  if (!result) return { kind: "unknown", because: reason("notRun") };
  if (result.kind === "unknown") return result;
  if (!parser) return { kind: "unknown", because: reason("noParser") };
  const because = result.because ? { because: result.because } : {};
  if (result.text.trim() === "") {
    if (result.exitCode !== 0)
      return { kind: "failed", exitCode: result.exitCode, because: result.because ?? reason("endedWith", result.exitCode) };
    return result.whole ? { kind: "empty" } : { kind: "unknown", because: result.because ?? reason("cutAway") };
  }
  const parsed = parser.parse(result.text, reading);
  if (parsed) {
    const whole = parsed.whole && (result.whole || holds(result, parser, reading));
    return { kind: "facts", ...(whole ? {} : because), ...parsed, whole, measured: measuredOf(parser.facts) };
  }
  const firstLine = (result.text.split("\n", 1)[0] ?? "").slice(0, 160);
  if (result.exitCode !== 0) return { kind: "failed", exitCode: result.exitCode, because: said(firstLine) };
  return { kind: "unknown", because: reason("unreadable", firstLine) };
}

const MEASURED: readonly FactSpec["kind"][] = ["number", "text", "time"];

/** The facts that a cut does not turn into lower bounds: their parser leaves them out where it would falsify them. */
function measuredOf(specs: FactSpecs): ReadonlySet<string> {
  return new Set(Object.keys(specs).filter((name) => MEASURED.includes(specs[name]?.kind ?? "count")));
}

/**
 * Whether a log that lost its oldest lines still holds what it is read for: all of the window. Of the log that tells of an incident that goes on,
 * its last minute is enough: what a busy site fails with now is in it, and no more of it fits on its way.
 */
function holds(result: Raw & { kind: "output" }, { tellsBeginning }: Parser, reading: Reading): boolean {
  const reach = result.lostOldest ? reachesBackTo(result.text, reading) : undefined;
  if (reach === undefined) return false;
  const { window, at } = reading;
  if (tellsBeginning && window.basis === "access-log") return reach <= Math.max(window.from.getTime(), at.getTime() - LEAST_MS);
  return reach <= window.from.getTime();
}

function readAllMetrics(raw: RawEvidence, reading: Reading): { finding: Finding; series: Evidence["series"] } {
  if (raw.metrics.kind === "unknown") return { finding: raw.metrics, series: [] };
  if (raw.metrics.texts.size === 0) return { finding: { kind: "unknown", because: reason("noSeries") }, series: [] };
  const { facts, unreadable, series } = readMetrics(raw.metrics.texts, reading);
  const missing = [...(unreadable.length > 0 ? [reason("unreadableSeries", unreadable)] : []), ...unreadOf(raw.metrics.unread)];
  const because = missing[0] ? { because: missing.length === 1 ? missing[0] : reason("several", missing) } : {};
  return { finding: { kind: "facts", facts, whole: missing.length === 0, measured: measuredOf(metricFacts), ...because }, series };
}

/** Why series could not be read, each reason once with the series that it kept away. */
function unreadOf(unread: ReadonlyMap<string, Because> | undefined): Because[] {
  const byReason = Map.groupBy([...(unread ?? [])], ([, because]) => JSON.stringify(because));
  return [...byReason.values()].flatMap((entries) => {
    const names = entries.map(([name]) => name);
    return entries.slice(0, 1).map(([, because]) => reason("unreadSeries", names, because));
  });
}

/** A recorded text counts as whole where its writer ended it. */
export function recorded(text: string): Raw {
  const whole = text === "" || endsWhole(text);
  return { kind: "output", text, whole, exitCode: 0, ...(whole ? {} : { because: reason("noNewline") }) };
}
