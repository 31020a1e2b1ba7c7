import { endsWhole } from "../../parser.ts";
import { textLines } from "./journal.ts";

/** The lines of a text that were printed to their end: a last line without its newline was cut, and a number in it may lack digits. */
export function settledLines(text: string): string[] {
  const lines = textLines(text);
  return endsWhole(text) ? lines : lines.slice(0, -1);
}
