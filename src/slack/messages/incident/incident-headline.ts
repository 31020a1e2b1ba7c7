import type { ContextBlock, RichTextSection } from "@slack/types";
import type { KnownAlarm, Mute } from "../../../alarm/ledger.ts";
import type { DiagnosisEnd, DiagnosisRow, HeadlineTold } from "../../../diagnosis/diagnoses.ts";
import type { Untold } from "../../../diagnosis/untold.ts";
import type { Incident } from "../../../incident/incident.ts";
import { beforeAfterLines } from "../../../report/before-after.ts";
import type { Words } from "../../../words/en.ts";
import { fullest, message, type Message, type OurBlock } from "../message.ts";
import { boldLine, code, filled, line, moment, rich, type Piece } from "../rich.ts";
import { oneLine } from "../texts.ts";
import { alarmLists } from "./alarm-lists.ts";

/** All that a headline shows: how an incident stands, its alarms, its diagnoses, whether it is muted now. */
export type Shown = {
  incident: Incident;
  alarms: readonly KnownAlarm[];
  running?: DiagnosisRow | undefined;
  last?: DiagnosisRow | undefined;
  /** The last diagnosis before `last` that found a root cause. */
  found?: DiagnosisRow | undefined;
  mute?: Mute | undefined;
  /** The figures before and after a repair that was proven. */
  proven?: Untold["proven"] | undefined;
};

/** What is shown, without the last look where it says nothing of now. */
type ShownNow = Shown & { outdated?: boolean };

/** The words of the channel, and a runbook's title in them. */
export type Telling = { words: Words; titleOf: (runbook: string) => string };

type Judged = Extract<DiagnosisEnd, { how: "judged" }>;

/** Suspicions that the headline names; the thread has them all. */
const SUSPECTS = 2;

/** Alarms that are named, tried in this order until the message is within Slack's limits. */
const MOST_ALARMS = [16, 10, 6, 3, 0];

/** The first message of an incident's thread, as things are now. Pure: the same picture makes the same message. */
export function incidentHeadline(shown: Shown, telling: Telling): Message {
  const now = isOutdated(shown) ? { ...shown, last: undefined, outdated: true } : shown;
  return fullest(MOST_ALARMS, (most) => message(blocksOf(now, telling, most)));
}

/** The root causes of a diagnosis, if it found any. */
export function rootsOf(row: DiagnosisRow | undefined): HeadlineTold["roots"] {
  return judged(row)?.told.roots ?? [];
}

/** How many alarms fire now. */
function firingIn(alarms: readonly KnownAlarm[]): number {
  return alarms.filter(({ state }) => state === "alarm").length;
}

/** Whether the last look found all well before an alarm fired that fires now: then it says nothing of now. */
function isOutdated({ alarms, last }: Shown): boolean {
  const began = last?.beganAt;
  if (judged(last)?.verdict !== "healthy" || !began) return false;
  return alarms.some(({ state, firedAt, changedAt }) => state === "alarm" && (firedAt ?? changedAt) > began);
}

function blocksOf(shown: ShownNow, telling: Telling, most: number): OurBlock[] {
  const { words } = telling;
  const lines = [...bodyOf(shown, telling), ...foldedLines(shown, words), ...muteLines(shown, words)];
  const lists = alarmLists(shown, most, words);
  return [rich(boldLine(...titleOf(shown, words)), ...lines), ...lists, ...contextOf(shown, telling)];
}

/** The first line: how it stands, in one sentence. */
function titleOf(shown: ShownNow, words: Words): Piece[] {
  const { incident, alarms, last } = shown;
  const { title } = words.slack.incident;
  const { environment, state } = incident;
  const firing = firingIn(alarms);
  const end = last?.end;
  if (state === "lapsed") return [title.lapsed(environment)];
  if (state === "recovered" && hadTrouble(shown)) return [title.recovered(environment, lastedMs(incident))];
  if (state === "easing" && alarms.length > 0)
    return filled(title.easing(environment), { at: moment(incident.easedAt ?? incident.lastHeardAt) });
  if (!end) return [beginning(shown, firing, words)];
  if (end.how === "failed") return [words.slack.headline.failed(environment, last.id)];
  if (end.how === "stopped") return [words.slack.headline.restarted(environment)];
  if (end.verdict === "healthy" && firing > 0) return [title.healthyFiring(environment, firing)];
  return [
    words.slack.headline.verdict(
      end.verdict,
      environment,
      end.told.roots.map((root) => root.title),
    ),
  ];
}

function beginning({ incident: { environment }, running, outdated }: ShownNow, firing: number, words: Words): string {
  const { title } = words.slack.incident;
  if (running) return firing === 0 ? words.progress.looking(environment) : title.looking(environment, firing);
  return outdated ? title.firing(environment, firing) : title.waiting(environment, firing);
}

