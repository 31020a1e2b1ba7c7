import { diagnosisOf, type Diagnosis } from "../diagnosis/diagnosis.ts";
import { readCase } from "../evidence/read-case.ts";
import type { Library, Runbook } from "../runbook/library.ts";
import type { Words } from "../words/en.ts";
import { toJson } from "./json.ts";
import { printDiagnosis } from "./print-diagnosis.ts";
import { DEFAULT_RUNBOOK, openLibrary, runbookOf } from "./shipped.ts";
import type { Paint } from "./terminal.ts";

/** How a case is judged and told. */
type ReplayOptions = { json: boolean; runbook?: string; runbooks?: string; paint: Paint; words: Words };

/** `gumshoe replay DIR`: judge a recorded case as if its steps had just run. Returns what to print. Throws a CaseError for an unreadable case. */
export async function replay(dir: string, options: ReplayOptions): Promise<string> {
  const opened = await openLibrary(options.runbooks);
  const diagnosis = await diagnoseCase(dir, runbookOf(opened.library, options.runbook ?? DEFAULT_RUNBOOK, options.words), opened);
  return render(diagnosis, opened.library, options);
}

/** Judge one recorded case. */
async function diagnoseCase(
  dir: string,
  runbook: Runbook,
  { library, parsers }: Awaited<ReturnType<typeof openLibrary>>,
): Promise<Diagnosis> {
  const { file, raw } = await readCase(dir);
  return diagnosisOf(file.name, raw, runbook, library, parsers);
}

/** A diagnosis as text, or as one line of JSON. */
export function render(
  diagnosis: Diagnosis,
  library: Library,
  { json, paint, words }: Pick<ReplayOptions, "json" | "paint" | "words">,
): string {
  return json ? `${JSON.stringify(toJson(diagnosis, library, words))}\n` : printDiagnosis(diagnosis, library, { words, paint });
}
