import { knownFact, type Evidence } from "../evidence/evidence.ts";
import type { Cited } from "./verdict.ts";
import { namespaceOf, type FactSpec } from "../runbook/facts.ts";
import type { Runbook } from "../runbook/library.ts";
import type { Said } from "../runbook/schema.ts";
import type { Words } from "../words/en.ts";
import { factValue } from "../words/numbers.ts";

/** What telling needs: the language, the evidence behind the facts, what kind each fact is, and the zone for times. */
export type Telling = { words: Words; evidence: Evidence; specs: ReadonlyMap<string, FactSpec>; timezone: string };

/** A cited fact as a sentence with its number; a lower bound says "at least", and several hosts are told apart. */
function tellFact({ words, evidence, specs, timezone }: Telling, { fact, host }: Cited): string {
  const known = knownFact(evidence, host, fact);
  const template = words.facts[fact];
  if (template === undefined || known === undefined) return fact;
  const where = evidence.hosts.size > 1 && !isShared(evidence, fact) ? `${host}: ` : "";
  if (typeof template !== "string") return `${where}${known.value ? template[0] : template[1]}`;
  const value = factValue(known.value, specs.get(fact), timezone, words.language);
  return `${where}${template.replace("{}", () => (known.exact ? value : words.atLeast(value)))}`;
}

/** The sentences of several cited facts, each once. */
export function tellFacts(telling: Telling, cited: readonly Cited[]): string[] {
  return [...new Set(cited.map((each) => tellFact(telling, each)))].filter((sentence) => sentence !== "");
}

/** The steps that would have told the facts that are missing, each with why it was not seen where that is known. */
export function tellMissing({ evidence, words }: Telling, cited: readonly Cited[], runbook: Runbook): string[] {
  const byNamespace = new Map(runbook.steps.map((step) => [namespaceOf(step.id), step.id]));
  const missing = new Set<string>();
  for (const { fact, host } of cited) {
    const step = byNamespace.get(fact.split(".")[0] ?? "");
    const finding = step === undefined ? undefined : (evidence.hosts.get(host)?.get(step) ?? evidence.shared.get(step));
    if (step !== undefined && finding) missing.add(finding.kind === "facts" ? step : `${step} (${words.missing})`);
  }
  return [...missing];
}

/** A runbook's sentence with its facts filled in, as the first of the named hosts sees them; a fact that is not known is told as `?`. */
export function tellSaid({ words, evidence, specs, timezone }: Telling, said: Said, hosts: readonly string[]): string {
  const host = hosts[0] ?? [...evidence.hosts.keys()][0] ?? "";
  return said[words.language].replace(/\{([^}]+)\}/g, (_, facts: string) => {
    for (const fact of facts.split("|")) {
      const known = knownFact(evidence, host, fact);
      if (known !== undefined) return factValue(known.value, specs.get(fact), timezone, words.language);
    }
    return "?";
  });
}

function isShared(evidence: Evidence, fact: string): boolean {
  const namespace = fact.split(".")[0];
  return [...evidence.shared.keys()].some((id) => namespaceOf(id) === namespace);
}
