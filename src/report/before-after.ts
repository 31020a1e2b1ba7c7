import type { Numbers } from "../incident/numbers.ts";
import type { ProofLimits } from "../remediation/proof.ts";
import type { Words } from "../words/en.ts";
import { duration, percent, plain } from "../words/numbers.ts";

/** One number of the symptom before and after a repair, in words; `good` is from where on it is not good any more, where it counts. */
export type BeforeAfter = { name: string; before: string; after: string; good?: string };

const ORDER = ["queueMean", "queuePeak", "connectMs", "connectsFailed", "failShare"] as const;
type Shown = (typeof ORDER)[number];

/** The numbers that were seen before or after, in words. Pure. */
export function beforeAfter(before: Numbers, after: Numbers, words: Words, limits?: ProofLimits): BeforeAfter[] {
  const { rows, notSeen } = words.proof;
  return ORDER.filter((each) => before[each] !== undefined || after[each] !== undefined).map((each) => {
    const told = (value: number | undefined) => (value === undefined ? notSeen : tell(each, value, words));
    const good = limits && goodOf(each, limits, words);
    return { name: rows[each], before: told(before[each]), after: told(after[each]), ...(good === undefined ? {} : { good }) };
  });
}

/** The same in one sentence each. */
export function beforeAfterLines(before: Numbers, after: Numbers, words: Words): string[] {
  return beforeAfter(before, after, words).map((row) => words.proof.figure(row.name, row.before, row.after));
}

function tell(of: Shown, value: number, words: Words): string {
  if (of === "connectMs") return duration(value, words.language);
  return of === "failShare" ? percent(value * 100, words.language) : plain(value);
}

function goodOf(of: Shown, limits: ProofLimits, words: Words): string | undefined {
  const { below, none } = words.proof;
  if (of === "queueMean") return below(tell(of, limits.queueBelow, words));
  if (of === "connectMs") return below(tell(of, limits.connectBelowMs, words));
  if (of === "failShare") return below(tell(of, limits.failuresBelow, words));
  return of === "connectsFailed" ? none : undefined;
}
