/** Steps between ticks of time, from a minute to a week, in minutes. */
const TIME_STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];
/** More labels of time than this run into each other on 800 pixels. */
const MOST_TIMES = 8;
const MINUTE_MS = 60_000;
const DAY_MIN = 1440;

/** Round values from 0 to at least `highest`, four to six of them, each step 1, 2 or 5 times a power of ten; of nothing, 0 and 1. */
export function valueTicks(highest: number): number[] {
  if (!(highest > 0) || !Number.isFinite(highest)) return [0, 1];
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough * 0.999) ?? 10 * power;
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, nth) => Number((nth * step).toPrecision(12)));
}

/** A tick of time: where, and its label: the time of day, or the date where a day begins or ticks are days apart. */
type TimeTick = { at: number; label: string };

/** At most eight round times of a zone between two instants (in ms), such as 09:00, 09:15 … */
export function timeTicks(from: number, to: number, timezone: string): TimeTick[] {
  const spanMin = (to - from) / MINUTE_MS;
  const stepMin = TIME_STEPS_MIN.find((step) => spanMin / step <= MOST_TIMES) ?? Math.ceil(spanMin / MOST_TIMES / DAY_MIN) * DAY_MIN;
  const stepMs = stepMin * MINUTE_MS;
  // Whole hours and days are those of the zone; the offset at the start is taken for all of it.
  const offset = offsetMs(from, timezone);
  const first = Math.ceil((from + offset) / stepMs) * stepMs - offset;
  const count = Math.max(0, Math.floor((to - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, nth) => first + nth * stepMs).map((at) => ({ at, label: labelOf(at, stepMin, timezone) }));
}

function labelOf(at: number, stepMin: number, timezone: string): string {
  const parts = partsOf(at, timezone);
  const time = `${parts["hour"]}:${parts["minute"]}`;
  return stepMin >= DAY_MIN || (time === "00:00" && stepMin >= 60) ? `${parts["month"]}-${parts["day"]}` : time;
}

function offsetMs(at: number, timezone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(at, timezone);
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return wall - Math.floor(at / 1000) * 1000;
}

function partsOf(at: number, timezone: string): Record<string, string> {
  const two = "2-digit";
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    year: "numeric",
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
