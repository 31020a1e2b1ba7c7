/**
 * Repairs that follow each other, in their order. `key` is the one without which the others lead nowhere: the chain is one where that is allowed. After
 * each step everything works as it stands then.
 */
const CHAINS: readonly { key: string; steps: readonly string[] }[] = [
  { key: "create-rds-gp3", steps: ["snapshot-database", "create-rds-gp3", "rehearse-copy", "move-database"] },
  { key: "move-rds-to-gp3", steps: ["snapshot-database", "move-rds-to-gp3"] },
];

/** The steps that come after one another where so much is allowed; nothing where that is no chain. Of two chains the longer one is it. */
export function chainOf(isAllowed: (action: string) => boolean): readonly string[] | undefined {
  const chain = CHAINS.find(({ key }) => isAllowed(key));
  const steps = chain?.steps.filter(isAllowed) ?? [];
  return steps.length > 1 ? steps : undefined;
}

/** One step of a chain: the how manieth of how many, and whether it was done, comes next or later. */
export type ChainStep = { action: string; nth: number; of: number; is: "done" | "next" | "later" };

/** How far a chain is: what was done once is done, and the first that was not comes next. */
export function stepsOf(chain: readonly string[], done: ReadonlySet<string>): ChainStep[] {
  const next = chain.find((action) => !done.has(action));
  return chain.map((action, at) => ({
    action,
    nth: at + 1,
    of: chain.length,
    is: done.has(action) ? "done" : action === next ? "next" : "later",
  }));
}

/** What comes after a step that was done; nothing after the last one, or where it is none of the chain. */
export function stepAfter(chain: readonly string[] | undefined, action: string): { action: string; nth: number; of: number } | undefined {
  const at = chain?.indexOf(action) ?? -1;
  const next = at < 0 ? undefined : chain?.[at + 1];
  return next === undefined ? undefined : { action: next, nth: at + 2, of: chain?.length ?? 0 };
}
