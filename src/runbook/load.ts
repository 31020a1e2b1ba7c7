import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ConfigError, readYaml, type Fault, type YamlFile } from "../config/yaml-file.ts";
import { type Expression, type Vocabulary, vocabularyOf } from "./condition.ts";
import type { FactSpecs } from "./facts.ts";
import type { Cause, Library, Quantified, Runbook, Symptom } from "./library.ts";
import { CausesFile, RunbookFile, StepsFile, type ConditionSource, type Step } from "./schema.ts";

/** What the rest of the program offers to runbooks: the facts of each parser by parser name, and facts that are not one step's (`incident`, `joined`). */
export type Offered = { parsers: ReadonlyMap<string, FactSpecs>; common: ReadonlyMap<string, FactSpecs> };

type Path = readonly PropertyKey[];

/**
 * Every runbook of a folder, or none: `steps*.yml` and `causes.yml` are libraries, every other `*.yml` is a runbook. Throws a ConfigError
 * that lists all faults as `file:line:column: message`: wrong shape, unknown ids, misspelt facts, comparisons that can never hold.
 */
export async function loadRunbooks(dir: string, offered: Offered): Promise<Library> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".yml")).toSorted();
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(join(dir, name), "utf8"));
  return readRunbooks(relative(process.cwd(), dir) || ".", texts, offered);
}

/** The same from texts by file name; `dir` only shows in messages. */
export function readRunbooks(dir: string, texts: ReadonlyMap<string, string>, offered: Offered): Library {
  const faults: Fault[] = [];
  const open = <T>(name: string, schema: Parameters<typeof readYaml<T>>[2]): YamlFile<T> => {
    const file = readYaml(join(dir, name), texts.get(name) ?? "", schema);
    faults.push(...file.faults);
    return file;
  };
  const steps = new Map<string, Step>();
  for (const name of [...texts.keys()].filter((name) => name.startsWith("steps"))) readSteps(open(name, StepsFile), steps, offered, faults);
  const causesFile = open("causes.yml", CausesFile);
  if (!causesFile.value) throw new ConfigError(faults);
  const stepFacts = [...steps].map(([id, step]): [string, FactSpecs] => [id, offered.parsers.get(step.parser) ?? {}]);
  const vocabulary = vocabularyOf(new Map([...stepFacts, ...offered.common]), Object.keys(causesFile.value.definitions));
  const graph = readGraph(causesFile, vocabulary, faults);
  const runbooks = new Map<string, Runbook>();
  for (const name of [...texts.keys()].filter((name) => !name.startsWith("steps") && name !== "causes.yml")) {
    const runbook = readRunbook(open(name, RunbookFile), steps, graph.causes, faults);
    if (runbook) runbooks.set(runbook.id, runbook);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return { runbooks, symptoms: graph.symptoms, definitions: graph.definitions, actions: graph.actions, facts: vocabulary.facts };
}

function readSteps(file: YamlFile<{ steps: Step[] }>, steps: Map<string, Step>, offered: Offered, faults: Fault[]): void {
  for (const [index, step] of (file.value?.steps ?? []).entries()) {
    if (steps.has(step.id)) faults.push(file.faultAt(["steps", index, "id"], `the step \`${step.id}\` is there twice`));
    if (!offered.parsers.has(step.parser)) {
      faults.push(
        file.faultAt(
          ["steps", index, "parser"],
          `there is no parser \`${step.parser}\`; there are ${[...offered.parsers.keys()].join(", ")}`,
        ),
      );
    }
    steps.set(step.id, step);
  }
}

type Graph = { symptoms: Symptom[]; causes: ReadonlyMap<string, Cause>; definitions: Map<string, Expression>; actions: Library["actions"] };

function readGraph(file: YamlFile<CausesFile>, vocabulary: Vocabulary, faults: Fault[]): Graph {
  const value = file.value ?? { definitions: {}, actions: [], symptoms: [], causes: [] };
  const definitions = new Map<string, Expression>();
  const expression = (path: Path, source: string, type: "flag" | "number" = "flag"): Expression => {
    const checked = vocabulary.check(source);
    if (checked.ok && checked.type === type) return checked.expression;
    const message = checked.ok ? `this is a ${checked.type}, not a ${type === "flag" ? "condition" : "time"}` : checked.message;
    faults.push(file.faultAt(path, message, checked.ok ? undefined : checked.offset));
    return { op: "literal", value: false };
  };
  for (const [name, source] of Object.entries(value.definitions)) definitions.set(name, expression(["definitions", name], source));
  faults.push(...circles(definitions).map((name) => file.faultAt(["definitions", name], `\`${name}\` is defined by itself`)));
  const quantified = (path: Path, source: ConditionSource, bare: "any" | "all"): Quantified => {
    if (typeof source === "string") return { hosts: bare, expression: expression(path, source) };
    if ("any" in source) return { hosts: "any", expression: expression([...path, "any"], source.any) };
    if ("all" in source) return { hosts: "all", expression: expression([...path, "all"], source.all) };
    return { hosts: { atLeast: source.atLeast }, expression: expression([...path, "of"], source.of) };
  };
  const nodes = new Set([...value.symptoms, ...value.causes].map((node) => node.id));
  const edges = (path: Path, ids: readonly string[]) => {
    for (const [index, id] of ids.entries())
      if (!nodes.has(id)) faults.push(file.faultAt([...path, index], `there is no cause or symptom \`${id}\``));
    return ids;
  };
  const symptoms = value.symptoms.map((symptom, index): Symptom => {
    const at = (key: string) => ["symptoms", index, key];
    const when = quantified(at("when"), symptom.when, "any");
    return { id: symptom.id, title: symptom.title, when, visible: symptom.visible, leadsTo: edges(at("leads_to"), symptom.leads_to) };
  });
  const actions = new Map(value.actions.map((action) => [action.id, action.title]));
  const causes = new Map<string, Cause>();
  for (const [index, cause] of value.causes.entries()) {
    const at = (key: string) => ["causes", index, key];
    if (causes.has(cause.id)) faults.push(file.faultAt(at("id"), `the cause \`${cause.id}\` is there twice`));
    for (const [i, id] of cause.actions.entries())
      if (!actions.has(id)) faults.push(file.faultAt([...at("actions"), i], `there is no action \`${id}\``));
    for (const [key, said] of [
      ["say", cause.say],
      ["advice", cause.advice],
    ] as const) {
      for (const text of [said.en, said.ko])
        faults.push(...placeholdersIn(text, vocabulary).map((fact) => file.faultAt(at(key), `\`{${fact}}\` is not a fact`)));
    }
    causes.set(cause.id, {
      id: cause.id,
      title: cause.title,
      say: cause.say,
      confirmed: quantified(at("confirmed"), cause.confirmed, "any"),
      suspected: cause.suspected === undefined ? undefined : quantified(at("suspected"), cause.suspected, "any"),
      ruledOut: quantified(at("ruled_out"), cause.ruled_out, "all"),
      since: cause.since === undefined ? undefined : expression(at("since"), cause.since, "number"),
      leadsTo: edges(at("leads_to"), cause.leads_to),
      actions: cause.actions,
      advice: cause.advice,
    });
  }
  return { symptoms, causes, definitions, actions };
}

function placeholdersIn(text: string, vocabulary: Vocabulary): string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].flatMap((match) => (match[1] ?? "").split("|")).filter((fact) => !vocabulary.facts.has(fact));
}

