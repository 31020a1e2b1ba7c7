import { titleOf, type Story } from "../story/story.ts";
import { mainRowOf } from "../story/looked.ts";
import { momentOf, timeUnlessOtherDay } from "../story/when.ts";

/** What happened in plain sentences: what, when and how long, whether it came back, and the cause. */
export function summaryOf(story: Story): string[] {
  const { record, words } = story;
  const { summary } = words.report;
  const { reopened } = record.incident;
  return [whatOf(story), whenOf(story), ...(reopened > 0 ? [summary.reopened(reopened)] : []), ...causeIn(story)];
}

function whatOf({ record: { incident }, impact, words }: Story): string {
  const { summary } = words.report;
  if (!impact) return summary.uncounted(incident.environment);
  if (impact.failed === 0) return summary.noneFailed(incident.environment, impact.slow, impact.requests);
  return summary.failed(incident.environment, impact.failed, impact.requests, impact.failed / Math.max(1, impact.requests), impact.exact);
}

function whenOf({ record: { incident }, span, words, timezone }: Story): string {
  const { summary } = words.report;
  const began = momentOf(span.beganAt, timezone);
  const until = timeUnlessOtherDay(span.until, span.beganAt, timezone);
  const ms = span.until.getTime() - span.beganAt.getTime();
  if (span.open) return summary.open(began, until, ms);
  return summary.over(began, until, ms, incident.state === "lapsed" ? "lapsed" : "recovered");
}

function causeIn(story: Story): string[] {
  const { main, record, words } = story;
  const { summary } = words.report;
  if (main?.told.verdict === "root-cause")
    return [summary.cause(main.told.roots.map(({ title }) => title)), ...main.told.roots.map(({ says }) => says)];
  if (main) return [summary.ruled[main.told.verdict]];
  const end = mainRowOf(record)?.end;
  if (end?.how !== "judged") return [summary.notLooked];
  return [end.verdict === "root-cause" ? summary.cause(end.rootCauses.map((id) => titleOf(id, story))) : summary.ruled[end.verdict]];
}
