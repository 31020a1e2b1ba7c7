/** The middle value (of an even number the mean of the two in the middle); `undefined` of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  return high === undefined || low === undefined ? undefined : (low + high) / 2;
}

/** The highest value; `undefined` of none. */
export function highestOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** The lowest value; `undefined` of none. */
export function lowestOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
