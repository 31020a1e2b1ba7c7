import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { highestOf, medianOf } from "../text/figures.ts";
import type { LogEntry } from "./postgres-log.ts";
import { isWrite, shapeOf, shapeText } from "./statements.ts";

/** What a log says of statements that took a second or more. */
export const slowStatementFacts = {
  slowStatements: { kind: "count", doc: "Statements that took a second or more (`duration: … ms`), in the incident." },
  slowestMs: { kind: "number", unit: "ms", doc: "The slowest of them." },
  medianSlowMs: { kind: "number", unit: "ms", doc: "The middle of them." },
  slowShapes: { kind: "count", doc: "How many different statements (values apart) they are." },
  topShape: { kind: "text", doc: "The one seen most often among them, without values, at most 120 characters." },
  topShapeShare: { kind: "number", unit: "ratio", doc: "Its share of the slow statements, by number." },
  topShapeMs: { kind: "number", unit: "ms", doc: "Its middle duration." },
  slowWrites: { kind: "count", doc: "Of the slow statements, those that change data or commit." },
} satisfies FactSpecs;

/** Statements at least this slow are counted, whatever log_min_duration_statement was set to. */
const SLOW_MS = 1_000;

const DURATION = /^duration: (\d{1,12}(?:\.\d{1,6})?) ms(?: {1,2}(?:statement|parse|bind|execute|plan)[^:]{0,200}: {0,2}([\s\S]*))?/;

type Slow = { ms: number; shape: string };

function durationOf({ message }: LogEntry): number | undefined {
  const ms = DURATION.exec(message)?.[1];
  return ms === undefined ? undefined : Number(ms);
}

/** Whether a message tells of a slow statement. */
export function isSlow(entry: LogEntry): boolean {
  return (durationOf(entry) ?? 0) >= SLOW_MS;
}

/** The facts of `slowStatementFacts` from the messages of the incident; of several shapes seen equally often the slower one is on top. */
export function slowStatementsIn(entries: readonly LogEntry[]): Record<string, FactValue | undefined> {
  const slow: Slow[] = entries
    .filter(isSlow)
    .map((entry) => ({ ms: durationOf(entry) ?? 0, shape: shapeOf(DURATION.exec(entry.message)?.[2] ?? "") }));
  if (slow.length === 0) return { slowStatements: 0, slowShapes: 0, slowWrites: 0 };
  const byShape = Map.groupBy(
    slow.filter(({ shape }) => shape !== ""),
    ({ shape }) => shape,
  );
  const msOf = (shape: string): number[] => (byShape.get(shape) ?? []).map(({ ms }) => ms);
  const [top] = [...byShape.keys()].toSorted((a, b) => msOf(b).length - msOf(a).length || sumOf(msOf(b)) - sumOf(msOf(a)));
  return {
    slowStatements: slow.length,
    slowestMs: highestOf(slow.map(({ ms }) => ms)),
    medianSlowMs: medianOf(slow.map(({ ms }) => ms)),
    slowShapes: byShape.size,
    slowWrites: slow.filter(({ shape }) => isWrite(shape)).length,
    ...(top === undefined
      ? {}
      : { topShape: shapeText(top), topShapeShare: msOf(top).length / slow.length, topShapeMs: medianOf(msOf(top)) }),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
