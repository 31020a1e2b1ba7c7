import type { Expression } from "./expression.ts";

/** Values by the start of their period, in ms. */
export type Series = ReadonlyMap<number, number>;

type Value = number | Series | readonly Series[];

/** The metrics that an expression may use, by their ids in their order, and the periods that are asked for. */
export type Given = { metrics: ReadonlyMap<string, Series>; periods: readonly number[] };

const isList = (value: Value): value is readonly Series[] => Array.isArray(value);

/** The series that an expression makes of metrics. A period in which one of them has no value has none either. */
export function calculate(expression: Expression, given: Given): Series {
  return seriesOf(evaluate(expression, given), given);
}

function seriesOf(value: Value, { periods }: Given): Series {
  if (typeof value === "number") return new Map(periods.map((at) => [at, value]));
  if (isList(value)) throw new Error("an expression that makes several series cannot be watched by an alarm");
  return value;
}

function evaluate(expression: Expression, given: Given): Value {
  if (expression.is === "number") return expression.value;
  if (expression.is === "metric") return given.metrics.get(expression.id) ?? new Map<number, number>();
  if (expression.is === "list") return expression.of.map((part) => seriesOf(evaluate(part, given), given));
  if (expression.is === "call") return call(expression.name, expression.with, given);
  const [left, right] = [evaluate(expression.left, given), evaluate(expression.right, given)];
  const operate = OPERATORS[expression.name] ?? (() => Number.NaN);
  if (typeof left === "number" && typeof right === "number") return operate(left, right);
  return pairwise([seriesOf(left, given), seriesOf(right, given)], ([a = 0, b = 0]) => operate(a, b));
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
};

/** A value for every period in which all series have one; a quotient by zero is none. */
function pairwise(all: readonly Series[], join: (values: readonly number[]) => number): Series {
  const first = all[0] ?? new Map<number, number>();
  const shared = [...first.keys()].filter((at) => all.every((series) => series.has(at)));
  const joined = shared.map((at) => [at, join(all.map((series) => series.get(at) ?? 0))] as const);
  return new Map(joined.filter(([, value]) => Number.isFinite(value)));
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: sum,
  AVG: (values) => sum(values) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

function call(name: string, args: readonly Expression[], given: Given): Value {
  if (name === "METRICS") return [...given.metrics.values()];
  const [first = 0, second = 0, third = 0] = args.map((arg) => evaluate(arg, given));
  const aggregate = AGGREGATES[name];
  if (aggregate) return aggregated(first, aggregate, given);
  if (name === "ABS") return pairwise([seriesOf(first, given)], ([value = 0]) => Math.abs(value));
  if (name === "FILL") return filled(seriesOf(first, given), seriesOf(second, given), given);
  if (name === "IF") {
    const all = [first, second, third].map((value) => seriesOf(value, given));
    return pairwise(all, ([holds = 0, yes = 0, no = 0]) => (holds === 0 ? no : yes));
  }
  throw new Error(`${name} stands for a band, not for values`);
}

/** Of a list of series one value a period; of one series, the same value in every period. */
function aggregated(value: Value, aggregate: (values: readonly number[]) => number, given: Given): Value {
  if (!isList(value)) return aggregate([...seriesOf(value, given).values()]);
  const times = new Set(value.flatMap((series) => [...series.keys()]));
  return new Map([...times].map((at) => [at, aggregate(value.flatMap((series) => series.get(at) ?? []))]));
}

const filled = (series: Series, by: Series, { periods }: Given): Series =>
  new Map(
    periods
      .flatMap((at) => [[at, series.get(at) ?? by.get(at)] as const])
      .filter((entry): entry is readonly [number, number] => entry[1] !== undefined),
  );
