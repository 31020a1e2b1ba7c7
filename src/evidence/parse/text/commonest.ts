/** The word that occurs most often; of several, the first in alphabetical order, so that the order of lines does not matter. `undefined` of none. */
export function commonest(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([a, as], [b, bs]) => bs - as || (a < b ? -1 : 1))[0]?.[0];
}
