import { databaseErrorOf } from "./database-errors.ts";
import { plainLines } from "../text/plain-lines.ts";

/** Whether psql itself found no free connection (too many clients, reserved slots): the look was refused by the very fault it looks for. */
export function refusedTooMany(text: string): boolean {
  return plainLines(text.slice(0, 4_096)).some((line) => /^(?:psql|pg_\w+): |^FATAL: /.test(line) && databaseErrorOf(line) === "tooMany");
}

/** Whether psql, or the driver in its place, waited for the database in vain. */
export function hadNoAnswer(text: string): boolean {
  return plainLines(text.slice(0, 4_096)).some(
    (line) => /^(?:psql|pg_\w+): /.test(line) && /\b(?:timeout expired|timed out|(?:statement|read|connection) timeout)\b/i.test(line),
  );
}
