import type { Evidence } from "../evidence/evidence.ts";
import type { Parser } from "../evidence/parser.ts";
import { readEvidence, type RawEvidence } from "../evidence/read-evidence.ts";
import type { Library, Runbook } from "../runbook/library.ts";
import { arithmeticOf, type Arithmetic } from "./arithmetic.ts";
import { judge } from "./judge.ts";
import { looksOf, type Look } from "./looks.ts";
import { timelineOf, type TimelineEntry } from "./timeline.ts";
import type { Verdict } from "./verdict.ts";

/** One finished diagnosis: the evidence, what it proves, and how it is told. */
export type Diagnosis = {
  name: string;
  timezone: string;
  runbook: Runbook;
  evidence: Evidence;
  verdict: Verdict;
  looks: readonly Look[];
  arithmetic: readonly Arithmetic[];
  timeline: readonly TimelineEntry[];
};

/** Judge what came back, live or from a case. Pure: the same raw evidence gives the same diagnosis. */
export function diagnosisOf(
  name: string,
  raw: RawEvidence,
  runbook: Runbook,
  library: Library,
  parsers: ReadonlyMap<string, Parser>,
): Diagnosis {
  const evidence = readEvidence(raw, runbook.steps, parsers);
  return {
    name,
    timezone: raw.timezone,
    runbook,
    evidence,
    verdict: judge(evidence, runbook, library),
    looks: looksOf(evidence),
    arithmetic: [...evidence.hosts.keys()].map((host) => arithmeticOf(evidence, host)).filter((sum) => sum !== undefined),
    timeline: timelineOf(evidence),
  };
}
