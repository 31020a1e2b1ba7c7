import { z } from "zod";
import { redact } from "../../evidence/redact.ts";

/** Sizes that are kept of an alarm: CloudWatch's own limits (PutMetricAlarm AlarmName, SetAlarmState StateReason, Metric Dimensions), and ours. */
export const MOST = { name: 255, reason: 1023, dimensions: 30, children: 100, watched: 20, value: 255, word: 40 } as const;

/** What is neither a letter nor a mark that people see, or turns the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** A text from outside on one line: without control characters and secrets, and cut with `…` to `most` letters. */
export function bounded(text: string, most: number): string {
  const clean = redact(text.replace(UNSEEN, " ")).trim();
  return clean.length <= most ? clean : `${clean.slice(0, most - 1).toWellFormed()}…`;
}

/** A field's text of at most `most` letters. */
export const textOf = (most: number) => z.string().transform((text) => bounded(text, most));

/** The first `most` of a list. */
export const firstOf = <T extends z.ZodType>(one: T, most: number) =>
  z
    .array(z.unknown())
    .transform((all) => all.slice(0, most))
    .pipe(z.array(one));

/** A time as AWS writes it (`2026-11-23T02:41:07.131+0000`), from 2009, when CloudWatch came to be, to 2100. */
export const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:?\d\d)$/, "not a time")
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() > Date.UTC(2009) && at.getTime() < Date.UTC(2100), "not a time");
