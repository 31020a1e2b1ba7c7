import type { Verdict } from "../../diagnosis/verdict.ts";
import type { Span } from "../story/span.ts";
import type { Story } from "../story/story.ts";

/** An alarm that comes later than this after the first failure comes late: AWS looks at most metrics once a minute. */
const LATE_MS = 2 * 60_000;

/** What is to be done so that it does not happen again, or is seen sooner: advice, repairs, what was not seen, alarms that came late or not at all. */
export function followUpsOf(story: Story): string[] {
  const { followUps } = story.words.report;
  const told = story.main?.told;
  const all = [
    ...(told?.advice ?? toldAdvice(story)),
    ...(told?.actions ?? []).map(({ title }) => followUps.repair(title)),
    ...unproven(story),
    ...alarmsToMend(story),
    ...notSeen(story),
    ...story.record.diagnoses.flatMap(({ end }) => (end?.how === "failed" ? [followUps.lookFailed(end.because)] : [])),
    ...(story.record.incident.state === "lapsed" ? [followUps.neverGone] : []),
  ];
  return [...new Set(all)];
}

/** The advice that was told at the time, where the evidence is gone. */
function toldAdvice({ record }: Story): string[] {
  return record.diagnoses.flatMap(({ end }) => (end?.how === "judged" && end.told.advice !== undefined ? [end.told.advice] : []));
}

function unproven({ main, words }: Story): string[] {
  const verdict: Verdict["verdict"] | undefined = main?.told.verdict;
  if (verdict === "root-cause" || verdict === "healthy") return [];
  const suspects = (main?.told.suspected ?? []).map(({ title }) => words.report.followUps.find(title));
  return suspects.length > 0 ? suspects : [words.report.followUps.unproven];
}

function alarmsToMend({ record, span, words }: Story): string[] {
  const { followUps } = words.report;
  const late = span.alarmAt && span.by === "access-log" ? span.alarmAt.getTime() - span.beganAt.getTime() : 0;
  const names = (kind: "alarm-no-data" | "alarm-flaps") =>
    [...new Set(record.timeline.flatMap(({ what }) => (what.kind === kind ? [what.name] : [])))].slice(0, 10);
  return [
    ...(span.alarmAt === undefined && record.incident.alarms === 0 ? [followUps.noAlarm] : []),
    ...(late >= LATE_MS ? [followUps.late(late, span.alarm ?? "")] : []),
    ...queueUnwatched(span).map((ms) => followUps.earlier(ms)),
    ...names("alarm-no-data").map(followUps.noData),
    ...names("alarm-flaps").map(followUps.flaps),
  ];
}

/** By how much the disk's queue was ahead of the first failure, where no alarm had fired by then. */
function queueUnwatched({ roseAt, beganAt, by, alarmAt }: Span): number[] {
  if (!roseAt || by !== "access-log" || (alarmAt && alarmAt < beganAt)) return [];
  const ms = beganAt.getTime() - roseAt.getTime();
  return ms >= LATE_MS ? [ms] : [];
}

function notSeen({ main, words }: Story): string[] {
  const missing = main?.diagnosis.verdict.notSeen ?? [];
  const titles = new Map(main?.diagnosis.runbook.steps.map(({ id, title }) => [id, title[words.language]]));
  const byStep = new Map(missing.map(({ step, because }) => [titles.get(step) ?? step, words.because(because)]));
  return [...byStep].map(([step, because]) => words.report.followUps.see(step, because));
}
