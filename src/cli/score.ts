import type { Verdict } from "../diagnosis/verdict.ts";
import { findCases, readCase, type CaseFile } from "../evidence/read-case.ts";
import { diagnosisOf } from "../diagnosis/diagnosis.ts";
import type { Words } from "../words/en.ts";
import { padded } from "./terminal.ts";
import { DEFAULT_RUNBOOK, openLibrary, runbookOf } from "./shipped.ts";
import { UsageError } from "./usage-error.ts";

type Expected = NonNullable<CaseFile["expected"]>;

/** How one case came out: as expected, as also accepted, or wrong, with why. */
export type Mark = { mark: "right" | "accepted" | "wrong"; why: string };

/** `gumshoe score DIR…`: every case below the folders against its expected verdict. `right` tells whether all were. */
export async function score(
  dirs: readonly string[],
  options: { json: boolean; runbook?: string; runbooks?: string; words: Words },
): Promise<{ text: string; right: boolean }> {
  const { words } = options;
  const { library, parsers } = await openLibrary(options.runbooks);
  const runbook = runbookOf(library, options.runbook ?? DEFAULT_RUNBOOK, words);
  const rows: (Mark & { name: string; got: string })[] = [];
  for (const dir of (await Promise.all(dirs.map(findCases))).flat()) {
    const { file, raw } = await readCase(dir);
    const { verdict } = diagnosisOf(file.name, raw, runbook, library, parsers);
    rows.push({ name: file.name, got: nameOf(verdict), ...markOf(verdict, file.expected, words) });
  }
  if (rows.length === 0) throw new UsageError(words.score.none);
  const wrong = rows.filter((row) => row.mark === "wrong").length;
  const right = rows.length - wrong;
  if (options.json) return { text: `${JSON.stringify({ right, of: rows.length, cases: rows })}\n`, right: wrong === 0 };
  const width = Math.max(...rows.map((row) => row.name.length));
  const lines = rows.map(
    (row) => `${padded(words.score[row.mark], 8)}  ${row.name.padEnd(width)}  ${row.mark === "right" ? row.got : row.why}`,
  );
  return { text: `${[...lines, "", words.score.total(right, rows.length)].join("\n")}\n`, right: wrong === 0 };
}

/** Hold a verdict against what a case expects: the verdict, exactly its root causes, and nothing confirmed that must not be. */
export function markOf(verdict: Verdict, expected: Expected | undefined, words: Words): Mark {
  if (!expected) return { mark: "wrong", why: words.score.noExpectation };
  const confirmed = verdict.causes.filter((cause) => cause.state === "confirmed").map((cause) => cause.id);
  const forbidden = expected.notConfirmed.filter((id) => confirmed.includes(id));
  if (forbidden.length > 0) return { mark: "wrong", why: words.score.confirmedWrongly(forbidden) };
  const same = (other: { verdict: string; rootCauses: readonly string[] }) => nameOf(other) === nameOf(verdict);
  if (same(expected)) return { mark: "right", why: "" };
  const why = words.score.got(nameOf(verdict), nameOf(expected));
  return { mark: expected.alsoAccepted.some(same) ? "accepted" : "wrong", why };
}

function nameOf({ verdict, rootCauses }: { verdict: string; rootCauses: readonly string[] }): string {
  return verdict === "root-cause" ? rootCauses.toSorted().join(" + ") : verdict;
}
