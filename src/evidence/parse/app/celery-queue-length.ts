import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser, type Reading } from "../../parser.ts";
import { textLines } from "../text/journal.ts";
import { stampOf } from "../text/stamps.ts";

const FACTS = {
  length: { kind: "number", doc: "tasks waiting at the newest look, all queues together; 0 does not count what workers have prefetched" },
  first: { kind: "number", doc: "tasks waiting at the first look" },
  highest: { kind: "number", doc: "the most seen waiting" },
  samples: { kind: "count", doc: "looks taken" },
  growthPerS: { kind: "number", unit: "per-second", doc: "slope of the straight line through the looks; needs three over 5 s or more" },
  growing: { kind: "flag", doc: "that slope is upward and more wait now than at first" },
} as const satisfies FactSpecs;

/** The lengths of the task queues: lines `TIME N`, `TIME QUEUE N`, `QUEUE N`, redis-cli's `(integer) N` or a bare `N`. */
export const celeryQueueLength: Parser = { facts: FACTS, parse };

type Sample = { ms?: number; queue: string; length: number };

function parse(text: string, reading: Reading): Parsed | undefined {
  const lines = textLines(text).slice(0, 20_000);
  const read = endsWhole(text) ? lines : lines.slice(0, -1);
  const looks = looksOf(read.flatMap((line) => sampleOf(line, reading) ?? []));
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last) return undefined;
  const highest = looks.reduce((most, { length }) => Math.max(most, length), 0);
  const facts = { length: last.length, first: first.length, highest, samples: looks.length, ...growthFacts(looks) };
  return { facts, whole: endsWhole(text) };
}

function sampleOf(line: string, { at, timezone }: Reading): Sample | undefined {
  const stamp = stampOf(line, at, timezone);
  const m = /^(?:([A-Za-z][\w.:@-]{0,120})[ :\t]{1,4})?(?:\(integer\) )?(\d{1,15})$/.exec((stamp?.rest ?? line).trim());
  return m ? { ...(stamp && { ms: stamp.ms }), queue: m[1] ?? "", length: Number(m[2]) } : undefined;
}

/** Lines of one look at several queues are one sum: a look ends where a queue comes up again. */
function looksOf(samples: readonly Sample[]): { ms?: number; length: number }[] {
  const looks: { ms?: number; length: number }[] = [];
  let seen = new Set<string>();
  for (const { queue, length, ms } of samples) {
    const look = looks.at(-1);
    if (!look || seen.has(queue)) {
      seen = new Set();
      looks.push({ ...(ms !== undefined && { ms }), length });
    } else look.length += length;
    seen.add(queue);
  }
  return looks;
}

function growthFacts(looks: readonly { ms?: number; length: number }[]): Record<string, FactValue> {
  const timed = looks.flatMap(({ ms, length }) => (ms === undefined ? [] : [{ s: ms / 1000, length }]));
  const [first, last] = [timed[0], timed.at(-1)];
  if (timed.length < 3 || !first || !last || last.s - first.s < 5) return {};
  const meanS = timed.reduce((sum, { s }) => sum + s, 0) / timed.length;
  const meanLength = timed.reduce((sum, { length }) => sum + length, 0) / timed.length;
  const spread = timed.reduce((sum, { s }) => sum + (s - meanS) ** 2, 0);
  if (spread === 0) return {};
  const slope = timed.reduce((sum, { s, length }) => sum + (s - meanS) * (length - meanLength), 0) / spread;
  return { growthPerS: slope, growing: slope > 0 && last.length > first.length };
}
