import { AwsError } from "../../aws-error.ts";

/** An event pattern: what a field may be, by its name; `$or` joins alternatives. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

type Fields = { readonly [field: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const invalidPattern = (why: string) => new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${why}`);

/** Reads a pattern as PutRule takes it; one that EventBridge would refuse is refused here. */
export function readPattern(text: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalidPattern((error as Error).message);
  }
  if (!isFields(pattern)) throw invalidPattern("Filter is not an object");
  check(pattern);
  return pattern as Pattern;
}

function check(pattern: Fields): void {
  if (Object.keys(pattern).length === 0) throw invalidPattern("Empty objects are not allowed");
  for (const [field, wanted] of Object.entries(pattern)) {
    if (field === "$or" && Array.isArray(wanted)) wanted.filter(isFields).forEach(check);
    else if (isFields(wanted)) check(wanted);
    else if (!Array.isArray(wanted)) throw invalidPattern(`"${field}" must be an object or an array`);
    else if (wanted.length === 0) throw invalidPattern("Empty arrays are not allowed");
    else for (const each of wanted) if (isFields(each)) checkMatcher(each);
  }
}

const MATCHERS: Readonly<Record<string, (wanted: unknown, value: unknown) => boolean>> = {
  prefix: (wanted, value) => typeof value === "string" && value.startsWith(String(wanted)),
  suffix: (wanted, value) => typeof value === "string" && value.endsWith(String(wanted)),
  "equals-ignore-case": (wanted, value) => typeof value === "string" && value.toLowerCase() === String(wanted).toLowerCase(),
  wildcard: (wanted, value) => typeof value === "string" && wildcard(String(wanted)).test(value),
  "anything-but": (wanted, value) => value !== undefined && ![wanted].flat().some((each) => fits(each, value)),
  numeric: (wanted, value) => typeof value === "number" && inRange(wanted as readonly unknown[], value),
  exists: (wanted, value) => (value !== undefined) === wanted,
};

function checkMatcher(matcher: Fields): void {
  const unknown = Object.keys(matcher).find((name) => !(name in MATCHERS));
  if (unknown !== undefined) throw invalidPattern(`Unrecognized match type ${unknown}`);
}

const wildcard = (text: string) => new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", "[^]*")}$`);

function inRange(wanted: readonly unknown[], value: number): boolean {
  for (let at = 0; at < wanted.length; at += 2) {
    const limit = Number(wanted[at + 1]);
    const holds = { "=": value === limit, ">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit };
    if (!holds[String(wanted[at]) as keyof typeof holds]) return false;
  }
  return true;
}

function fits(wanted: unknown, value: unknown): boolean {
  if (!isFields(wanted)) return wanted === value;
  return Object.entries(wanted).every(([name, told]) => MATCHERS[name]?.(told, value) ?? false);
}

/** Whether an event has what a pattern wants; of a field that is a list, one element is enough. */
export function matches(pattern: Pattern, event: unknown): boolean {
  const fields: Fields = isFields(event) ? event : {};
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === "$or" && Array.isArray(wanted)) return wanted.some((each) => matches(each as Pattern, event));
    const value = fields[field];
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, value);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((each) => values.some((one) => fits(each, one)));
  });
}
