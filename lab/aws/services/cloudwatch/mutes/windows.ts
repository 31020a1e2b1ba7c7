import { AwsError } from "../../../aws-error.ts";

/** When a window begins: once at a local time `yyyy-MM-ddThh:mm`, or at each minute that fits five sets of numbers. */
export type Schedule = { at: string; cron?: never } | { at?: never; cron: readonly ReadonlySet<number>[] };

/** A time in which alarms are muted. */
export type Window = { from: Date; to: Date };

const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];

const notValid = (what: string, text: string) => new AwsError("ValidationError", `${what} is not valid: ${text}`);

/** Reads `at(2026-11-05T09:00)` or `cron(0 2 * * SUN)`: minutes, hours, day of the month, month, day of the week. */
export function readSchedule(expression: string): Schedule {
  const once = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)$/.exec(expression)?.[1];
  if (once !== undefined) return { at: once };
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (fields.length !== 5) throw notValid("Schedule expression", expression);
  const ranges = [range(0, 59), range(0, 23), range(1, 31), range(1, 12), range(0, 7)];
  return { cron: fields.map((field, index) => numbersIn(field, ranges[index] ?? [], expression)) };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function numbersIn(field: string, all: readonly number[], expression: string): Set<number> {
  const number = (text: string) => {
    const named = Math.max(NAMES.indexOf(text), MONTHS.indexOf(text));
    const value = named >= 0 && text !== "" ? named : Number(text);
    if (!all.includes(value)) throw notValid("Schedule expression", expression);
    return value;
  };
  const numbers = field.split(",").flatMap((part) => {
    if (part === "*") return all;
    const [from = "", to = from] = part.split("-");
    return all.filter((value) => value >= number(from) && value <= number(to));
  });
  // 7 is Sunday as well.
  return new Set(numbers.map((value) => (all.length === 8 ? value % 7 : value)));
}

/** Milliseconds of `P2DT12H`: a minute at least, 15 days at most. */
export function readDuration(duration: string): number {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  const ms = Number(days) * DAY_MS + Number(hours) * 60 * MINUTE_MS + Number(minutes) * MINUTE_MS;
  if (ms < MINUTE_MS || ms > 15 * DAY_MS) throw notValid("Duration", duration);
  return ms;
}

/** The window that is open at a time, where one is: the latest that began, by the minute. */
export function windowAt(of: { schedule: Schedule; durationMs: number; zone: string }, at: Date): Window | undefined {
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: of.zone, dateStyle: "full", timeStyle: "short", hourCycle: "h23" });
  for (let from = minute; from > minute - of.durationMs; from -= MINUTE_MS) {
    if (begins(of.schedule, new Date(from), format)) return { from: new Date(from), to: new Date(from + of.durationMs) };
  }
  return undefined;
}

function begins({ at, cron }: Schedule, when: Date, format: Intl.DateTimeFormat): boolean {
  const parts = Object.fromEntries(format.formatToParts(when).map(({ type, value }) => [type, value]));
  const weekday = NAMES.indexOf((parts["weekday"] ?? "").slice(0, 3).toUpperCase());
  const month = MONTHS.indexOf((parts["month"] ?? "").slice(0, 3).toUpperCase());
  const numbers = [Number(parts["minute"]), Number(parts["hour"]), Number(parts["day"]), month, weekday];
  if (cron) return cron.every((set, index) => set.has(numbers[index] ?? -1));
  const [minute = 0, hour = 0, day = 0] = numbers;
  const two = (value: number) => String(value).padStart(2, "0");
  return at === `${parts["year"]}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}
