/** A number from 0 up to 1 that looks like chance and is the same every time for the same seeds. */
function noise(...seeds: readonly number[]): number {
  let mixed = 0x9e37_79b9;
  for (const seed of seeds) {
    mixed = Math.imul(mixed ^ Math.trunc(seed), 0x85eb_ca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2_ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 2 ** 32;
}

/** A number from one to another, by noise. */
export function between(from: number, to: number, ...seeds: readonly number[]): number {
  return from + (to - from) * noise(...seeds);
}
