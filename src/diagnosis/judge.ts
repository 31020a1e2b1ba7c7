import { knownFact, type Evidence } from "../evidence/evidence.ts";
import type { Finding } from "../evidence/finding.ts";
import { and, evaluate, or, type Leaf, type Truth } from "../runbook/evaluate.ts";
import type { Cause, Library, Quantified, Runbook } from "../runbook/library.ts";
import { reason, type Because } from "../words/because.ts";
import { chainFrom, explained } from "./chain.ts";
import type { Cited, Judged, Seen, Verdict } from "./verdict.ts";

/** A cause's first sign may be this much later than its effect: metrics have points a minute or five apart, and clocks differ. */
const LATE_MS = 6 * 60_000;

type Weighed = { truth: Truth; hosts: readonly string[]; leaves: readonly (Leaf & { host: string })[] };

/**
 * Weigh every cause of a runbook against the evidence. Pure: the same evidence gives the same verdict. `healthy` needs every required
 * step whole, no visible symptom, and no cause suspected; what is missing makes it `inconclusive`, never healthy.
 */
export function judge(evidence: Evidence, runbook: Runbook, library: Library): Verdict {
  const weigh = (condition: Quantified) => weighOn(evidence, condition, library);
  const causes = runbook.causes.map((cause) => judgeCause(cause, weigh, evidence));
  const symptoms = library.symptoms.map((symptom) => ({ symptom, weighed: weigh(symptom.when) }));
  const seen: Seen[] = symptoms
    .filter(({ weighed }) => weighed.truth === "true")
    .map(({ symptom, weighed }) => ({ id: symptom.id, visible: symptom.visible, hosts: weighed.hosts }));
  const present = new Set([
    ...seen.map((symptom) => symptom.id),
    ...causes.filter((cause) => cause.state === "confirmed").map((cause) => cause.id),
  ]);
  const confirmed = causes.filter((cause) => cause.state === "confirmed").map((cause) => cause.id);
  const rootCauses = confirmed.filter((id) => !explained(id, confirmed, present, library, runbook));
  const notSeen = missingOf(evidence, runbook);
  const unsure = symptoms.some(({ symptom, weighed }) => symptom.visible && weighed.truth === "unknown");
  const verdict = conclude({
    rootCauses,
    causes,
    visible: seen.some((symptom) => symptom.visible),
    complete: notSeen.length === 0 && !unsure,
  });
  return { verdict, rootCauses, causes, symptoms: seen, chain: chainFrom(rootCauses, present, library, runbook), notSeen };
}

type Weights = { rootCauses: readonly string[]; causes: readonly Judged[]; visible: boolean; complete: boolean };

function conclude({ rootCauses, causes, visible, complete }: Weights): Verdict["verdict"] {
  if (rootCauses.length > 0) return "root-cause";
  const suspected = causes.some((cause) => cause.state === "suspected");
  const unknown = causes.some((cause) => cause.state === "unknown");
  if (suspected) return "inconclusive";
  if (visible) return unknown || !complete ? "inconclusive" : "no-known-cause";
  return complete ? "healthy" : "inconclusive";
}

function judgeCause(cause: Cause, weigh: (condition: Quantified) => Weighed, evidence: Evidence): Judged {
  const confirmed = weigh(cause.confirmed);
  const ruledOut = weigh(cause.ruledOut);
  const suspected = cause.suspected && weigh(cause.suspected);
  const tooLate = confirmed.truth === "true" && beganTooLate(cause, evidence, confirmed.hosts);
  const unknown = citedOf([...confirmed.leaves, ...ruledOut.leaves], "unknown");
  const against = citedOf(ruledOut.leaves, "true");
  const base = { id: cause.id, against, unknown };
  if (confirmed.truth === "true" && !tooLate) {
    return { ...base, state: "confirmed", hosts: confirmed.hosts, for: citedOf(confirmed.leaves, "true"), against: [], unknown: [] };
  }
  if (ruledOut.truth === "true") return { ...base, state: "ruled-out", hosts: [], for: [], unknown: [] };
  if (suspected?.truth === "true" || tooLate) {
    const leaves = tooLate ? confirmed : (suspected as Weighed);
    return { ...base, state: "suspected", hosts: leaves.hosts, for: citedOf(leaves.leaves, "true"), ...(tooLate ? { tooLate } : {}) };
  }
  return { ...base, state: "unknown", hosts: [], for: [] };
}

function beganTooLate(cause: Cause, evidence: Evidence, hosts: readonly string[]): boolean {
  if (!cause.since || cause.since.op !== "fact" || evidence.window.basis === "default") return false;
  const { fact } = cause.since;
  const starts = hosts.map((host) => knownFact(evidence, host, fact)?.value).filter((value) => typeof value === "number");
  return starts.length > 0 && Math.min(...starts) > evidence.window.beganAt.getTime() + LATE_MS;
}

/** Weigh one condition on every host and join the answers by its quantifier; a host that said nothing makes "all" unknown. */
function weighOn(evidence: Evidence, { hosts: quantifier, expression }: Quantified, library: Library): Weighed {
  const perHost = [...evidence.hosts.keys()].map((host) => {
    const { truth, leaves } = evaluate(expression, (fact) => knownFact(evidence, host, fact), library.definitions);
    return { host, truth, leaves: leaves.map((leaf) => ({ ...leaf, host })) };
  });
  const truths = perHost.map(({ truth }) => truth);
  const truth = joinTruths(truths, quantifier);
  const hosts = perHost.filter((each) => each.truth === "true").map(({ host }) => host);
  const telling = perHost.filter((each) => each.truth === truth || truth === "unknown");
  return { truth, hosts, leaves: telling.flatMap(({ leaves }) => leaves) };
}

function joinTruths(truths: readonly Truth[], quantifier: Quantified["hosts"]): Truth {
  if (truths.length === 0) return "unknown";
  if (quantifier === "any") return truths.reduce(or);
  if (quantifier === "all") return truths.reduce(and);
  const yes = truths.filter((truth) => truth === "true").length;
  const maybe = truths.filter((truth) => truth === "unknown").length;
  return yes >= quantifier.atLeast ? "true" : yes + maybe >= quantifier.atLeast ? "unknown" : "false";
}

function citedOf(leaves: readonly (Leaf & { host: string })[], truth: Truth): Cited[] {
  const cited = new Map<string, Cited>();
  for (const leaf of leaves) {
    if (leaf.truth !== truth) continue;
    for (const fact of leaf.facts) cited.set(`${leaf.host} ${fact}`, { fact, host: leaf.host });
  }
  return [...cited.values()];
}

function missingOf(evidence: Evidence, runbook: Runbook): Verdict["notSeen"] {
  const missing: { host: string; step: string; because: Because }[] = [];
  const look = (host: string, step: string, finding: Finding | undefined) => {
    const because = notWhole(finding);
    if (because !== undefined) missing.push({ host, step, because });
  };
  for (const step of runbook.steps) {
    if (!runbook.required.has(step.id)) continue;
    if (step.on !== "host") look("", step.id, evidence.shared.get(step.id));
    else for (const [host, findings] of evidence.hosts) if (findings.has(step.id)) look(host, step.id, findings.get(step.id));
  }
  return missing;
}

function notWhole(finding: Finding | undefined): Because | undefined {
  if (!finding || (finding.kind === "unknown" && finding.unasked)) return undefined;
  if (finding.kind === "empty") return reason("emptyOutput");
  if (finding.kind !== "facts") return finding.because;
  return finding.whole ? undefined : (finding.because ?? reason("wasCut"));
}
