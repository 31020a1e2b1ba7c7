import type { IncomingMessage } from "node:http";

/** A refusal with one of Slack's error codes; `extra` stands beside it in the answer. */
export class ApiError extends Error {
  readonly extra: Record<string, unknown>;
  constructor(code: string, extra: Record<string, unknown> = {}) {
    super(code);
    this.extra = extra;
  }
}

/** The arguments of a call by name; what is JSON by its name is parsed. */
export type Args = Record<string, unknown>;

/** Which fields carry JSON in a form, and Slack's error where it cannot be read. A text that looks like JSON stays text. */
const JSON_FIELDS: Record<string, string> = {
  blocks: "invalid_blocks_format",
  attachments: "invalid_attachments",
  metadata: "invalid_metadata_format",
  view: "invalid_arguments",
  message: "invalid_arguments",
  files: "invalid_arguments",
  unfurls: "invalid_arguments",
};

const MOST_BYTES = 4_000_000;

/**
 * The whole body of a request; more than 4 MB is refused. What is refused is read to its end all the same: a body left
 * on its way stops the next request on that connection.
 */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = await wholeBody(request, MOST_BYTES);
  if (body === undefined) throw new ApiError("request_too_large");
  return body;
}

/** All bytes of a request's body; undefined, once they are read, where they are more than `most`. */
export async function wholeBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= most) parts.push(part);
  }
  return bytes > most ? undefined : Buffer.concat(parts);
}

/** Read a call's arguments from its query, and from its body as a form or as JSON. */
export function decode(query: URLSearchParams, contentType: string, body: string): Args {
  const given = contentType.startsWith("application/json") ? jsonObject(body) : Object.fromEntries(new URLSearchParams(body));
  const args: Args = {};
  for (const [name, value] of Object.entries({ ...Object.fromEntries(query), ...given })) args[name] = valueOf(name, value);
  return args;
}

function jsonObject(body: string): Record<string, unknown> {
  const value = body.trim() === "" ? {} : parse(body, "invalid_json");
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new ApiError("json_not_object");
  return value as Record<string, unknown>;
}

function valueOf(name: string, value: unknown): unknown {
  const error = JSON_FIELDS[name];
  return error !== undefined && typeof value === "string" && value !== "" ? parse(value, error) : value;
}

function parse(text: string, error: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(error);
  }
}

/** An argument as text; numbers of a JSON body count too. */
export function textOf(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An argument that must be given. */
export function required(args: Args, name: string): string {
  const value = textOf(args, name);
  if (value === undefined)
    throw new ApiError("invalid_arguments", { response_metadata: { messages: [`[ERROR] missing required field: ${name}`] } });
  return value;
}

/** An argument as yes or no. */
export function flagOf(args: Args, name: string): boolean {
  return args[name] === true || args[name] === "true" || args[name] === "1" || args[name] === 1;
}

/** The part of a list that a call asked for by `limit` and `cursor`, and where the next part begins. */
export function pageOf<Item>(
  items: readonly Item[],
  args: Args,
  most = 100,
): { items: Item[]; response_metadata: { next_cursor: string } } {
  const limit = Number(textOf(args, "limit") ?? most);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new ApiError("invalid_limit");
  const cursor = textOf(args, "cursor");
  const start = cursor === undefined ? 0 : Number(/^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1] ?? Number.NaN);
  if (!Number.isInteger(start)) throw new ApiError("invalid_cursor");
  const end = start + limit;
  const next_cursor = end < items.length ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: items.slice(start, end), response_metadata: { next_cursor } };
}
