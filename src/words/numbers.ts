import type { FactSpec, FactValue } from "../runbook/facts.ts";

/** A number with at most three significant digits, or whole above 100: what a tired person can take in. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

/** A duration in milliseconds as people say it: 8 ms, 31.8 s, 4 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${plain(ms)} ms`;
  if (ms < 180_000) return `${Number((ms / 1000).toFixed(1))} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Bytes in the unit that leaves the fewest digits; 1 GB is 10⁹ bytes, as the cloud's metrics count. */
export function bytes(value: number): string {
  if (value >= 1e9) return `${plain(value / 1e9)} GB`;
  return value >= 1e6 ? `${plain(value / 1e6)} MB` : `${plain(value)} bytes`;
}

/** The time of day of an instant in a zone, such as 09:17:22. */
export function timeOfDay(ms: number, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(ms));
}

/** A fact's value with its unit. */
export function factValue(value: FactValue, spec: FactSpec | undefined, timezone: string): string {
  if (typeof value !== "number") return typeof value === "string" ? value : value ? "yes" : "no";
  if (spec?.kind === "time") return timeOfDay(value, timezone);
  switch (spec?.unit) {
    case "ms":
      return duration(value);
    case "s":
      return duration(value * 1000);
    case "%":
      return `${plain(value)} %`;
    case "ratio":
      return value <= 1 ? `${Math.round(value * 100)} %` : plain(value);
    case "bytes":
      return bytes(value);
    case "per-second":
    case undefined:
      return plain(value);
  }
}
