/**
 * What a fact may be. The kind says what a cut result still proves:
 * - `count`: how often something was seen; from a cut result it is a lower bound.
 * - `number`: a measurement; a parser leaves it out where a cut result would falsify it.
 * - `flag`: something was seen; from a cut result only `true` is known.
 * - `text`: one of `values` where they are listed, free text otherwise.
 * - `time`: an instant, in milliseconds since the epoch.
 */
type FactKind = "count" | "number" | "flag" | "text" | "time";

/** The units that facts are measured in; the words that print them know no others. */
export type Unit = "ms" | "s" | "%" | "bytes" | "per-second" | "ratio";

/** One fact that a parser can declare: its kind, its unit, and what it promises. */
export type FactSpec = { kind: FactKind; unit?: Unit; values?: readonly string[]; doc: string };

/** All facts of one step, by name in camelCase. */
export type FactSpecs = Readonly<Record<string, FactSpec>>;

/** What a fact can hold; times are milliseconds since the epoch. */
export type FactValue = number | boolean | string;

/** Facts by name. A fact that is not here is unknown: never zero, never false. */
export type Facts = Readonly<Record<string, FactValue>>;

/** The namespace of a step's facts in conditions: `gunicorn-journal` → `gunicornJournal`. */
export function namespaceOf(stepId: string): string {
  return stepId.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
}
