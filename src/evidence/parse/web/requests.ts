import { caddyLine, lineTimeMs, objectAt, textAt, type CaddyLine, type LogKind } from "./caddy-line.ts";
import { durationS, durationUnit, type DurationUnit } from "./caddy-duration.ts";
import { endpointOf, mergeSlugs } from "./endpoint.ts";

/** One request as the proxy logged it when it ended. Without a duration (Common Log Format) it is taken to start when it ended. */
export type Request = {
  startMs: number;
  endMs: number;
  durationS?: number;
  status: number;
  method: string;
  uri: string;
  endpoint: string;
  /** The client's address: Caddy's `client_ip`, else the peer's. */
  client: string;
  agent: string;
};

/**
 * An access log: its requests in the order they ended, how many lines could not be read, the form of most lines, and whether the last line was
 * cut in its middle. A first line that starts in its middle (a tail by bytes) is not counted.
 */
export type AccessLog = { requests: Request[]; unreadable: number; kind: LogKind; lastLineCut: boolean };

/**
 * Reads an access log of Caddy 2 in any of its encodings. Stamps without a zone are read in `timezone` or in UTC, whichever puts the newest one
 * closer to `at` (Caddy writes them in UTC unless told otherwise). `undefined` where no line is a request.
 */
export function readRequests(text: string, reading: { at: Date; timezone: string }): AccessLog | undefined {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const read = lines.map((line) => (line.trim() === "" ? undefined : (caddyLine(line) ?? "unreadable")));
  const access = read.filter((line): line is CaddyLine => typeof line === "object" && isAccess(line));
  if (access.length === 0) return undefined;
  const first = read.findIndex((line) => line !== undefined);
  const unreadable = read.filter((line, index) => line === "unreadable" && !(index === first && startsInside(lines[index] ?? ""))).length;
  const unit = durationUnit(access.map((line) => line.record["duration"]));
  const inZone = requestsIn(access, unit, reading.at, reading.timezone);
  const inUtc = reading.timezone === "UTC" ? inZone : requestsIn(access, unit, reading.at, "UTC");
  const requests = farFrom(inUtc, reading.at) < farFrom(inZone, reading.at) ? inUtc : inZone;
  const last = read.findLastIndex((line) => line !== undefined);
  return { requests, unreadable, kind: commonest(access), lastLineCut: read[last] === "unreadable" && (lines[last] ?? "").includes("{") };
}

/** A line that begins in the middle of an object: the rest of one whose head a tail by bytes left out. */
function startsInside(line: string): boolean {
  return line.trimEnd().endsWith("}") && !/^\s*\{"/.test(line);
}

/** Whether a line tells of a request that ended; the error log repeats the failed ones with an id and a trace. */
function isAccess(line: CaddyLine): boolean {
  const { record } = line;
  if (typeof record["status"] !== "number" || "err_id" in record || "err_trace" in record) return false;
  if (/http\.log\.error/.test(textAt(record, "logger") + line.head)) return false;
  return typeof record["request"] === "object" && record["request"] !== null;
}

function requestsIn(access: readonly CaddyLine[], unit: DurationUnit, at: Date, timezone: string): Request[] {
  const found: Request[] = [];
  for (const line of access) {
    const endMs = lineTimeMs(line, at, timezone);
    if (endMs !== undefined) found.push(requestOf(line.record, endMs, durationS(line.record["duration"], unit)));
  }
  const endpoints = mergeSlugs(found.map((request) => request.endpoint));
  return found.map((request, index) => ({ ...request, endpoint: endpoints[index] ?? request.endpoint })).sort((a, b) => a.endMs - b.endMs);
}

function requestOf(record: Readonly<Record<string, unknown>>, endMs: number, took: number | undefined): Request {
  const request = objectAt(record, "request");
  const headers = objectAt(request, "headers");
  const agents = headers["User-Agent"] ?? headers["user-agent"];
  const agent: unknown = Array.isArray(agents) ? agents[0] : agents;
  const [method, uri] = [textAt(request, "method") || "?", textAt(request, "uri")];
  const client = textAt(request, "client_ip") || textAt(request, "remote_ip") || textAt(request, "remote_addr").replace(/:\d{1,5}$/, "");
  return {
    startMs: endMs - (took ?? 0) * 1000,
    endMs,
    ...(took !== undefined && { durationS: took }),
    status: Number(record["status"]),
    method,
    uri,
    endpoint: endpointOf(method, uri),
    client,
    agent: typeof agent === "string" ? agent : "",
  };
}

/** How far the newest request is from the time of the look; one in the future cannot be. */
function farFrom(requests: readonly Request[], at: Date): number {
  const newest = requests.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY;
  const ago = at.getTime() - newest;
  return ago < -120_000 ? Number.POSITIVE_INFINITY : Math.abs(ago);
}

function commonest(access: readonly CaddyLine[]): LogKind {
  const kinds: readonly LogKind[] = ["json", "console", "common"];
  const times = (kind: LogKind) => access.filter((line) => line.kind === kind).length;
  return kinds.reduce((best, kind) => (times(kind) > times(best) ? kind : best), "json");
}
