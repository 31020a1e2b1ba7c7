import type { MomentKind } from "../evidence/finding.ts";
import type { IncidentState } from "../incident/incident.ts";
import type { DiagnosisReason, PlanOutcome } from "../incident/timeline-entry.ts";
import { duration, percent, plain } from "./numbers.ts";

const told = (ms: number): string => duration(ms, "en");
const count = (number: number, one: string, many = `${one}s`): string => `${plain(number)} ${number === 1 ? one : many}`;
const atLeast = (text: string, exact: boolean): string => (exact ? text : `at least ${text}`);

/** The report of an incident, in English: sentences for the postmortem, its charts, and `gumshoe report`. Names and host output arrive as they are. */
export const reportEn = {
  title: (incident: number, environment: string, date: string) => `Postmortem of incident ${incident}: ${environment}, ${date}`,
  draft:
    "This is a draft. Gumshoe wrote it from what it recorded: alarms, looks, and what people did through it. What only people can know is marked like this:",
  fillIn: (what: string) => `FILL IN: ${what}`,
  ask: {
    example: "what is missing",
    felt: "who noticed it first, and what customers saw",
    restored: "what restored service, who did it, and when",
    cause: "what was found to be the cause",
    owner: "owner and date",
    lessons: "what went well, what went badly, and where there was luck",
  },
  sections: {
    summary: "Summary",
    impact: "Impact",
    alarms: "Alarms",
    timeline: "Timeline",
    cause: "Cause",
    why: "What proves it",
    chain: "What led to what",
    suspected: "Suspected, not proven",
    ruledOut: "Ruled out",
    unknown: "Could not be told",
    changed: "What had changed before",
    notSeen: "What could not be seen, and why",
    people: "What people did",
    followUps: "Follow-ups",
    lessons: "Lessons",
    appendix: "Appendix: every look",
    steps: (at: string) => `What the look at ${at} saw`,
  },
  facts: {
    environment: "Environment",
    state: "State",
    severity: "Severity",
    began: "Began",
    ended: "Ended",
    times: "Times are in",
    written: "Written",
  },
  severity: { critical: "critical", warning: "warning" },
  state: {
    open: "open",
    easing: "every alarm is quiet; no look has shown yet that it is over",
    recovered: "recovered",
    lapsed: "nothing new heard for long; nobody saw it gone",
  } satisfies Record<IncidentState, string>,
  writtenBy: (at: string, version: string) => `${at}, by Gumshoe ${version}`,

  summary: {
    failed: (environment: string, failed: number, requests: number, share: number, exact: boolean) =>
      `In ${environment}, ${atLeast(plain(failed), exact)} of ${plain(requests)} requests failed (${percent(Math.round(share * 100), "en")}).`,
    noneFailed: (environment: string, slow: number, requests: number) =>
      `An incident was opened in ${environment}. No failed request is seen in its access logs${slow === 0 ? "" : `; ${plain(slow)} of ${plain(requests)} requests were slow`}.`,
    uncounted: (environment: string) => `An incident was opened in ${environment}. How many requests failed could not be counted.`,
    over: (began: string, ended: string, ms: number, state: "recovered" | "lapsed") =>
      state === "recovered"
        ? `It lasted from ${began} until ${ended}, when it was shown to be over: ${told(ms)}.`
        : `It began at ${began}. Nothing more was heard of it, and nobody saw it gone; it was given up at ${ended}.`,
    open: (began: string, now: string, ms: number) => `It began at ${began} and was not over at ${now}, ${told(ms)} later.`,
    reopened: (times: number) => `It came back ${times === 1 ? "once" : `${plain(times)} times`}.`,
    cause: (titles: readonly string[]) => `The cause: ${titles.join("; ")}.`,
    ruled: {
      inconclusive: "The evidence does not prove what caused it.",
      "no-known-cause": "What caused it is none of the causes that the runbook knows.",
      healthy: "No look found anything wrong.",
    },
    notLooked: "No look at it came to a verdict, so its cause is not known.",
  },

  impact: {
    failed: "Failed requests",
    slow: "Slow requests",
    lasted: "Requests failed",
    worstMinute: "Worst minute",
    longest: "Longest request",
    pages: "Where",
    alarms: "Alarms",
    counted: "Counted from",
    uncounted: "could not be counted",
    uncountedBecause: (because: string) => `could not be counted: ${because}`,
    noEvidence: "what the looks brought back is not kept, or there was no look",
    ofRequests: (some: number, requests: number, exact: boolean) =>
      `${atLeast(plain(some), exact || some === 0)} of ${plain(requests)} (${percent(requests === 0 ? 0 : Math.round((some / requests) * 1000) / 10, "en")})`,
    slowMeans: "5 s and more, ten times what the page usually takes",
    until: (to: string, exact: boolean, open: boolean) => (open ? `the newest request at ${to}` : exact ? to : `${to} at least`),
    fromTo: (from: string, until: string, ms: number) => `from ${from} until ${until}, ${told(ms)}`,
    minute: (failed: number, at: string) => `${count(failed, "failed request")} in the minute from ${at}`,
    page: (endpoint: string, failed: number) => `${endpoint} (${plain(failed)})`,
    times: (times: number, alarms: number) => `${count(alarms, "alarm")}, fired ${count(times, "time")}`,
    logs: (hosts: number, of: number, exact: boolean) =>
      `Caddy's access logs of ${hosts === of ? count(of, "host") : `${plain(hosts)} of ${count(of, "host")}`}${exact ? "" : "; they do not reach over all of the incident, so the numbers are lower bounds"}`,
  },

  alarms: {
    columns: ["Alarm", "First fired", "Fired", "Last value", "Threshold", "Now"],
    state: { alarm: "fires", ok: "quiet", "no-data": "has no data" },
    unknown: "–",
  },

  course: {
    columns: ["When", "What", "Source"],
    opened: (incident: number) => `Incident ${incident} opened`,
    reopened: "It was opened anew",
    fired: (value: string | undefined, threshold: string | undefined, reason: string) =>
      value === undefined
        ? `Alarm fires: ${reason}`
        : `Alarm fires at ${value}${threshold === undefined ? "" : `, against a threshold of ${threshold}`}`,
    firedMore: (times: number, until: string) => `Alarm fires ${count(times, "more time")}, last at ${until}`,
    quiet: "Alarm is quiet",
    quietMore: (times: number, until: string) => `Alarm is quiet ${count(times, "more time")}, last at ${until}`,
    flaps: (changes: number) => `Alarm flaps: ${count(changes, "change")} in a short time`,
    noData: (reason: string) => `Alarm has no data: ${reason}`,
    looking: (runbook: string, why: DiagnosisReason, by: string) =>
      `A look begins, by the runbook ${runbook}: ${
        {
          asked: `${by} asked`,
          opened: "the incident opened",
          "new-alarm": "a new kind of alarm fired",
          recheck: "to see whether it is over",
        }[why]
      }`,
    looked: (verdict: string, titles: readonly string[], same: boolean) =>
      `${verdict}${titles.length === 0 ? "" : `: ${titles.join("; ")}`}${same ? ", as before" : ""}`,
    lookFailed: (because: string) => `A look broke off: ${because}`,
    state: {
      open: "Open again",
      easing: "Every alarm is quiet; a look must show that it is over",
      recovered: "Recovered: a look showed nothing wrong any more",
      lapsed: "Nothing new was heard of it for long; given up, and nobody saw it gone",
    } satisfies Record<IncidentState, string>,
    called: (whom: string) => `On call (${whom}) was called in the thread`,
    muted: (until: string) => `Its alarms were muted until ${until}`,
    unmuted: "Its alarms were unmuted",
    reported: "Asked for this report",
    planned: (action: string) => `Had a plan made: ${action}`,
    approved: (action: string, missing: number) => `Approved the plan: ${action}${missing === 0 ? "" : ` (${plain(missing)} more needed)`}`,
    carriedOut: (action: string, outcome: PlanOutcome) =>
      `${action}: ${
        {
          done: "done, and looked at afterwards",
          void: "not begun, since what was approved did not hold any more",
          failed: "stopped at a step that did not take place",
          late: "stopped, since it took longer than it may",
          halted: "stopped by a halt",
          broke: "broken off by an error of Gumshoe's own",
        }[outcome]
      }`,
    lastFailure: "The last request that failed had its answer",
    queueRose: "The database's disk queue begins to rise",
    leftOut: (lines: number) => `${count(lines, "line")} left out here; gumshoe incidents show tells them all`,
    audited: (event: string) =>
      ({
        refused: "Wanted something of a plan, and was refused",
        withdrawn: "Withdrew a plan",
        expired: "A plan expired: it was not approved in time",
        lapsed: "A plan expired: its turn did not come in time after it was approved",
        answered: "Said whether a step took place",
        halted: "Stopped all changes",
        resumed: "Let changes go on",
      })[event] ?? event,
  },
  sources: {
    gumshoe: "Gumshoe",
    alarm: (name: string) => `alarm ${name}`,
    metrics: "metrics",
    onHost: (source: string, host: string) => `${source}, ${host}`,
    moment: {
      "oom-kill": "kernel log",
      "worker-timeout": "gunicorn's journal",
      "worker-lost": "gunicorn's journal",
      "worker-booted": "gunicorn's journal",
      "boot-failed": "gunicorn's journal",
      "service-started": "systemd",
      "service-stopped": "systemd",
      changed: "the host's files",
      "request-failed": "Caddy's access log",
      "client-left": "Caddy's access log",
    } satisfies Record<MomentKind, string>,
  },

  cause: {
    none: "No cause was proven.",
    notLooked: "No look at it came to a verdict.",
    evidenceGone: "The evidence itself is no longer kept; this is what was told at the time, in the language of its channel.",
    differs: (then: string, now: string) => `Judged by the runbooks of today the evidence says ${now}; at the time it was told as ${then}.`,
    lookedAt: (at: string, runbook: string) => `By the look at ${at}, runbook ${runbook}.`,
    allSeen: "Every look that the runbook requires was taken whole.",
    notKnownSeen: "What could be seen is not known: no evidence is kept.",
  },

  people: {
    asked: (environment: string) => `asked for a look at ${environment}`,
    muted: (until: string) => `muted its alarms until ${until}`,
    unmuted: "unmuted its alarms",
    reported: "asked for this report",
    planned: (action: string) => `had a plan made: ${action}`,
    approved: (action: string) => `approved the plan: ${action}`,
    audited: (event: string) =>
      ({
        refused: "wanted something of a plan, and was refused",
        withdrawn: "withdrew a plan",
        answered: "said whether a step took place",
        halted: "stopped all changes",
        resumed: "let changes go on",
      })[event] ?? event,
    none: "Nobody did anything through Gumshoe.",
  },

  followUps: {
    see: (step: string, because: string) => `Make it visible: ${step} (${because})`,
    late: (ms: number, alarm: string) =>
      `The first alarm (${alarm}) fired ${told(ms)} after the first request failed: look at its threshold and its periods`,
    noAlarm: "No alarm fired; set one on what would have shown this first",
    earlier: (ms: number) =>
      `The database's disk queue rose ${told(ms)} before the first request failed, and no alarm had told of it by then: look at the alarm on DiskQueueDepth, or set one`,
    noData: (alarm: string) => `The alarm ${alarm} had no data: see that its metric is sent`,
    flaps: (alarm: string) => `The alarm ${alarm} flaps: give it more periods, or a threshold further off`,
    lookFailed: (because: string) => `A look broke off by an error of Gumshoe's own: ${because}`,
    find: (title: string) => `Prove or rule out: ${title}`,
    unproven: "Find the cause; the evidence that was kept does not prove one",
    neverGone: "Make sure that it is gone: nobody saw it",
    repair: (title: string) => `Repair that the runbook names: ${title}`,
  },

  appendix: {
    columns: ["Look", "Began", "Took", "Runbook", "Why", "Came to"],
    stepColumns: ["Step", "Host", "Seen", "Why not"],
    why: {
      asked: "asked",
      opened: "incident opened",
      "new-alarm": "new kind of alarm",
      recheck: "is it over?",
    } satisfies Record<DiagnosisReason, string>,
    wanted: "waits for its time",
    running: "under way",
    stopped: "Gumshoe was stopped",
    failed: (because: string) => `broke off: ${because}`,
    rounds: (round: number) => `begun ${plain(round)} times`,
    read: "its evidence was read for this report",
    seen: { facts: "whole", cut: "in part", empty: "printed nothing", failed: "failed", unknown: "not seen" },
    allHosts: "all",
    none: "There was no look.",
  },

  charts: {
    titles: {
      failed: "Failed requests a minute",
      queue: "Requests waiting for the database's disk",
      cpu: "The database's CPU",
      connections: "Connections to the database",
      connect: "Time to connect to the database",
    },
    subtitle: (environment: string, source: string, timezone: string) => `${environment} · ${source} · times in ${timezone}`,
    logs: "Caddy's access logs",
    probe: "Gumshoe's connect probe, median of each look",
    threshold: (value: string) => `alarm threshold ${value}`,
    span: (ms: number) => `incident, ${told(ms)}`,
    mark: (at: string) => `first failed request ${at}`,
    alt: (title: string, before: string | undefined, peak: string, at: string) =>
      `${title}: ${before === undefined ? "" : `${before} on average before the incident, `}${peak} at the highest, at ${at}.`,
  },

  cut: (characters: number) => `… [cut: ${plain(characters)} more characters]`,
  command: {
    written: (path: string, charts: number) =>
      `${path}\n${count(charts, "chart")} beside it. It is a draft: what people must fill in is marked.\n`,
    noIncident: (id: string, known: readonly number[]) =>
      known.length === 0
        ? `there is no incident ${id}; none is recorded yet`
        : `there is no incident ${id}; the newest are ${known.join(", ")} (gumshoe incidents lists them)`,
    taken: (dir: string) => `${dir} already holds something that is not a report of this incident; name another folder with --out`,
    edited: (file: string) => `${file} was edited since it was written, and would be lost; name another folder with --out`,
  },
};

/** The words of reports, in one language. */
export type ReportWords = typeof reportEn;
