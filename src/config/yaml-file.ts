import { isMap, isNode, isScalar, LineCounter, parseDocument, Scalar, type Document } from "yaml";
import type { z } from "zod";

/** One thing wrong in a file that a person wrote, with its place (1-based) and what to write instead. */
export type Fault = { file: string; line: number; column: number; message: string };

/** `file:line:column: message`, the form editors and people can jump to. */
function faultLine(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`;
}

/** All that is wrong in what the operator wrote, found before anything starts. Exit code 1. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join("\n"));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** A YAML file read against a schema, and the way from a value's path to its place. */
export type YamlFile<T> = {
  file: string;
  value: T | undefined;
  faults: Fault[];
  faultAt: (path: readonly PropertyKey[], message: string, offset?: number) => Fault;
};

/** Read YAML text against a schema: every fault at once, each with its place. Never throws for what the text holds. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>): YamlFile<T> {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const faultAt = (path: readonly PropertyKey[], message: string, offset?: number) => at(offsetOf(doc, path, offset), message);
  const faults = doc.errors.map((error) => at(error.pos[0], error.message.split("\n")[0] ?? "not YAML"));
  if (faults.length > 0) return { file, value: undefined, faults, faultAt };
  const result = schema.safeParse(doc.toJS() ?? {});
  if (result.success) return { file, value: result.data, faults, faultAt };
  return { file, value: undefined, faults: result.error.issues.flatMap((issue) => issueFaults(issue, faultAt)), faultAt };
}

function issueFaults(issue: z.core.$ZodIssue, faultAt: YamlFile<unknown>["faultAt"]): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => faultAt([...issue.path, key], `\`${key}\` is not a key here`));
  }
  const where = issue.path.length > 0 ? `\`${issue.path.map(String).join(".")}\`: ` : "";
  return [faultAt(issue.path, `${where}${issue.message}`)];
}

/** The place of a key, or, with an offset, of a character of its value. */
function offsetOf(doc: Document, path: readonly PropertyKey[], offset: number | undefined): number {
  for (let length = path.length; length >= 0; length--) {
    const here = path.slice(0, length);
    const key = length === path.length && length > 0 ? keyOf(doc, here) : undefined;
    if (key !== undefined && offset === undefined) return key;
    const node = doc.getIn(here, true);
    if (!isNode(node) || !node.range) continue;
    const plain = node instanceof Scalar && (node.type === Scalar.PLAIN || node.type === undefined);
    return node.range[0] + (length === path.length && plain ? (offset ?? 0) : 0);
  }
  return 0;
}

/** Where the key of a map's entry stands: the place a person looks for when a key is wrong. */
function keyOf(doc: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length > 1 ? doc.getIn(path.slice(0, -1), true) : doc.contents;
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
