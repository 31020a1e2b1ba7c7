import { diagnosisOf, type Diagnosis } from "../diagnosis/diagnosis.ts";
import { readCase } from "../evidence/read-case.ts";
import type { Library } from "../runbook/library.ts";
import { toJson } from "./json.ts";
import { printDiagnosis } from "./print-diagnosis.ts";
import { DEFAULT_RUNBOOK, openLibrary, runbookOf } from "./shipped.ts";
import type { Paint } from "./terminal.ts";

/** `gumshoe replay DIR`: judge a recorded case as if its steps had just run. Returns what to print. Throws a CaseError for an unreadable case. */
export async function replay(dir: string, options: { json: boolean; runbook?: string; runbooks?: string; paint: Paint }): Promise<string> {
  const opened = await openLibrary(options.runbooks);
  const diagnosis = await diagnoseCase(dir, options.runbook ?? DEFAULT_RUNBOOK, opened);
  return render(diagnosis, opened.library, options);
}

/** Judge one recorded case. */
async function diagnoseCase(
  dir: string,
  runbook: string,
  { library, parsers }: Awaited<ReturnType<typeof openLibrary>>,
): Promise<Diagnosis> {
  const { file, raw } = await readCase(dir);
  return diagnosisOf(file.name, raw, runbookOf(library, runbook), library, parsers);
}

/** A diagnosis as text, or as one line of JSON. */
export function render(diagnosis: Diagnosis, library: Library, { json, paint }: { json: boolean; paint: Paint }): string {
  return json ? `${JSON.stringify(toJson(diagnosis, library))}\n` : printDiagnosis(diagnosis, library, paint);
}
