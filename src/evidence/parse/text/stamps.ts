/** A time read from the start of a text, in milliseconds since the epoch, and what follows it (leading blanks taken off). */
export type Stamp = { ms: number; rest: string };

const ISO =
  /^\[?(?:[^\W\d_]{2,4}\.? )?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z\b|[+-]\d\d(?::?\d\d)?\b|[A-Z]{3,4}\b))?\]?/;
const CTIME =
  /^\[?(?:[^\W\d_]{2,4}\.? )([^\W\d_]{3,4})\.? {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([A-Z]{3,4}))? (\d{4})\]?/;
const SYSLOG = /^\[?([A-Za-zÀ-ÿ]{3,5})\.? {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\]?/;
const COMMON = /^\[?(\d\d)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?\]?/;
const UNIX = /^\[?(\d{10})\.(\d{3,9})(?=[\s\]])\]?/;

/** Month names as `%b` prints them in English and, for hosts with another locale, German, French, Spanish, Italian, Dutch and Portuguese. */
const MONTHS: readonly string[] = [
  "jan janv ene gen",
  "feb fév févr fev",
  "mar mär mars mrt mrz",
  "apr avr abr",
  "may mai mei mag maio",
  "jun juin giu juni",
  "jul juil lug juli",
  "aug août ago aoû",
  "sep sept set",
  "oct okt ott out",
  "nov",
  "dec dez déc dic",
];
const MONTH_OF = new Map(MONTHS.flatMap((names, month) => names.split(" ").map((name) => [name, month] as const)));

/** Hours east of UTC of the abbreviations that mean one thing on servers; an unknown one is read in the reading's zone. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  EST: -5,
  EDT: -4,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/**
 * The time at the start of a line: journalctl's prefixes (short, -precise, -iso, -full, -unix), `dmesg -T` and iso, syslog, PostgreSQL's
 * `%t` and `%m`, gunicorn's bracketed stamp, Common Log Format; brackets around it are taken off. A stamp without a zone is read in
 * `timezone` (IANA; an unknown name counts as UTC), one without a year gets the latest year that puts it no later than `at` + 1 day.
 * `undefined` where the text starts with no wall-clock time (an uptime such as `[ 2615.183287]` is none).
 */
export function stampOf(text: string, at: Date, timezone: string): Stamp | undefined {
  const head = text.length > 64 ? text.slice(0, 64) : text;
  const found = isoStamp(head, timezone) ?? yearlessStamp(head, at, timezone) ?? otherStamp(head, timezone);
  if (!found || Number.isNaN(found.ms)) return undefined;
  return { ms: found.ms, rest: text.slice(found.length).trimStart() };
}

type Found = { ms: number; length: number };

function isoStamp(head: string, timezone: string): Found | undefined {
  const m = ISO.exec(head);
  if (!m) return undefined;
  const local = localMs([Number(m[1]), Number(m[2]) - 1, Number(m[3])], [m[4], m[5], m[6], m[7]]);
  const zone = m[8];
  const known = zone === undefined || /^[+-]/.test(zone) || zone in ZONE_HOURS;
  const length = known || m[0].endsWith("]") ? m[0].length : m[0].lastIndexOf(zone ?? "");
  return { ms: inZone(local, zone, timezone), length };
}

function yearlessStamp(head: string, at: Date, timezone: string): Found | undefined {
  const m = SYSLOG.exec(head);
  const month = MONTH_OF.get((m?.[1] ?? "").toLowerCase());
  if (!m || month === undefined) return undefined;
  const latest = at.getTime() + 86_400_000;
  const year = new Date(latest).getUTCFullYear() + 1;
  for (let y = year; y >= year - 2; y--) {
    const ms = inZone(localMs([y, month, Number(m[2])], [m[3], m[4], m[5], m[6]]), undefined, timezone);
    if (ms <= latest) return { ms, length: m[0].length };
  }
  return undefined;
}

function otherStamp(head: string, timezone: string): Found | undefined {
  const ctime = CTIME.exec(head);
  if (ctime) {
    const month = MONTH_OF.get((ctime[1] ?? "").toLowerCase());
    if (month === undefined) return undefined;
    const local = localMs([Number(ctime[8]), month, Number(ctime[2])], [ctime[3], ctime[4], ctime[5], ctime[6]]);
    return { ms: inZone(local, ctime[7], timezone), length: ctime[0].length };
  }
  const common = COMMON.exec(head);
  if (common) {
    const month = MONTH_OF.get((common[2] ?? "").toLowerCase()) ?? Number.NaN;
    const local = localMs([Number(common[3]), month, Number(common[1])], [common[4], common[5], common[6], undefined]);
    return { ms: inZone(local, common[7], timezone), length: common[0].length };
  }
  const unix = UNIX.exec(head);
  return unix ? { ms: Number(unix[1]) * 1000 + millis(unix[2]), length: unix[0].length } : undefined;
}

type Clock = readonly [hour: string | undefined, minute: string | undefined, second: string | undefined, fraction: string | undefined];

function localMs([year, month, day]: readonly [number, number, number], [h, m, s, fraction]: Clock): number {
  if (month < 0 || month > 11 || day < 1 || day > 31 || Number(h) > 24 || Number(m) > 59 || Number(s) > 60) return Number.NaN;
  return Date.UTC(year, month, day, Number(h), Number(m), Number(s)) + millis(fraction);
}

function millis(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
}

function inZone(local: number, zone: string | undefined, timezone: string): number {
  const sign = zone?.startsWith("-") ? -1 : 1;
  if (zone && /^[+-]/.test(zone)) {
    const digits = zone.slice(1).replace(":", "");
    return local - sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)) * 60_000;
  }
  const hours = zone === undefined ? undefined : ZONE_HOURS[zone];
  if (hours !== undefined) return local - hours * 3_600_000;
  const first = local - offsetMs(timezone, local);
  return local - offsetMs(timezone, first);
}

const QUARTER_MS = 15 * 60_000;
const offsets = new Map<string, number>();
const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

/** How far a zone is east of UTC at an instant; zones change on quarter hours only, so one answer serves the quarter. */
function offsetMs(timezone: string, ms: number): number {
  if (timezone === "UTC" || !Number.isFinite(ms) || Math.abs(ms) > 8e15) return 0;
  const quarter = Math.floor(ms / QUARTER_MS);
  const key = `${timezone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size > 5_000) offsets.clear();
  const name = formatterOf(timezone)?.format(quarter * QUARTER_MS) ?? "";
  const m = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  const offset = m ? (m[1] === "-" ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * 60_000 : 0;
  offsets.set(key, offset);
  return offset;
}

function formatterOf(timezone: string): Intl.DateTimeFormat | undefined {
  if (!formatters.has(timezone)) formatters.set(timezone, formatterFor(timezone));
  return formatters.get(timezone);
}

function formatterFor(timezone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}
