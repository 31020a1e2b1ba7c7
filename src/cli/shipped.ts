import { join } from "node:path";
import { parsers, offeredFacts } from "../evidence/parsers.ts";
import { loadRunbooks } from "../runbook/load.ts";
import type { Library, Runbook } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { UsageError } from "./usage-error.ts";

/** The folder of runbooks that comes with the program. */
export const RUNBOOKS = join(import.meta.dirname, "../../runbooks");

/** The runbook that is taken where nobody names one. */
export const DEFAULT_RUNBOOK = "web-errors";

/** The checked runbooks of a folder, with the parsers that they name. Throws a ConfigError with every fault. */
export async function openLibrary(dir = RUNBOOKS): Promise<{ library: Library; parsers: typeof parsers }> {
  return { library: await loadRunbooks(dir, offeredFacts()), parsers };
}

/** A runbook by its id, or a clear error that names those there are. */
export function runbookOf(library: Library, id: string, words: Words): Runbook {
  const runbook = library.runbooks.get(id);
  if (!runbook) throw new UsageError(words.errors.noRunbook(id, [...library.runbooks.keys()]));
  return runbook;
}
