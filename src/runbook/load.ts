import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ConfigError, readYaml, type Fault, type YamlFile } from "../config/yaml-file.ts";
import { vocabularyOf } from "./condition.ts";
import type { FactSpecs } from "./facts.ts";
import { readGraph } from "./graph.ts";
import type { Cause, Library, Runbook } from "./library.ts";
import { CausesFile, RunbookFile, StepsFile, type Step } from "./schema.ts";

/** What the rest of the program offers to runbooks: the facts of each parser by parser name, and facts that are not one step's (`incident`, `joined`). */
export type Offered = { parsers: ReadonlyMap<string, FactSpecs>; common: ReadonlyMap<string, FactSpecs> };

/**
 * Every runbook of a folder, or none: `steps*.yml` and `causes*.yml` are libraries, every other `*.yml` is a runbook. Throws a ConfigError
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
  const causeFiles = [...texts.keys()].filter((name) => name.startsWith("causes")).map((name) => open(name, CausesFile));
  if (causeFiles.length === 0) faults.push({ file: join(dir, "causes.yml"), line: 1, column: 1, message: "there is no file of causes" });
  const stepFacts = [...steps].map(([id, step]): [string, FactSpecs] => [id, offered.parsers.get(step.parser) ?? {}]);
  const definitions = causeFiles.flatMap((file) => Object.keys(file.value?.definitions ?? {}));
  const vocabulary = vocabularyOf(new Map([...stepFacts, ...offered.common]), [...new Set(definitions)]);
  const graph = readGraph(causeFiles, vocabulary, faults);
  const runbooks = new Map<string, Runbook>();
  for (const name of [...texts.keys()].filter((name) => !/^(?:steps|causes)/.test(name))) {
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
