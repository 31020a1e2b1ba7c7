import type { Outcome, OutboxStore } from "../entry.ts";

/** What became of posts, as far as that is known: settled once, it stays so. */
export type Outcomes = {
  of: (key: string) => Promise<Outcome | undefined>;
  known: (key: string) => Outcome | undefined;
  keep: (key: string, outcome: Outcome) => void;
};

/** How many are remembered; the others are in the store. */
const REMEMBERED = 5_000;

/** Remembers what became of posts, and asks the store for the others. */
export function outcomesIn(store: Pick<OutboxStore, "outcomeOf">): Outcomes {
  const settled = new Map<string, Outcome>();
  const keep = (key: string, outcome: Outcome) => {
    settled.delete(key);
    settled.set(key, outcome);
    const [oldest] = settled.keys();
    if (settled.size > REMEMBERED && oldest !== undefined) settled.delete(oldest);
  };
  return {
    keep,
    known: (key) => settled.get(key),
    of: async (key) => {
      const known = settled.get(key) ?? (await store.outcomeOf(key));
      if (known) keep(key, known);
      return known;
    },
  };
}
