import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { factsIn } from "../runbook/condition.ts";
import type { Cause, Library, Runbook } from "../runbook/library.ts";
import { jsonSchemas } from "../runbook/schema.ts";
import type { Words } from "../words/en.ts";
import { openLibrary, RUNBOOKS, runbookOf } from "./shipped.ts";

/** `gumshoe runbook check`: says what is there; throws a ConfigError with every fault. */
export async function checkRunbooks(dir: string | undefined, words: Words): Promise<string> {
  const { library } = await openLibrary(dir ?? RUNBOOKS);
  const lines = [...library.runbooks.values()].map((runbook) =>
    words.runbook.summary(runbook.id, runbook.steps.length, runbook.causes.length),
  );
  return `${[...lines, words.runbook.fine(library.facts.size)].join("\n")}\n`;
}

/** `gumshoe runbook show`: the cause graph as text, or as a Mermaid diagram. */
export async function showGraph(id: string, options: { mermaid: boolean; runbooks?: string; words: Words }): Promise<string> {
  const { library } = await openLibrary(options.runbooks);
  const runbook = runbookOf(library, id, options.words);
  return options.mermaid ? mermaid(runbook, library, options.words) : text(runbook, library, options.words);
}

/** `gumshoe runbook schema`: write the JSON schemas of runbook files into a folder. */
export async function printSchemas(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const schemas = Object.entries(jsonSchemas());
  for (const [name, schema] of schemas) await writeFile(join(dir, name), `${JSON.stringify(schema, null, 2)}\n`);
  return `${schemas.map(([name]) => join(dir, name)).join("\n")}\n`;
}

function text(runbook: Runbook, library: Library, words: Words): string {
  const titles = titlesOf(runbook, library, words);
  const lines = [`${runbook.id}: ${runbook.title[words.language]}`, runbook.symptom[words.language], ""];
  for (const cause of runbook.causes) {
    lines.push(`${cause.id}  ${cause.title[words.language]}`);
    lines.push(`  ${words.runbook.confirmedBy} ${[...factsIn(cause.confirmed.expression, library.definitions)].join(", ")}`);
    for (const next of cause.leadsTo) lines.push(`  → ${next}  ${titles.get(next) ?? ""}`);
  }
  lines.push("", words.runbook.symptoms);
  for (const symptom of library.symptoms) {
    lines.push(`  ${symptom.id}  ${symptom.title[words.language]}${symptom.leadsTo.length > 0 ? ` → ${symptom.leadsTo.join(", ")}` : ""}`);
  }
  return `${lines.join("\n")}\n`;
}

function mermaid(runbook: Runbook, library: Library, words: Words): string {
  const name = (id: string) => id.replaceAll("-", "_");
  const causes = runbook.causes.map((cause: Cause) => `  ${name(cause.id)}["${cause.title[words.language].replaceAll('"', "'")}"]`);
  const symptoms = library.symptoms.map((symptom) => `  ${name(symptom.id)}(["${symptom.title[words.language].replaceAll('"', "'")}"])`);
  const edges = [...runbook.causes, ...library.symptoms].flatMap((node) =>
    node.leadsTo.map((next) => `  ${name(node.id)} --> ${name(next)}`),
  );
  return `${["flowchart LR", ...causes, ...symptoms, ...edges].join("\n")}\n`;
}

function titlesOf(runbook: Runbook, library: Library, words: Words): Map<string, string> {
  return new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.title[words.language]]));
}
