import type { Window } from "../incident/window.ts";
import type { Known } from "../runbook/evaluate.ts";
import { namespaceOf } from "../runbook/facts.ts";
import type { Finding } from "./finding.ts";
import type { Series } from "./parse/database/metric-series.ts";

/** Findings by step id. A step that the environment has no use for is not in it at all. */
export type Findings = ReadonlyMap<string, Finding>;

/** Everything a diagnosis is judged by: what each host said, what is the same for all of them, and the time of it all. */
export type Evidence = {
  at: Date;
  window: Window;
  /** Host → step → Finding. */
  hosts: ReadonlyMap<string, Findings>;
  /** Metrics, the database's own view, and facts about the incident and the environment. */
  shared: Findings;
  /** The metric series behind the facts, for charts and timelines. */
  series: readonly Series[];
};

/** What is known of one fact as seen from a host: its own finding first, then what all hosts share. */
export function knownFact(evidence: Evidence, host: string, fact: string): Known {
  const [namespace, name] = fact.split(".") as [string, string];
  for (const findings of [evidence.hosts.get(host), evidence.shared]) {
    const finding = findings && findingOf(findings, namespace);
    if (finding?.kind !== "facts") continue;
    const value = finding.facts[name];
    if (value !== undefined) return { value, exact: finding.whole || finding.measured?.has(name) === true };
  }
  return undefined;
}

const namespaces = new WeakMap<Findings, Map<string, string>>();

/** The finding of the step whose facts stand in a namespace of conditions. */
function findingOf(findings: Findings, namespace: string): Finding | undefined {
  let byNamespace = namespaces.get(findings);
  if (!byNamespace) {
    byNamespace = new Map([...findings.keys()].map((id) => [namespaceOf(id), id]));
    namespaces.set(findings, byNamespace);
  }
  const id = byNamespace.get(namespace);
  return id === undefined ? undefined : findings.get(id);
}
