import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../aws-error.ts";
import { nameOf } from "./kept.ts";

/** A composite alarm's rule: what must hold of other alarms, by their names. */
export type Rule =
  | { is: "state"; state: StateValue; alarm: string }
  | { is: "constant"; holds: boolean }
  | { is: "not"; of: Rule }
  | { is: "and" | "or"; of: readonly Rule[] };

const TOKEN = /\s*(?:([()])|"([^"]*)"|'([^']*)'|([^\s()"']+))/y;

type Token = { text: string; quoted: boolean };

const notValid = (why: string) => new AwsError("ValidationError", `AlarmRule must not contain invalid syntax: ${why}`);

/** Reads an AlarmRule: ALARM, OK and INSUFFICIENT_DATA of names or ARNs, TRUE, FALSE, joined by NOT, AND and OR (which binds the least). */
export function parseRule(text: string): Rule {
  const tokens = tokensOf(text);
  const rule = either(tokens);
  if (tokens.length > 0) throw notValid(`"${tokens[0]?.text}" is not expected`);
  return rule;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw notValid(text.slice(at, at + 20));
    const [, parenthesis, double, single, word] = found;
    tokens.push({ text: parenthesis ?? double ?? single ?? word ?? "", quoted: (double ?? single) !== undefined });
  }
  return tokens;
}

function either(tokens: Token[]): Rule {
  return joined(tokens, "or", (left) => joined(left, "and", denied));
}

function joined(tokens: Token[], how: "and" | "or", part: (tokens: Token[]) => Rule): Rule {
  const of = [part(tokens)];
  while (tokens[0]?.text.toUpperCase() === how.toUpperCase() && !tokens[0].quoted) {
    tokens.shift();
    of.push(part(tokens));
  }
  return of.length === 1 ? of[0]! : { is: how, of };
}

function denied(tokens: Token[]): Rule {
  const { text = "" } = tokens.shift() ?? {};
  if (text.toUpperCase() === "NOT") return { is: "not", of: denied(tokens) };
  if (text.toUpperCase() === "TRUE" || text.toUpperCase() === "FALSE") return { is: "constant", holds: text.toUpperCase() === "TRUE" };
  if (text === "(") {
    const rule = either(tokens);
    close(tokens);
    return rule;
  }
  if (text !== "ALARM" && text !== "OK" && text !== "INSUFFICIENT_DATA") throw notValid(`"${text}" is not expected`);
  if (tokens.shift()?.text !== "(") throw notValid(`"(" is missing after ${text}`);
  const alarm = nameOf(tokens.shift()?.text ?? "");
  close(tokens);
  return { is: "state", state: text, alarm };
}

function close(tokens: Token[]): void {
  if (tokens.shift()?.text !== ")") throw notValid('")" is missing');
}

/** The names of the alarms that a rule asks for, each once. */
export function childrenOf(rule: Rule): string[] {
  const names = (part: Rule): string[] => {
    if (part.is === "state") return [part.alarm];
    if (part.is === "constant") return [];
    return part.is === "not" ? names(part.of) : part.of.flatMap(names);
  };
  return [...new Set(names(rule))];
}

/** Whether a rule holds; an alarm that is no longer there is in no state. */
export function holds(rule: Rule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  if (rule.is === "state") return stateOf(rule.alarm) === rule.state;
  if (rule.is === "constant") return rule.holds;
  if (rule.is === "not") return !holds(rule.of, stateOf);
  return rule.is === "and" ? rule.of.every((part) => holds(part, stateOf)) : rule.of.some((part) => holds(part, stateOf));
}
