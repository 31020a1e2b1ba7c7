import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Finding } from "../../evidence/finding.ts";
import { duration } from "../../words/numbers.ts";
import { titleOf, type Story } from "../story/story.ts";
import { momentOf } from "../story/when.ts";

/** Every diagnosis of the incident as a row, and what each step of the main one saw. */
export type Appendix = { looks: readonly (readonly string[])[]; steps?: { at: string; rows: readonly (readonly string[])[] } };

/** More looks than this are the same one again and again. */
const MOST_ROWS = 100;

/** The exact looks of an incident, with their times and what came of them. */
export function appendixOf(story: Story): Appendix {
  const rows = story.record.diagnoses.slice(-MOST_ROWS).map((row) => lookRow(row, story));
  return { looks: rows, ...(story.main ? { steps: { at: momentOf(story.main.raw.at, story.timezone), rows: stepRows(story) } } : {}) };
}

/** One diagnosis as a row under `words.report.appendix.columns`; those of `looks` had their evidence read. */
export function lookRow(row: DiagnosisRow, story: Pick<Story, "words" | "timezone" | "library" | "looks">): string[] {
  const { appendix, alarms } = story.words.report;
  const { beganAt, endedAt } = row;
  const took = beganAt && endedAt ? duration(endedAt.getTime() - beganAt.getTime(), story.words.language) : alarms.unknown;
  return [
    row.id,
    beganAt ? momentOf(beganAt, story.timezone) : alarms.unknown,
    took,
    row.runbook,
    appendix.why[row.why],
    cameTo(row, story),
  ];
}

function cameTo(row: DiagnosisRow, story: Parameters<typeof lookRow>[1]): string {
  const { words, looks } = story;
  const { appendix } = words.report;
  const rounds = row.round > 1 ? [appendix.rounds(row.round)] : [];
  const { end } = row;
  if (!end) return [row.state === "wanted" ? appendix.wanted : appendix.running, ...rounds].join("; ");
  if (end.how !== "judged") return [end.how === "stopped" ? appendix.stopped : appendix.failed(end.because), ...rounds].join("; ");
  const titles = end.rootCauses.map((id) => titleOf(id, story));
  const verdict = `${words.verdict[end.verdict]}${titles.length === 0 ? "" : `: ${titles.join("; ")}`}`;
  return [verdict, ...rounds, ...(looks.some((look) => look.row.id === row.id) ? [appendix.read] : [])].join("; ");
}

function stepRows({ main, words }: Story): string[][] {
  if (!main) return [];
  const { evidence, runbook } = main.diagnosis;
  const { appendix } = words.report;
  const of = (host: string, finding: Finding | undefined, title: string) =>
    finding
      ? [[title, host, appendix.seen[seenAs(finding)], "because" in finding && finding.because ? words.because(finding.because) : ""]]
      : [];
  return runbook.steps.flatMap((step) => [
    ...[...evidence.hosts].flatMap(([host, findings]) => of(host, findings.get(step.id), step.title[words.language])),
    ...of(appendix.allHosts, evidence.shared.get(step.id), step.title[words.language]),
  ]);
}

function seenAs(finding: Finding): "facts" | "cut" | "empty" | "failed" | "unknown" {
  return finding.kind === "facts" && !finding.whole ? "cut" : finding.kind;
}
