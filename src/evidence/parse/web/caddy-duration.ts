/** What one unit of a bare number in `duration` is worth, in seconds. */
export type DurationUnit = 1 | 1e-3 | 1e-9;

const GO_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/gy;
const SECONDS_OF: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A duration in seconds: a number in the given unit, or Go's text (`414.258µs`, `1m3s`). `undefined` for anything else, and for negative ones. */
export function durationS(value: unknown, unit: DurationUnit): number | undefined {
  if (typeof value === "string") return goDurationS(value);
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return undefined;
  return Number.isInteger(value) ? value * unit : value;
}

/**
 * The unit of the bare whole numbers in a log, which carry none: Caddy prints seconds with a fraction by default, whole milliseconds or whole
 * nanoseconds (Caddy 2.6 even when told `ms`) otherwise. A fraction anywhere means seconds. Else numbers above 10 million (2.8 hours in ms)
 * are nanoseconds, and so are all-equal-sized ones that would be minutes as milliseconds: a proxied request takes at least some 10 µs.
 */
export function durationUnit(values: readonly unknown[]): DurationUnit {
  const numbers = values.filter((value): value is number => typeof value === "number" && value >= 0);
  const whole = numbers.filter((value) => Number.isInteger(value)).sort((a, b) => a - b);
  if (whole.length * 2 < numbers.length) return 1;
  const positive = whole.filter((value) => value > 0);
  const largest = positive.at(-1) ?? 0;
  if (largest >= 1e7) return 1e-9;
  if (numbers.length > whole.length || largest === 0) return 1;
  const smallest = positive[0] ?? 0;
  const middle = positive[Math.floor(positive.length / 2)] ?? 0;
  return whole[0] !== 0 && smallest >= 5_000 && middle >= 110_000 ? 1e-9 : 1e-3;
}

function goDurationS(text: string): number | undefined {
  if (text.length === 0 || text.length > 40) return undefined;
  let seconds = 0;
  GO_PART.lastIndex = 0;
  while (GO_PART.lastIndex < text.length) {
    const part = GO_PART.exec(text);
    if (!part) return undefined;
    seconds += Number(part[1]) * (SECONDS_OF[part[2] ?? ""] ?? 0);
  }
  return seconds;
}
