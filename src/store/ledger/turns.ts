import { AsyncLocalStorage } from "node:async_hooks";

/** Runs work of one name after the other; that of different names side by side. */
export type Turns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Turns within this process. Whoever waits here holds no connection meanwhile: a storm in one environment leaves the pool to the others. Work that asks
 * for a turn of the same name would wait for itself, and is an error.
 */
export function turns(): Turns {
  const tails = new Map<string, Promise<unknown>>();
  const within = new AsyncLocalStorage<string>();
  return async (name, work) => {
    if (within.getStore() === name) throw new Error(`a decision about ${name} within another one`);
    const before = tails.get(name);
    const turn = (async () => {
      await before?.catch(() => {});
      return within.run(name, work);
    })();
    tails.set(name, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(name) === turn) tails.delete(name);
    }
  };
}
