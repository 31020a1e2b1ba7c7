/** Where the ticks of a value axis stand: round numbers that take in all values and zero. */
export function ticksFor(values: readonly number[], wanted: number): number[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const from = Math.floor(low / step);
  const to = Math.max(from + 1, Math.ceil(high / step));
  return Array.from({ length: to - from + 1 }, (_, at) => Number(((from + at) * step).toPrecision(12)));
}

/** A number as an axis shows it: short, in the reader's language. */
export function short(value: number, locale = "en"): string {
  return new Intl.NumberFormat(locale, { notation: Math.abs(value) >= 10_000 ? "compact" : "standard", maximumFractionDigits: 2 }).format(
    value,
  );
}

/**
 * Which labels are shown where only `room` of them have room: evenly spaced, the first always. The longest of labels that are otherwise of one
 * length says more than where it stands: it is shown, and others keep away from it.
 */
export function shownLabels(labels: readonly string[], room: number): Set<number> {
  const every = Math.max(1, Math.ceil(labels.length / Math.max(1, room)));
  const even = labels.map((_, at) => at).filter((at) => at % every === 0);
  const longest = Math.max(...labels.map(({ length }) => length));
  const marked = labels.findIndex(({ length }) => length === longest);
  const tells = labels.filter(({ length }) => length === longest).length === 1;
  return new Set(tells ? [...even.filter((at) => Math.abs(at - marked) >= every), marked] : even);
}
