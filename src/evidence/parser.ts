import type { Window } from "../incident/window.ts";
import type { FactSpecs, Facts } from "../runbook/facts.ts";
import type { Because } from "../words/because.ts";
import type { Moment } from "./finding.ts";

/** What a parser may know besides the text: the time of the look, the zone of stamps that carry none, and the environment's names. */
export type Reading = {
  /** When the last step ended: "now" for the judge. */
  at: Date;
  /** IANA name; stamps without a zone (journalctl, dmesg -T) are in it. */
  timezone: string;
  /** The incident; before it is known (first pass over the access log) the last 15 minutes. */
  window: Window;
  /** Names and ports of the environment's configuration. */
  names: Names;
};

/** The names by which an environment's configuration calls its parts. */
export type Names = {
  gunicornUnit: string;
  caddyUnit: string;
  celeryUnit?: string;
  databaseHost?: string;
  databasePort: number;
};

/** What a parser read. `whole` is the parser's own view (a last line without newline, a table without header); the collector ANDs it with the step's end marker. */
export type Parsed = { facts: Facts; whole: boolean; because?: Because; moments?: readonly Moment[] };

/**
 * A pure reader of one step's output. `parse` takes text cut anywhere, with any bytes in it, and never throws; it returns `undefined`
 * where the text is not this program's output at all (the finding is then `unknown`). Facts that it cannot tell are left out.
 */
export type Parser = {
  facts: FactSpecs;
  parse: (text: string, reading: Reading) => Parsed | undefined;
  /** Its log is the one by which it is told when an incident began. */
  tellsBeginning?: true;
};

/** Whether a text ends where its writer ended it: with a newline. */
export function endsWhole(text: string): boolean {
  return text.endsWith("\n");
}