/** Names of definitions that lead back to themselves. */
function circles(definitions: ReadonlyMap<string, Expression>): string[] {
  const names = (node: Expression): string[] =>
    node.op === "name" ? [node.name] : "of" in node ? names(node.of) : "left" in node ? [...names(node.left), ...names(node.right)] : [];
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    const definition = definitions.get(from);
    if (!definition || seen.has(from)) return false;
    seen.add(from);
    return names(definition).some((name) => name === to || reaches(name, to, seen));
  };
  return [...definitions.keys()].filter((name) => reaches(name, name, new Set()));
}

function readRunbook(
  file: YamlFile<RunbookFile>,
  steps: ReadonlyMap<string, Step>,
  causes: ReadonlyMap<string, Cause>,
  faults: Fault[],
): Runbook | undefined {
  if (!file.value) return undefined;
  const { id, title, symptom, alarms } = file.value;
  const mine: Step[] = [];
  for (const [index, step] of file.value.steps.entries()) {
    const found = steps.get(step.id);
    if (found) mine.push(found);
    else faults.push(file.faultAt(["steps", index, "id"], `there is no step \`${step.id}\``));
  }
  const concluded: Cause[] = [];
  for (const [index, cause] of file.value.causes.entries()) {
    const found = causes.get(cause);
    if (found) concluded.push(found);
    else faults.push(file.faultAt(["causes", index], `there is no cause \`${cause}\``));
  }
  const required = new Set(file.value.steps.filter((step) => step.required).map((step) => step.id));
  return { id, title, symptom, alarms, steps: mine, required, causes: concluded };
}
