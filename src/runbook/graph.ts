import type { Fault, YamlFile } from "../config/yaml-file.ts";
import type { Expression, Vocabulary } from "./condition.ts";
import type { Cause, Library, Quantified, Symptom } from "./library.ts";
import type { CausesFile, ConditionSource } from "./schema.ts";

/** The library of definitions, symptoms, causes and actions, of all files together. */
type Graph = {
  symptoms: Symptom[];
  causes: ReadonlyMap<string, Cause>;
  definitions: ReadonlyMap<string, Expression>;
  actions: Library["actions"];
};

type Path = readonly PropertyKey[];
type Source = CausesFile["causes"][number];

/** What reading one file needs: where its faults go, and which ids there are in all files. */
type Desk = {
  file: YamlFile<CausesFile>;
  vocabulary: Vocabulary;
  faults: Fault[];
  nodes: ReadonlySet<string>;
  actions: Library["actions"];
};

/** Read the files of causes; whatever is wrong in them is added to `faults`: misspelt facts, edges to nothing, ids that are there twice. */
export function readGraph(files: readonly YamlFile<CausesFile>[], vocabulary: Vocabulary, faults: Fault[]): Graph {
  const values = files.flatMap(({ value }) => value ?? []);
  const nodes = new Set(values.flatMap((value) => [...value.symptoms, ...value.causes].map((node) => node.id)));
  const actions = new Map(values.flatMap((value) => value.actions.map((action) => [action.id, action.title] as const)));
  const graph = { symptoms: [] as Symptom[], causes: new Map<string, Cause>(), definitions: new Map<string, Expression>(), actions };
  for (const file of files) {
    const desk: Desk = { file, vocabulary, faults, nodes, actions };
    for (const [name, source] of Object.entries(file.value?.definitions ?? {})) {
      if (graph.definitions.has(name)) faults.push(file.faultAt(["definitions", name], `\`${name}\` is defined twice`));
      graph.definitions.set(name, readExpression(desk, ["definitions", name], source));
    }
    for (const [index, source] of (file.value?.symptoms ?? []).entries()) graph.symptoms.push(readSymptom(desk, index, source));
    for (const [index, source] of (file.value?.causes ?? []).entries()) {
      if (graph.causes.has(source.id)) faults.push(file.faultAt(["causes", index, "id"], `the cause \`${source.id}\` is there twice`));
      graph.causes.set(source.id, readCause(desk, index, source));
    }
  }
  for (const name of circles(graph.definitions)) {
    const home = files.find(({ value }) => value && name in value.definitions);
    if (home) faults.push(home.faultAt(["definitions", name], `\`${name}\` is defined by itself`));
  }
  return graph;
}

function readSymptom(desk: Desk, index: number, source: CausesFile["symptoms"][number]): Symptom {
  const at = (key: string) => ["symptoms", index, key];
  const { id, title, visible } = source;
  return {
    id,
    title,
    visible,
    when: readCondition(desk, at("when"), source.when, "any"),
    leadsTo: readEdges(desk, at("leads_to"), source.leads_to),
  };
}

function readCause(desk: Desk, index: number, source: Source): Cause {
  const { file, faults, actions } = desk;
  const at = (key: string) => ["causes", index, key];
  for (const [i, id] of source.actions.entries())
    if (!actions.has(id)) faults.push(file.faultAt([...at("actions"), i], `there is no action \`${id}\``));
  for (const [key, said] of [
    ["say", source.say],
    ["advice", source.advice],
  ] as const) {
    const missing = [said.en, said.ko].flatMap((text) => unknownPlaceholders(text, desk.vocabulary));
    faults.push(...missing.map((fact) => file.faultAt(at(key), `\`{${fact}}\` is not a fact`)));
  }
  const { id, title, say, advice } = source;
  return {
    id,
    title,
    say,
    advice,
    actions: source.actions,
    confirmed: readCondition(desk, at("confirmed"), source.confirmed, "any"),
    suspected: source.suspected === undefined ? undefined : readCondition(desk, at("suspected"), source.suspected, "any"),
    ruledOut: readCondition(desk, at("ruled_out"), source.ruled_out, "all"),
    since: source.since === undefined ? undefined : readExpression(desk, at("since"), source.since, "number"),
    leadsTo: readEdges(desk, at("leads_to"), source.leads_to),
  };
}

function readExpression({ file, vocabulary, faults }: Desk, path: Path, source: string, type: "flag" | "number" = "flag"): Expression {
  const checked = vocabulary.check(source);
  if (checked.ok && checked.type === type) return checked.expression;
  const message = checked.ok ? `this is a ${checked.type}, not a ${type === "flag" ? "condition" : "time"}` : checked.message;
  faults.push(file.faultAt(path, message, checked.ok ? undefined : checked.offset));
  return { op: "literal", value: false };
}

function readCondition(desk: Desk, path: Path, source: ConditionSource, bare: "any" | "all"): Quantified {
  if (typeof source === "string") return { hosts: bare, expression: readExpression(desk, path, source) };
  if ("any" in source) return { hosts: "any", expression: readExpression(desk, [...path, "any"], source.any) };
  if ("all" in source) return { hosts: "all", expression: readExpression(desk, [...path, "all"], source.all) };
  return { hosts: { atLeast: source.atLeast }, expression: readExpression(desk, [...path, "of"], source.of) };
}

function readEdges({ file, faults, nodes }: Desk, path: Path, ids: readonly string[]): readonly string[] {
  for (const [index, id] of ids.entries())
    if (!nodes.has(id)) faults.push(file.faultAt([...path, index], `there is no cause or symptom \`${id}\``));
  return ids;
}

function unknownPlaceholders(text: string, vocabulary: Vocabulary): string[] {
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
