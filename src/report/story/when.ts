import { timeOfDay } from "../../words/numbers.ts";

/** The date of an instant in a zone, such as 2026-11-23. */
export function dateOf(at: number | Date, timezone: string): string {
  const two = "2-digit";
  // Sweden writes dates as ISO does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, year: "numeric", month: two, day: two }).format(at);
}

/** Date and time of day of an instant in a zone, such as 2026-11-23 09:17:22. */
export function momentOf(at: number | Date, timezone: string): string {
  return `${dateOf(at, timezone)} ${timeOfDay(Number(at), timezone)}`;
}

/** The time of day alone where it is of the same day as `than`, else with its date. */
export function timeUnlessOtherDay(at: number | Date, than: number | Date, timezone: string): string {
  return dateOf(at, timezone) === dateOf(than, timezone) ? timeOfDay(Number(at), timezone) : momentOf(at, timezone);
}
