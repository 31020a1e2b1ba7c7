import type { Expression } from "./condition.ts";
import type { FactSpec } from "./facts.ts";
import type { Said, Step } from "./schema.ts";

/** On how many hosts an expression must hold; facts that are not a host's own are the same on all of them. */
export type Quantified = { hosts: "any" | "all" | { atLeast: number }; expression: Expression };

/** Something that is seen and is never a root cause; `visible` means that users notice it. */
export type Symptom = { id: string; title: Said; when: Quantified; visible: boolean; leadsTo: readonly string[] };

/** One possible explanation. `confirmed` wins over `ruledOut`, which wins over `suspected`. */
export type Cause = {
  id: string;
  title: Said;
  say: Said;
  confirmed: Quantified;
  suspected: Quantified | undefined;
  ruledOut: Quantified;
  since: Expression | undefined;
  leadsTo: readonly string[];
  actions: readonly string[];
  advice: Said;
};

/** One runbook with its steps and causes resolved. */
export type Runbook = {
  id: string;
  title: Said;
  symptom: Said;
  alarms: readonly { metric: string; namespace?: string | undefined }[];
  steps: readonly Step[];
  required: ReadonlySet<string>;
  causes: readonly Cause[];
};

/** Everything that a folder of runbooks says, checked. */
export type Library = {
  runbooks: ReadonlyMap<string, Runbook>;
  symptoms: readonly Symptom[];
  definitions: ReadonlyMap<string, Expression>;
  actions: ReadonlyMap<string, Said>;
  facts: ReadonlyMap<string, FactSpec>;
};
