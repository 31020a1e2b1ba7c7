const DAY_MS = 86_400_000;

type Parts = { unix: number; locale: string; now: Date; timeZone?: string };

const TOKENS: Record<string, (parts: Parts) => string> = {
  date_num: ({ unix, timeZone }) => new Date(unix * 1000).toLocaleDateString("sv-SE", { timeZone }),
  date: (parts) => written(parts, { year: "numeric", month: "long", day: "numeric" }),
  date_short: (parts) => written(parts, { year: "numeric", month: "short", day: "numeric" }),
  date_long: (parts) => written(parts, { year: "numeric", month: "long", day: "numeric", weekday: "long" }),
  date_long_full: (parts) => written(parts, { year: "numeric", month: "long", day: "numeric", weekday: "long" }),
  date_pretty: (parts) => nearDay(parts) ?? TOKENS["date"]!(parts),
  date_short_pretty: (parts) => nearDay(parts) ?? TOKENS["date_short"]!(parts),
  date_long_pretty: (parts) => nearDay(parts) ?? TOKENS["date_long"]!(parts),
  day_divider_pretty: (parts) => nearDay(parts) ?? written(parts, { weekday: "long", month: "long", day: "numeric" }),
  time: (parts) => written(parts, { hour: "numeric", minute: "2-digit" }),
  time_secs: (parts) => written(parts, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (parts) => ago(parts),
};

/** Fill Slack's date format, such as `{date_short_pretty} {time}`, in the reader's language and their browser's time zone. */
export function formatDate(format: string, parts: Parts): string {
  return format.replace(/\{(\w+)\}/g, (whole, token: string, at: number) => {
    const text = Object.hasOwn(TOKENS, token) ? TOKENS[token]?.(parts) : undefined;
    if (text === undefined) return whole;
    return at === 0 ? text.charAt(0).toLocaleUpperCase(parts.locale) + text.slice(1) : text;
  });
}

function written({ unix, locale, timeZone }: Parts, format: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...format, ...(timeZone === undefined ? {} : { timeZone }) }).format(unix * 1000);
}

/** "today", "yesterday" or "tomorrow"; nothing for a day further off. */
function nearDay({ unix, locale, now, timeZone }: Parts): string | undefined {
  const midnight = (at: Date) => Date.parse(at.toLocaleDateString("sv-SE", { timeZone }));
  const days = Math.round((midnight(new Date(unix * 1000)) - midnight(now)) / DAY_MS);
  return Math.abs(days) <= 1 ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day") : undefined;
}

function ago({ unix, locale, now }: Parts): string {
  const seconds = Math.round(unix - now.getTime() / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  return size < 86_400 ? relative.format(Math.round(seconds / 3600), "hour") : relative.format(Math.round(seconds / 86_400), "day");
}
