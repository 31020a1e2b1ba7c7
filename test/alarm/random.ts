/** Numbers below 1 that look random and are the same for the same seed (mulberry32), and what is made of them. */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (most: number) => Math.floor(next() * most);
  return {
    below,
    one: <T>(of: readonly T[]): T => of[below(of.length)]!,
    shuffled: <T>(of: readonly T[]): T[] => {
      const all = [...of];
      for (let last = all.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [all[last], all[other]] = [all[other]!, all[last]!];
      }
      return all;
    },
  };
}

/** A seed that is new each time, or the one of GUMSHOE_SEED; say it where a test fails. */
export const newSeed = () => Number(process.env["GUMSHOE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
