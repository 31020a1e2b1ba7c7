const UNITS: Readonly<Record<string, number>> = {
  year: 31_557_600,
  mon: 2_629_800,
  month: 2_629_800,
  week: 604_800,
  day: 86_400,
  hour: 3_600,
  min: 60,
  minute: 60,
  sec: 1,
  second: 1,
};

const FIELDS: Readonly<Record<string, number>> = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1, milliseconds: 0.001 };

/**
 * Seconds of an interval as PostgreSQL prints it (`00:00:50.563844`, `-00:00:00.004`, `1 day 02:03:04`, `3 mins 2.5 secs`, `PT1M30S`), of the
 * object that clients make of one (`{"minutes":1,"seconds":30}`) or of a bare number of seconds. `undefined` where it is none.
 */
export function secondsOf(interval: string): number | undefined {
  const text = interval.slice(0, 80).trim();
  if (/^-?\d{1,12}(?:\.\d{1,9})?$/.test(text)) return Number(text);
  const iso = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(-?\d{1,9}(?:\.\d{1,9})?)S)?)?$/.exec(text);
  if (iso && text.length > 2)
    return Number(iso[1] ?? 0) * 86_400 + Number(iso[2] ?? 0) * 3_600 + Number(iso[3] ?? 0) * 60 + Number(iso[4] ?? 0);
  const fields = [...text.matchAll(/"(days|hours|minutes|seconds|milliseconds)": ?(-?\d{1,9}(?:\.\d{1,9})?)/g)];
  if (fields.length > 0) return fields.reduce((sum, field) => sum + Number(field[2]) * (FIELDS[field[1] ?? ""] ?? 0), 0);
  const clock = /(-?)(\d{1,9}):(\d\d):(\d\d(?:\.\d{1,9})?)/.exec(text);
  const parts = [...text.matchAll(/(-?\d{1,9}(?:\.\d{1,9})?) (year|mon|month|week|day|hour|min|minute|sec|second)s?\b/g)];
  if (!clock && parts.length === 0) return undefined;
  const inClock = clock ? (clock[1] === "-" ? -1 : 1) * (Number(clock[2]) * 3_600 + Number(clock[3]) * 60 + Number(clock[4])) : 0;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0), inClock);
}
