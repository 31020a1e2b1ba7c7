import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { Library } from "../runbook/library.ts";
import { tellFacts, tellMissing, tellSaid, type Telling } from "../diagnosis/tell.ts";
import type { Words } from "../words/en.ts";

/** The diagnosis as one JSON object (docs/cases.md): verdict, rootCauses, causes, chain, steps, and what people read of it, in a language. */
export function toJson(diagnosis: Diagnosis, library: Library, words: Words): unknown {
  const { verdict, evidence, runbook, timezone } = diagnosis;
  const telling: Telling = { words, evidence, specs: library.facts, timezone };
  const roots = runbook.causes.filter((cause) => verdict.rootCauses.includes(cause.id));
  return {
    verdict: verdict.verdict,
    rootCauses: verdict.rootCauses,
    causes: verdict.causes.map((judged) => ({
      id: judged.id,
      state: judged.state,
      hosts: judged.hosts,
      for: tellFacts(telling, judged.for),
      against: [...tellFacts(telling, judged.against), ...(judged.tooLate ? [words.tooLate] : [])],
      unknown: tellMissing(telling, judged.unknown, runbook),
    })),
    chain: verdict.chain,
    steps: stepsOf(diagnosis, words),
    name: diagnosis.name,
    at: evidence.at.toISOString(),
    began: { at: evidence.window.beganAt.toISOString(), basis: evidence.window.basis },
    says: roots.map((cause) => tellSaid(telling, cause.say, verdict.causes.find((judged) => judged.id === cause.id)?.hosts ?? [])),
    looks: diagnosis.looks.map((look) => ({ look: look.look, host: look.host, state: look.state, says: words.look(look) })),
    arithmetic: diagnosis.arithmetic.map((sum) => ({ ...sum, says: words.arithmetic(sum) })),
    timeline: diagnosis.timeline.map((entry) => ({
      ...entry,
      firstAt: new Date(entry.firstAt).toISOString(),
      lastAt: new Date(entry.lastAt).toISOString(),
    })),
    notSeen: verdict.notSeen.map(({ host, step, because }) => ({ host, step, because: words.because(because) })),
  };
}

function stepsOf({ evidence, runbook }: Diagnosis, words: Words): unknown[] {
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
        because: "because" in finding && finding.because ? words.because(finding.because) : null,
      })),
  );
}
