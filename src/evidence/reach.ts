import { readRequests } from "./parse/web/requests.ts";
import { stampOf } from "./parse/text/stamps.ts";

/** Lines looked at for the first stamp: a text that lost its beginning may start inside a traceback. */
const LINES = 40;

/** How far back a log reaches whose oldest lines were cut off: the time of its first line that has one, or nothing where none tells. */
export function reachesBackTo(text: string, { at, timezone }: { at: Date; timezone: string }): number | undefined {
  for (const line of firstLines(text)) {
    const request = line.includes("{") ? readRequests(`${line}\n`, { at, timezone })?.requests[0] : undefined;
    const ms = request?.endMs ?? stampOf(line, at, timezone)?.ms;
    if (ms !== undefined) return ms;
  }
  return undefined;
}

function firstLines(text: string): string[] {
  let end = -1;
  for (let line = 0; line < LINES; line++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return text.split("\n");
  }
  return text.slice(0, end).split("\n");
}
