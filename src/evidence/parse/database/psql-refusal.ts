import { databaseErrorOf } from "./database-errors.ts";
import { plainLines } from "../text/plain-lines.ts";

/** Whether psql itself found no free connection (too many clients, reserved slots): the look was refused by the very fault it looks for. */
export function refusedTooMany(text: string): boolean {
  return plainLines(text.slice(0, 4_096)).some((line) => /^(?:psql|pg_\w+): |^FATAL: /.test(line) && databaseErrorOf(line) === "tooMany");
}
