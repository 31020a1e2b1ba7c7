import { Environment } from "@marcbachmann/cel-js";
import { namespaceOf, type FactSpec, type FactSpecs } from "./facts.ts";

/** A condition's syntax tree: the subset of CEL's that conditions may use (no calls, no indexing, no ternary). */
export type Expression =
  | { op: "literal"; value: number | boolean | string }
  | { op: "fact"; fact: string }
  | { op: "name"; name: string }
  | { op: "!" | "-"; of: Expression }
  | { op: "&&" | "||" | Comparison | "+" | "*" | "/" | "minus"; left: Expression; right: Expression };

/** Comparisons of conditions. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** What conditions are checked against: the facts of every step by namespace, and the names of definitions. */
export type Vocabulary = { facts: ReadonlyMap<string, FactSpec>; check: (source: string) => Checked };

/** A checked condition, or what is wrong with it and at which character. */
type Checked = { ok: true; type: "flag" | "number" | "text"; expression: Expression } | { ok: false; offset: number; message: string };

type Node = { op: string; args: unknown; start: number };

/** The vocabulary of conditions, given each step's facts (step id → facts) and the names of definitions. */
export function vocabularyOf(steps: ReadonlyMap<string, FactSpecs>, definitions: readonly string[]): Vocabulary {
  const facts = new Map<string, FactSpec>();
  const env = new Environment();
  // CEL keeps double and int apart; conditions have numbers only, so mixed arithmetic and equality are made legal.
  for (const op of ["+", "-", "*", "/"]) {
    env.registerOperator(`double ${op} int`, () => 0);
    env.registerOperator(`int ${op} double`, () => 0);
  }
  env.registerOperator("double == int", () => false);
  for (const [stepId, specs] of steps) {
    const schema: Record<string, string> = {};
    for (const [name, spec] of Object.entries(specs)) {
      schema[name] = spec.kind === "flag" ? "bool" : spec.kind === "text" ? "string" : "double";
      facts.set(`${namespaceOf(stepId)}.${name}`, spec);
    }
    env.registerVariable(namespaceOf(stepId), { schema });
  }
  for (const name of definitions) env.registerVariable(name, "bool");
  return { facts, check: (source) => checkWith(env, facts, source) };
}

function checkWith(env: Environment, facts: ReadonlyMap<string, FactSpec>, source: string): Checked {
  const result = env.check(source);
  if (!result.valid) {
    const error = result.error as unknown as { message: string; range?: { start: number } };
    const known = nearestName(error.message, source, facts);
    return { ok: false, offset: error.range?.start ?? 0, message: `${(error.message.split("\n")[0] ?? "").trim()}${known}` };
  }
  try {
    const expression = expressionOf(env.parse(source).ast as unknown as Node);
    rejectImpossible(expression, facts);
    const type = result.type === "bool" ? "flag" : result.type === "string" ? "text" : "number";
    return { ok: true, type, expression };
  } catch (error) {
    if (error instanceof NotAllowed) return { ok: false, offset: error.offset, message: error.message };
    throw error;
  }
}

class NotAllowed extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const BINARY = new Set(["&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "*", "/"]);

function expressionOf(node: Node): Expression {
  const { op, args } = node;
  if (op === "value") return { op: "literal", value: typeof args === "bigint" ? Number(args) : (args as number | boolean | string) };
  if (op === "id") return { op: "name", name: String(args) };
  if (op === "." && Array.isArray(args)) {
    const [of, name] = args as [Node, string];
    if (of.op === "id") return { op: "fact", fact: `${String(of.args)}.${name}` };
  }
  if (op === "!_" || op === "-_") return { op: op === "!_" ? "!" : "-", of: expressionOf(args as Node) };
  if ((BINARY.has(op) || op === "-") && Array.isArray(args)) {
    const [left, right] = args as [Node, Node];
    return { op: op === "-" ? "minus" : (op as "&&"), left: expressionOf(left), right: expressionOf(right) };
  }
  throw new NotAllowed(node.start, `\`${op}\` is not allowed in conditions; use facts, numbers, && || ! and comparisons`);
}

/** Comparisons that can never be what was meant: a text with a value it cannot have, a count below zero. */
function rejectImpossible(expression: Expression, facts: ReadonlyMap<string, FactSpec>): void {
  if ("of" in expression) rejectImpossible(expression.of, facts);
  if (!("left" in expression)) return;
  rejectImpossible(expression.left, facts);
  rejectImpossible(expression.right, facts);
  const { left, right, op } = expression;
  if (left.op !== "fact" || right.op !== "literal") return;
  const spec = facts.get(left.fact);
  if (spec?.values && typeof right.value === "string" && !spec.values.includes(right.value)) {
    throw new NotAllowed(0, `\`${left.fact}\` is never "${right.value}"; it is one of ${spec.values.join(", ")}`);
  }
  const never = (op === "<" && right.value === 0) || (typeof right.value === "number" && right.value < 0);
  if (spec?.kind === "count" && never) throw new NotAllowed(0, `\`${left.fact}\` is a count and is never below zero`);
}

/** ` (did you mean `x`?)` where a misspelt fact is close to one that exists. */
function nearestName(message: string, source: string, facts: ReadonlyMap<string, FactSpec>): string {
  const missing = /No such key: (\w+)/.exec(message)?.[1];
  const namespace = missing ? new RegExp(`(\\w+)\\.${missing}\\b`).exec(source)?.[1] : undefined;
  if (!missing || !namespace) return "";
  const names = [...facts.keys()].filter((key) => key.startsWith(`${namespace}.`)).map((key) => key.slice(namespace.length + 1));
  const best = names.map((name) => ({ name, distance: editDistance(name, missing) })).sort((a, b) => a.distance - b.distance)[0];
  if (!best || best.distance > Math.max(2, missing.length / 3)) return ` (\`${namespace}\` has no such fact)`;
  return ` (did you mean \`${namespace}.${best.name}\`?)`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Every fact that an expression speaks of, through definitions too. */
export function factsIn(expression: Expression, definitions: ReadonlyMap<string, Expression>): Set<string> {
  const found = new Set<string>();
  const walk = (node: Expression) => {
    if (node.op === "fact") found.add(node.fact);
    else if (node.op === "name") {
      const definition = definitions.get(node.name);
      if (definition) walk(definition);
    } else if ("of" in node) walk(node.of);
    else if ("left" in node) {
      walk(node.left);
      walk(node.right);
    }
  };
  walk(expression);
  return found;
}
