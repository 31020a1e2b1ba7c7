import type { Comparison, Expression } from "./condition.ts";
import type { FactValue } from "./facts.ts";

/** Kleene's three truths. `unknown` is never taken for false. */
export type Truth = "true" | "false" | "unknown";

/**
 * What is known of a fact: its exact value, a lower bound (a count or a "was seen" from a cut result), or nothing.
 * A lower bound of 3 makes `> 2` true and `== 0` false, and leaves `< 10` unknown.
 */
export type Known = { value: FactValue; exact: boolean } | undefined;

/** One comparison (or flag) of a condition with what it came to: what a verdict cites. */
export type Leaf = { facts: readonly string[]; truth: Truth };

/** Looks a fact up by `namespace.name`. */
export type Lookup = (fact: string) => Known;

type Value =
  | { kind: "unknown" }
  | { kind: "number"; low: number; high: number }
  | { kind: "text"; text: string }
  | { kind: "truth"; truth: Truth };

const UNKNOWN: Value = { kind: "unknown" };

/** Evaluate a condition in three-valued logic, with the leaves that decided it: those that agree with the result. */
export function evaluate(
  expression: Expression,
  lookup: Lookup,
  definitions: ReadonlyMap<string, Expression>,
): { truth: Truth; leaves: readonly Leaf[] } {
  const leaves: Leaf[] = [];
  const truth = truthOf(expression, lookup, definitions, leaves, false);
  return { truth, leaves };
}

function truthOf(node: Expression, lookup: Lookup, definitions: ReadonlyMap<string, Expression>, leaves: Leaf[], negated: boolean): Truth {
  const again = (of: Expression, into: Leaf[], flip = negated) => truthOf(of, lookup, definitions, into, flip);
  if (node.op === "!") return not(again(node.of, leaves, !negated));
  if (node.op === "name") {
    const definition = definitions.get(node.name);
    return definition ? again(definition, leaves) : "unknown";
  }
  if (node.op === "&&" || node.op === "||") {
    const mine: Leaf[] = [];
    const theirs: Leaf[] = [];
    const [left, right] = [again(node.left, mine), again(node.right, theirs)];
    const truth = node.op === "&&" ? and(left, right) : or(left, right);
    // Only the side that decided is cited: of `a || b`, the true one; of `a && b`, the false one.
    if (left === truth) leaves.push(...mine);
    if (right === truth) leaves.push(...theirs);
    return truth;
  }
  const facts: string[] = [];
  const value = valueOf(node, lookup, facts);
  const truth = value.kind === "truth" ? value.truth : "unknown";
  leaves.push({ facts, truth: negated ? not(truth) : truth });
  return truth;
}

function valueOf(node: Expression, lookup: Lookup, facts: string[]): Value {
  if (node.op === "literal") return valueFrom({ value: node.value, exact: true });
  if (node.op === "fact") {
    facts.push(node.fact);
    return valueFrom(lookup(node.fact));
  }
  if (node.op === "-") {
    const of = valueOf(node.of, lookup, facts);
    return of.kind === "number" ? { kind: "number", low: -of.high, high: -of.low } : UNKNOWN;
  }
  if (!("left" in node)) return UNKNOWN;
  const left = valueOf(node.left, lookup, facts);
  const right = valueOf(node.right, lookup, facts);
  if (node.op === "&&" || node.op === "||") return UNKNOWN;
  if (node.op === "+" || node.op === "minus" || node.op === "*" || node.op === "/") return arithmetic(node.op, left, right);
  return { kind: "truth", truth: compare(node.op, left, right) };
}

function valueFrom(known: Known): Value {
  if (!known) return UNKNOWN;
  const { value, exact } = known;
  if (typeof value === "number") return { kind: "number", low: value, high: exact ? value : Infinity };
  if (typeof value === "string") return exact ? { kind: "text", text: value } : UNKNOWN;
  return { kind: "truth", truth: value ? "true" : exact ? "false" : "unknown" };
}

function arithmetic(op: "+" | "minus" | "*" | "/", left: Value, right: Value): Value {
  if (left.kind !== "number" || right.kind !== "number") return UNKNOWN;
  if (op === "+") return { kind: "number", low: left.low + right.low, high: left.high + right.high };
  if (op === "minus") return { kind: "number", low: left.low - right.high, high: left.high - right.low };
  // Products and quotients of bounds are told only for non-negative numbers, which all counts and measurements here are.
  if (left.low < 0 || right.low < 0) return UNKNOWN;
  if (op === "*") return { kind: "number", low: left.low * right.low, high: product(left.high, right.high) };
  if (right.low === 0) return UNKNOWN;
  return { kind: "number", low: left.low / right.high, high: left.high / right.low };
}

function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function compare(op: Comparison, left: Value, right: Value): Truth {
  if (op === "!=") return not(compare("==", left, right));
  if (left.kind === "text" && right.kind === "text") return op === "==" ? truth(left.text === right.text) : "unknown";
  if (left.kind === "truth" && right.kind === "truth") {
    return left.truth === "unknown" || right.truth === "unknown" ? "unknown" : truth(left.truth === right.truth);
  }
  if (left.kind !== "number" || right.kind !== "number") return "unknown";
  switch (op) {
    case "==":
      if (left.low === left.high && right.low === right.high) return truth(left.low === right.low);
      return left.low > right.high || right.low > left.high ? "false" : "unknown";
    case "<":
      return left.high < right.low ? "true" : left.low >= right.high ? "false" : "unknown";
    case "<=":
      return left.high <= right.low ? "true" : left.low > right.high ? "false" : "unknown";
    case ">":
      return compare("<", right, left);
    case ">=":
      return compare("<=", right, left);
  }
}

function truth(value: boolean): Truth {
  return value ? "true" : "false";
}

/** Kleene's negation. */
function not(a: Truth): Truth {
  return a === "unknown" ? a : a === "true" ? "false" : "true";
}

/** Kleene's conjunction: false wins, then unknown. */
export function and(a: Truth, b: Truth): Truth {
  return a === "false" || b === "false" ? "false" : a === "unknown" || b === "unknown" ? "unknown" : "true";
}

/** Kleene's disjunction: true wins, then unknown. */
export function or(a: Truth, b: Truth): Truth {
  return a === "true" || b === "true" ? "true" : a === "unknown" || b === "unknown" ? "unknown" : "false";
}
