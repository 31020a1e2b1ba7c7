import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { Library } from "../runbook/library.ts";
import { tellFacts, tellMissing, tellSaid, type Telling } from "../diagnosis/tell.ts";
import { en } from "../words/en.ts";

/** The diagnosis as one JSON object (docs/cases.md): verdict, rootCauses, causes, chain, steps, and what people read of it. */
export function toJson(diagnosis: Diagnosis, library: Library): unknown {
  const { verdict, evidence, runbook, timezone } = diagnosis;
  const telling: Telling = { words: en, evidence, specs: library.facts, timezone };
  const roots = runbook.causes.filter((cause) => verdict.rootCauses.includes(cause.id));
  return {
    verdict: verdict.verdict,
    rootCauses: verdict.rootCauses,
    causes: verdict.causes.map((judged) => ({
      id: judged.id,
      state: judged.state,
      hosts: judged.hosts,
      for: tellFacts(telling, judged.for),
      against: [...tellFacts(telling, judged.against), ...(judged.tooLate ? [en.tooLate] : [])],
      unknown: tellMissing(telling, judged.unknown, runbook),
    })),
    chain: verdict.chain,
    steps: stepsOf(diagnosis),
    name: diagnosis.name,
    at: evidence.at.toISOString(),
    began: { at: evidence.window.beganAt.toISOString(), basis: evidence.window.basis },
    says: roots.map((cause) => tellSaid(telling, cause.say, verdict.causes.find((judged) => judged.id === cause.id)?.hosts ?? [])),
    looks: diagnosis.looks.map((look) => ({ look: look.look, host: look.host, state: look.state, says: en.look(look) })),
    arithmetic: diagnosis.arithmetic.map((sum) => ({ ...sum, says: en.arithmetic(sum) })),
    timeline: diagnosis.timeline.map((entry) => ({
      ...entry,
      firstAt: new Date(entry.firstAt).toISOString(),
      lastAt: new Date(entry.lastAt).toISOString(),
    })),
    notSeen: verdict.notSeen,
  };
}

function stepsOf({ evidence, runbook }: Diagnosis): unknown[] {
  const known = new Set(runbook.steps.map((step) => step.id));
  const all = [...[...evidence.hosts].map(([host, findings]) => ({ host, findings })), { host: "", findings: evidence.shared }];
  return all.flatMap(({ host, findings }) =>
    [...findings]
      .filter(([id]) => known.has(id))
      .map(([id, finding]) => ({
        id,
        host,
        finding: finding.kind,
        whole: finding.kind === "facts" ? finding.whole : finding.kind === "empty",
        because: "because" in finding ? (finding.because ?? null) : null,
      })),
  );
}
