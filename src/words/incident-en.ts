import type { IncidentState, Severity } from "../incident/incident.ts";
import type { DiagnosisReason } from "../incident/timeline-entry.ts";
import { duration, plain } from "./numbers.ts";

const told = (ms: number): string => duration(ms, "en");
const count = (number: number, one: string, many = `${one}s`): string => `${plain(number)} ${number === 1 ? one : many}`;
const firing = (alarms: number): string => `${count(alarms, "alarm is", "alarms are")} firing`;
const times = (number: number): string => (number === 1 ? "once" : number === 2 ? "twice" : `${plain(number)} times`);

/** Why it is looked again, by what asked for it. */
const again: Record<DiagnosisReason, string> = {
  asked: "Looking again, because somebody asked …",
  opened: "Looking again …",
  "new-alarm": "Another kind of alarm came: looking again …",
  recheck: "Looking whether it is over …",
};

/**
 * What is said of incidents, in English; plain text, as in slack-en.ts. `{at}`, `{until}`, `{alarm}`, `{by}`, `{whom}`, `{link}` and `{code}` keep the place of
 * a time in the reader's own zone, a name in bold, a mention, a link and what is to be typed.
 */
export const incidentEn = {
  /** The bold first line of a headline, where it is not the verdict itself. */
  title: {
    looking: (environment: string, alarms: number) => `${environment}: ${firing(alarms)}. Looking at it now, read-only …`,
    waiting: (environment: string, alarms: number) =>
      alarms === 0 ? `${environment}: a look is about to begin.` : `${environment}: ${firing(alarms)}. A look is about to begin.`,
    firing: (environment: string, alarms: number) => `${environment}: ${firing(alarms)}.`,
    healthyFiring: (environment: string, alarms: number) =>
      `${environment}: ${firing(alarms)}, yet every required look was taken whole and found nothing wrong.`,
    easing: (environment: string) => `${environment}: no alarm fires since {at}. Not called over yet.`,
    recovered: (environment: string, afterMs: number) => `${environment}: recovered after ${told(afterMs)}.`,
    lapsed: (environment: string) => `${environment}: nothing new was heard of this for a long time.`,
  },
  again,
  over: (hadAlarms: boolean): string =>
    hadAlarms ? "No alarm fires any more, and a look found nothing wrong." : "A look found nothing wrong.",
  was: (titles: readonly string[]) => `What it was: ${titles.join("; ")}`,
  found: (titles: readonly string[]) => `The cause that was found: ${titles.join("; ")}`,
  before: (titles: readonly string[]) => `Found before that: ${titles.join("; ")}`,
  lookedBefore: "The last look came before that, and found nothing wrong.",
  lapsedSays: "No look showed that it is gone, so it may be there still. To look now: {code}",
  willLook: "A look will show whether it is over.",
  notGone: "The last look could not show that it is gone. Another one follows.",
  muted: "Muted until {until} by {by}. Alarms are counted and not posted.",

  /** Titles of the headline's lists of alarms. */
  lists: { firing: "Firing now", firingLast: "Firing when last heard of", noData: "Sends no data", quiet: "Fired, quiet now" },
  value: (value: number, threshold: number | undefined) =>
    threshold === undefined ? plain(value) : `${plain(value)}, threshold ${plain(threshold)}`,
  wasAt: (value: string) => `was at ${value}`,
  since: { firing: "since {at}", noData: "since {at}", quiet: "quiet since {at}" },
  firings: (number: number) => `fired ${times(number)}`,
  /** How many alarms were folded into the headline, and when the last one came. */
  folded: (alarms: number, firings: number) =>
    firings > alarms
      ? `${count(alarms, "alarm")} fired ${times(firings)}, the last time at {at}.`
      : `${count(alarms, "alarm")}, the last at {at}.`,
  reopened: (number: number) => `It was over and came back ${times(number)}.`,
  openedBy: { alarm: (alarm: string) => `Opened by the alarm ${alarm}`, check: "Opened by a scheduled look" },

  /** What is posted into the thread, a line each. */
  thread: {
    called: (environment: string, severity: Severity) =>
      `{whom} ${environment} ${severity === "critical" ? "has a critical alarm" : "has a warning"}.`,
    fired: "{alarm} fired at {at}",
    noData: "{alarm} sends no data since {at}. Until it does, it tells neither good nor bad.",
    flaps: (changes: number) => `{alarm} goes on and off: ${plain(changes)} changes up to {at}. From now on it is only counted.`,
    folded: (changes: number, alarms: number) =>
      `${count(changes, "more change")} of ${count(alarms, "alarm")} since {at}. The first message shows how each is now.`,
    easing: "No alarm fires since {at}. A look will show whether it is over.",
    recovered: (afterMs: number, hadAlarms: boolean) =>
      `Recovered after ${told(afterMs)}. ${hadAlarms ? "No alarm fires any more, and a look" : "A look"} found nothing wrong.`,
    lapsed: "Nothing new was heard of this for a long time, and no look showed that it is gone. It may be there still. To look now: {code}",
    reopened: "It is back: opened again at {at}.",
    muted: (environment: string) =>
      `Muted until {until} by {by}. Until then alarms of ${environment} are counted and not posted; a new root cause is still told. To end it: {code}`,
    unmuted: "{by} ended the mute. From now on alarms are posted again.",
    newCause: (environment: string, titles: readonly string[]) =>
      `${environment} is muted until {until}, but this is new. Root cause found: ${titles.join("; ")}`,
  },

  /** The report: the button, and the message that brings it. */
  report: {
    button: "Write the report",
    label: (environment: string, incident: number) => `Write the report of incident ${incident} in ${environment}`,
    written: (incident: number, by: string) =>
      `The report of incident ${incident}, as ${by} asked. It is a draft made from what was written down: read it before you pass it on.`,
    attached: (files: readonly string[]) => `Attached: ${files.join(", ")}`,
    notAttached: (file: string, because: string) =>
      `${file} could not be attached (${because}). gumshoe report, with the incident's number, writes the same files.`,
  },

  /** Alarms that belong to no environment: one message a day. */
  unmatched: {
    title: (alarms: number, times: number, day: string) =>
      `${count(alarms, "alarm")} of ${day} ${alarms === 1 ? "belongs" : "belong"} to no environment (${count(times, "change")}). Nobody looks at ${alarms === 1 ? "it" : "them"}.`,
    line: (times: number) => `${times === 1 ? "" : `${plain(times)} times, `}last {at}`,
    howTo:
      "To have them looked at, say in gumshoe.yml whose they are (an environment with a `channel`, whose `account` and `region` fit), such as:",
    restart: "Then start Gumshoe again. This message is kept up to date until the day ends (UTC).",
  },

  /** `/diagnose mute`, `unmute` and `incidents`; only who asked sees it. */
  answers: {
    muted: (environment: string) =>
      `${environment} is muted until {until}. Its alarms are counted and not posted; a new root cause is still told, and /diagnose ${environment} works as ever.`,
    endIt: "To end it earlier: {code}",
    unmuted: (environment: string) => `${environment} is not muted any more. Its alarms are posted again.`,
    notMuted: (environment: string) => `${environment} was not muted. Nothing was changed.`,
    noDuration: (environment: string, said: string) =>
      `${said === "" ? "For how long?" : `"${said}" is not a time that is understood.`} Write /diagnose mute ${environment} 2h; 30m, 2h and 1d work, seven days at most.`,
    tooLong: (environment: string, said: string) =>
      `${said} is too long: ${environment} can be muted for seven days at most. Nothing was changed.`,
    incidents: (number: number) => (number === 0 ? "No incident is open." : `Open incidents: ${plain(number)}`),
    more: (number: number) => `… and ${count(number, "more", "more")}`,
    state: {
      open: "open",
      easing: "no alarm fires, not yet called over",
      recovered: "recovered",
      lapsed: "nothing heard for long",
    } satisfies Record<IncidentState, string>,
    incident: (environment: string, state: string) => `${environment}: ${state}, since {at}`,
    alarms: (number: number) => count(number, "alarm"),
    mutes: "Muted",
    mute: (environment: string) => `${environment}, until {until}, by {by}`,
    joined: (environment: string) => `${environment} has an open incident, so this look belongs into its thread: {link}`,
  },

  /** How the parts that incidents depend on are. */
  health: {
    title: "What Gumshoe stands on",
    well: "well",
    unread: "it does not answer, so what is open and what came last is not known",
    notKnown: "not known now",
    ill: (because: string) => `NOT WELL: ${because}`,
    parts: { store: "where things are written down", intake: "alarms from", outbox: "messages to Slack" },
  },
};
