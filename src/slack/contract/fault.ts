import type { z } from "zod";

/** Slack's error codes for what a message or a view is. */
export type FaultCode =
  | "invalid_blocks"
  | "msg_blocks_too_long"
  | "only_one_table_allowed"
  | "no_text"
  | "msg_too_long"
  | "view_too_large"
  | "invalid_arguments";

/** One thing that Slack refuses, and where: a JSON pointer from the message or the view. */
export type Fault = { code: FaultCode; pointer: string; message: string };

/** A fault as Slack writes it in `response_metadata.messages`. */
export function faultLine({ pointer, message }: Fault): string {
  return `[ERROR] ${message} [json-pointer:${pointer}]`;
}

/** What a schema refuses of a value, as faults with pointers below `under`. */
export function faultsBySchema(schema: z.ZodType, value: unknown, under: string, code: FaultCode): Fault[] {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => ({
    code,
    pointer: [under, ...issue.path.map(String)].join("/"),
    message: sentenceOf(issue),
  }));
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return tooBig(issue.origin, Number(issue.maximum));
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive);
    case "unrecognized_keys":
      return `invalid additional property: ${issue.keys.join(", ")}`;
    case "invalid_type":
      return issue.input === undefined ? `missing required field: ${String(issue.path.at(-1) ?? "")}` : `must be ${issue.expected}`;
    case "invalid_union":
      return issue.discriminator === undefined ? "failed to match all allowed schemas" : `unsupported type: ${typeOf(issue.input)}`;
    case "invalid_value":
      return `must be one of: ${issue.values.map(String).join(", ")}`;
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "not_multiple_of":
      return issue.message;
  }
}

function tooBig(origin: string, most: number): string {
  if (origin === "string") return `must be less than ${most + 1} characters`;
  return origin === "array" ? `no more than ${most} allowed` : `must be at most ${most}`;
}

function tooSmall(origin: string, least: number, inclusive = true): string {
  if (origin === "string") return `must be more than ${least - 1} characters`;
  return origin === "array" ? `no fewer than ${least} allowed` : `must be ${inclusive ? "at least" : "greater than"} ${least}`;
}

function typeOf(input: unknown): string {
  return input !== null && typeof input === "object" && "type" in input ? String(input.type) : typeof input === "string" ? input : "none";
}
