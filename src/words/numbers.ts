import type { Known } from "../runbook/evaluate.ts";
import type { FactSpec, FactValue } from "../runbook/facts.ts";
import type { Language } from "./language.ts";

/** How a language writes what follows a number, and yes and no. Everything else about numbers is the same in all of them. */
const WRITTEN: Record<Language, Record<"s" | "min" | "h" | "d" | "percent" | "times" | "bytes" | "yes" | "no", string>> = {
  en: { s: " s", min: " min", h: " h", d: " days", percent: " %", times: " times", bytes: " bytes", yes: "yes", no: "no" },
  ko: { s: "초", min: "분", h: "시간", d: "일", percent: "%", times: "배", bytes: "바이트", yes: "예", no: "아니요" },
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A number with at most three significant digits, or whole above 100: what a tired person can take in. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

/** The number that is known of a fact, if it is one. */
export function numberOf(known: Known): number | undefined {
  return typeof known?.value === "number" ? known.value : undefined;
}

/** A duration in milliseconds as people say it: 8 ms, 31.8 s, 4 min, 5 h, 3 days; each unit up to three of the next. */
export function duration(ms: number, language: Language): string {
  const written = WRITTEN[language];
  if (ms < 1000) return `${plain(ms)} ms`;
  if (ms < 3 * MINUTE_MS) return `${Number((ms / 1000).toFixed(1))}${written.s}`;
  if (ms < 3 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)}${written.min}`;
  return ms < 3 * DAY_MS ? `${Math.round(ms / HOUR_MS)}${written.h}` : `${plain(Math.round(ms / DAY_MS))}${written.d}`;
}

/** Bytes in the unit that leaves the fewest digits; 1 GB is 10⁹ bytes, as the cloud's metrics count. */
export function bytes(value: number, language: Language): string {
  if (value >= 1e9) return `${plain(value / 1e9)} GB`;
  return value >= 1e6 ? `${plain(value / 1e6)} MB` : `${plain(value)}${WRITTEN[language].bytes}`;
}

/** A share in percent, as the language sets the sign. */
export function percent(value: number, language: Language): string {
  return `${plain(value)}${WRITTEN[language].percent}`;
}

/** The time of day of an instant in a zone, such as 09:17:22: the same in every language. */
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
export function factValue(value: FactValue, spec: FactSpec | undefined, timezone: string, language: Language): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? WRITTEN[language].yes : WRITTEN[language].no;
  if (spec?.kind === "time") return timeOfDay(value, timezone);
  switch (spec?.unit) {
    case "ms":
      return duration(value, language);
    case "s":
      return duration(value * 1000, language);
    case "%":
      return percent(value, language);
    case "ratio":
      return value <= 1 ? percent(Math.round(value * 100), language) : `${plain(value)}${WRITTEN[language].times}`;
    case "bytes":
      return bytes(value, language);
    case "per-second":
    case undefined:
      return plain(value);
  }
}