/** What is known: what the cause says and what to do next while it lasts, what it was once it is over, and whether somebody looks again. */
function bodyOf(shown: ShownNow, { words }: Telling): RichTextSection[] {
  const { incident, running, last } = shown;
  const said = words.slack.incident;
  const end = judged(last);
  if (incident.state === "lapsed") {
    const command = { code: code(`/diagnose ${incident.environment}`) };
    return [line(...filled(said.lapsedSays, command)), ...earlierLines(shown, said.found)];
  }
  if (incident.state === "recovered") {
    return [...overLines(shown, words), ...earlierLines(shown, said.was)];
  }
  const again = running && last ? [line(said.again[running.why])] : [];
  const waits = incident.state === "easing" && !running ? [line(last?.why === "recheck" ? said.notGone : said.willLook)] : [];
  const before = shown.outdated ? [line(said.lookedBefore)] : [];
  return [...before, ...(end ? verdictLines(shown, end, words) : earlierLines(shown, said.before)), ...waits, ...again];
}

/** By what it is over: figures that were proven, or a look that showed nothing wrong. */
function overLines(shown: Shown, words: Words): RichTextSection[] {
  const figures = shown.proven ? beforeAfterLines(shown.proven.before, shown.proven.after, words) : [];
  if (figures.length > 0) return [line(words.proof.headline(figures))];
  return hadTrouble(shown) ? [line(words.slack.incident.over(shown.alarms.length > 0))] : [];
}

function verdictLines(shown: Shown, { told, verdict }: Judged, words: Words): RichTextSection[] {
  const { headline } = words.slack;
  // While it eases, the first line says so: then the cause has a line of its own.
  const cause =
    shown.incident.state === "easing" && shown.alarms.length > 0 && told.roots.length > 0
      ? [line(words.slack.incident.found(told.roots.map(({ title }) => title)))]
      : [];
  const roots = told.roots.map((root) => line(root.where === undefined ? "" : `${words.slack.where(root.where)}. `, root.says));
  const suspected = told.suspected.slice(0, SUSPECTS);
  return [
    ...cause,
    ...roots,
    ...(told.roots.length === 0 && suspected.length > 0 ? [line(headline.suspected(suspected))] : []),
    ...(told.notSeen > 0 ? [line(headline.notSeen(told.notSeen))] : []),
    ...(told.advice === undefined ? [] : [line(headline.next(told.advice))]),
    ...(verdict === "root-cause" ? [] : earlierLines(shown, words.slack.incident.before)),
  ];
}

/** What an earlier diagnosis found, where the last one found nothing. */
function earlierLines({ last, found }: Shown, sentence: (titles: readonly string[]) => string): RichTextSection[] {
  const roots = rootsOf(last).length > 0 ? rootsOf(last) : rootsOf(found);
  return roots.length === 0 ? [] : [line(sentence(roots.map(({ title }) => title))), ...roots.map(({ says }) => line(says))];
}

function foldedLines({ incident, alarms }: Shown, words: Words): RichTextSection[] {
  const said = words.slack.incident;
  const folded =
    incident.alarms > 1 && alarms.length > 0 && incident.lastAlarmAt
      ? [line(...filled(said.folded(alarms.length, incident.alarms), { at: moment(incident.lastAlarmAt) }))]
      : [];
  return incident.reopened > 0 ? [...folded, line(said.reopened(incident.reopened))] : folded;
}

function muteLines({ mute }: Shown, words: Words): RichTextSection[] {
  return mute ? [line(...filled(words.slack.incident.muted, { until: moment(mute.until), by: mute.by }))] : [];
}

function contextOf({ incident, alarms, running, last }: Shown, { words, titleOf: runbookTitle }: Telling): ContextBlock[] {
  const { headline, incident: said } = words.slack;
  const runbook = last?.runbook ?? running?.runbook ?? incident.runbooks[0];
  const by = runbook === undefined ? [] : [runbookTitle(runbook)];
  const { openedBy } = incident;
  const nameOf = (key: string) => oneLine(alarms.find((alarm) => alarm.key === key)?.name ?? key.replace(/^arn:.*:alarm:/, ""), 80);
  const opened =
    openedBy.kind === "person"
      ? by.map((title) => headline.asked(openedBy.name, title))
      : [openedBy.kind === "alarm" ? said.openedBy.alarm(nameOf(openedBy.alarm)) : said.openedBy.check, ...by.map(headline.unasked)];
  const end = judged(last);
  const texts = [...(end ? [headline.took(end.told.at, end.told.took)] : []), ...opened, ...(end ? [headline.inThread] : [])];
  if (texts.length === 0) return [];
  return [{ type: "context", elements: texts.map((text) => ({ type: "plain_text", text: oneLine(text) || "?", emoji: false })) }];
}

/** Whether anything was wrong at all; where nothing was, the verdict says so better than a recovery. */
function hadTrouble({ alarms, found }: Shown): boolean {
  return alarms.length > 0 || rootsOf(found).length > 0;
}

function judged(row: DiagnosisRow | undefined): Judged | undefined {
  return row?.end?.how === "judged" ? row.end : undefined;
}

/** From the opening to the end; while that is not written down, to when it was last heard of. */
function lastedMs({ openedAt, endedAt, easedAt, lastHeardAt }: Incident): number {
  return Math.max(0, (endedAt ?? easedAt ?? lastHeardAt).getTime() - openedAt.getTime());
}
