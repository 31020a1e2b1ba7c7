import type { Parser } from "../../evidence/parser.ts";
import type { Library } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import { impactOf, type Impact } from "../impact/impact.ts";
import type { IncidentRecord } from "../incident-record.ts";
import { tellDiagnosis, type Told } from "../told.ts";
import { lookedOf, mainOf, type Looked } from "./looked.ts";
import { spanOf, type Span } from "./span.ts";

/** What a report is told with: the language, the environment's time zone, the runbooks of today, who writes it, and the time. */
export type Reporting = {
  words: Words;
  timezone: string;
  library: Library;
  parsers: ReadonlyMap<string, Parser>;
  /** Gumshoe's own version. */
  version: string;
  now: Date;
};

/** Everything that the sections of a report draw from, worked out once. `main` is the look that tells most, with its sentences. */
export type Story = {
  record: IncidentRecord;
  looks: readonly Looked[];
  main?: Looked & { told: Told };
  span: Span;
  impact?: Impact;
} & Reporting;

/** Reads what is kept of an incident. Takes up to 0.2 s for each look whose evidence is kept, of which eight are read at most. */
export function storyOf(record: IncidentRecord, reporting: Reporting): Story {
  const looks = lookedOf(record, reporting);
  const span = spanOf(record, looks, reporting.now);
  const impact = impactOf(looks, span);
  const main = mainOf(looks);
  return {
    ...reporting,
    record,
    looks,
    span,
    ...(impact ? { impact } : {}),
    ...(main ? { main: { ...main, told: tellDiagnosis(main.diagnosis, reporting.library, reporting.words) } } : {}),
  };
}

/** What an action is called in the report's language; its id where the runbooks of today do not know it. */
export function titleOfAction(id: string, { library, words }: Pick<Story, "library" | "words">): string {
  return library.actions.get(id)?.[words.language] ?? id;
}

/** What a cause is called in the report's language; its id where no runbook of today knows it. */
export function titleOf(id: string, { library, words }: Pick<Story, "library" | "words">): string {
  for (const runbook of library.runbooks.values()) {
    const cause = runbook.causes.find((each) => each.id === id);
    if (cause) return cause.title[words.language];
  }
  return id;
}
