import { windowOf, type Window } from "../incident/window.ts";
import type { Step } from "../runbook/schema.ts";
import { reasons } from "../words/reasons-en.ts";
import type { Evidence, Findings } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { factsOfIncident } from "./incident-facts.ts";
import { joinFindings } from "./joined.ts";
import { readMetrics } from "./metrics.ts";
import { incidentStart } from "./parse/web/incident-start.ts";
import { readRequests } from "./parse/web/requests.ts";
import { endsWhole, type Names, type Parser, type Reading } from "./parser.ts";

/** What one step returned before anything was read from it. */
export type Raw =
  | { kind: "output"; text: string; whole: boolean; exitCode: number; because?: string }
  | { kind: "unknown"; because: string };

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
  /** Metric series by `<source>.<Metric>`, or why there are none. */
  metrics: { kind: "series"; texts: ReadonlyMap<string, string> } | { kind: "unknown"; because: string };
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
    hosts.set(host, findings.set("joined", joinFindings(findings, window)));
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
  const starts: Date[] = [];
  for (const results of raw.hosts.values()) {
    const log = results.get("caddy-access");
    const requests = log?.kind === "output" ? readRequests(log.text, reading)?.requests : undefined;
    const start = requests && incidentStart(requests, raw.at);
    if (start) starts.push(start);
  }
  const earliest = starts.toSorted((a, b) => a.getTime() - b.getTime())[0];
  if (earliest) return windowOf(raw.at, { at: earliest, basis: "access-log" });
  return raw.alarmAt ? windowOf(raw.at, { at: raw.alarmAt, basis: "alarm" }) : first;
}

function readStep(result: Raw | undefined, parser: Parser | undefined, reading: Reading): Finding {
  if (!result) return { kind: "unknown", because: reasons.notRun };
  if (result.kind === "unknown") return result;
  if (!parser) return { kind: "unknown", because: reasons.noParser };
  const because = result.because ? { because: result.because } : {};
  if (result.text.trim() === "") {
    if (result.exitCode !== 0)
      return { kind: "failed", exitCode: result.exitCode, because: result.because ?? reasons.endedWith(result.exitCode) };
    return result.whole ? { kind: "empty" } : { kind: "unknown", because: result.because ?? reasons.cutAway };
  }
  const parsed = parser.parse(result.text, reading);
  if (parsed) return { kind: "facts", ...because, ...parsed, whole: parsed.whole && result.whole };
  const firstLine = (result.text.split("\n", 1)[0] ?? "").slice(0, 160);
  if (result.exitCode !== 0) return { kind: "failed", exitCode: result.exitCode, because: firstLine };
  return { kind: "unknown", because: reasons.unreadable(firstLine) };
}

function readAllMetrics(raw: RawEvidence, reading: Reading): { finding: Finding; series: Evidence["series"] } {
  if (raw.metrics.kind === "unknown") return { finding: raw.metrics, series: [] };
  if (raw.metrics.texts.size === 0) return { finding: { kind: "unknown", because: reasons.noSeries }, series: [] };
  const { facts, unreadable, series } = readMetrics(raw.metrics.texts, reading);
  const because = unreadable.length > 0 ? { because: reasons.unreadableSeries(unreadable) } : {};
  return { finding: { kind: "facts", facts, whole: unreadable.length === 0, ...because }, series };
}

/** A recorded text counts as whole where its writer ended it. */
export function recorded(text: string): Raw {
  const whole = text === "" || endsWhole(text);
  return { kind: "output", text, whole, exitCode: 0, ...(whole ? {} : { because: reasons.noNewline }) };
}
