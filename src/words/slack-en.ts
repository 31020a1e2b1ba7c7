import type { Look } from "../diagnosis/looks.ts";
import type { Verdict } from "../diagnosis/verdict.ts";
import { incidentEn } from "./incident-en.ts";
import { duration, plain } from "./numbers.ts";
import { plansEn } from "./plans-en.ts";

type VerdictName = Verdict["verdict"];

const told = (ms: number): string => duration(ms, "en");
const count = (number: number, one: string, many = `${one}s`): string => `${plain(number)} ${number === 1 ? one : many}`;
const known = (names: readonly string[]): string => (names.length === 0 ? "there are none" : `there are ${names.join(", ")}`);
const meant = (suggestion: string | undefined): string => (suggestion === undefined ? "" : ` Did you mean ${suggestion}?`);

/** How a verdict is announced, by what it is. */
const announced: Record<VerdictName, (environment: string, titles: readonly string[]) => string> = {
  "root-cause": (environment, titles) => `${environment}: root cause found. ${titles.join("; ")}`,
  inconclusive: (environment) => `${environment}: inconclusive. Something is wrong, or may be, and the evidence does not prove what.`,
  "no-known-cause": (environment) => `${environment}: something is wrong, and it is none of the causes that the runbook knows.`,
  healthy: (environment) => `${environment}: healthy. Every required look was taken whole, and nothing is wrong.`,
};

/**
 * What is said in Slack, in English. Plain text: whoever builds the blocks escapes what comes from outside and marks up; `link`, `user` and
 * `channel` arrive as Slack's own markup (<url|text>, <@U…>, <#C…>) or as plain names.
 */
export const slackEn = {
  incident: incidentEn,
  plans: plansEn,

  /** The parent message of a diagnosis, edited in place: one line. */
  headline: {
    verdict: (verdict: VerdictName, environment: string, titles: readonly string[]) => announced[verdict](environment, titles),
    suspected: (titles: readonly string[]) => `Suspected, not proven: ${titles.join("; ")}`,
    notSeen: (looks: number) =>
      `${count(looks, "required look")} could not be taken whole: what only ${looks === 1 ? "it" : "they"} could show was not ruled out.`,
    next: (advice: string) => `Next: ${advice}`,
    took: (at: string, took: string) => `Looked at ${at}, took ${took}`,
    inThread: "Everything that this stands on is in the thread",
    asked: (by: string, runbook: string) => `Asked by ${by}, by the runbook ${runbook}`,
    unasked: (runbook: string) => `By the runbook ${runbook}`,
    failed: (environment: string, id: string) =>
      `${environment}: the diagnosis broke off by an error of Gumshoe's own (id ${id}). Nothing was changed.`,
    restarted: (environment: string) => `${environment}: Gumshoe was restarted while it looked. Nothing was changed; start it again.`,
  },

  /** The plan that turns over live, and its tasks; outputs are one line with numbers. */
  plan: {
    looking: (environment: string) => `Looking at ${environment}`,
    done: (environment: string, ms: number) => `Looked at ${environment} in ${told(ms)}`,
    same: (environment: string, ms: number) => `Looked at ${environment} in ${told(ms)}: the same as before`,
    stopped: (environment: string) => `Stopped looking at ${environment}`,
    failed: (environment: string) => `Could not finish looking at ${environment}`,
    hosts: "Finding the hosts",
    hostsFound: (hosts: readonly string[], of: number) => `${count(of, "host")}: ${hosts.join(", ")}`,
    host: (host: string) => `Looking at ${host}`,
    hostAsked: "command sent, waiting for the answer",
    steps: (seen: number, of: number) =>
      seen === of ? `${count(of, "step")}, all seen` : `${seen} of ${count(of, "step")}, ${of - seen} not seen`,
    metrics: "Reading the metrics",
    series: (read: number, of: number) =>
      read === of ? `${count(of, "series", "series")}, all read` : `${read} of ${of} series, ${of - read} not read`,
    database: "The database's own view",
    queries: (seen: number, of: number) =>
      seen === of ? `${count(of, "look")}, all taken` : `${seen} of ${count(of, "look")}, ${of - seen} not taken`,
    judging: "Weighing the causes",
    weighed: (causes: { confirmed: number; suspected: number; ruledOut: number; unknown: number }) =>
      `${causes.confirmed} confirmed, ${causes.suspected} suspected, ${causes.ruledOut} ruled out, ${causes.unknown} could not be told`,
    notSeen: (because: string) => `not seen: ${because}`,
    notConfigured: "not configured",
    skipped: "not done",
    moreHosts: (hosts: number) => count(hosts, "more host"),
    answered: (answered: number, of: number, lost: number) =>
      `${answered} of ${of} answered${lost > 0 ? `, ${lost} could not be reached` : ""}`,
    state: { pending: "waiting", in_progress: "under way", complete: "done", error: "not seen" },
  },

  /** Titles of the verdict message's parts, beside `words.sections`. */
  sections: {
    ruledOut: "Ruled out, and why",
    unknown: "Could not be told, and what would tell it",
    notSeen: "Could not be seen",
    ran: "What ran",
    actions: "What could be done about it",
  },
  unanswered: (hosts: readonly string[]) => `No answer from ${hosts.join(", ")}: what could be seen only there could not be ruled out.`,
  why: "Why",
  where: (where: string) => `Seen ${where}`,
  lookStates: { telling: "tells of trouble", clean: "nothing wrong", "not-seen": "not seen" } satisfies Record<Look["state"], string>,
  cleanHosts: (hosts: number) => `the same on ${count(hosts, "host")}`,
  moreLines: (number: number) => `… and ${count(number, "more", "more")}`,

  /** The chart of a metric over time. */
  chart: {
    title: "Disk queue of the database",
    series: "disk queue",
    time: (timezone: string) => `time, ${timezone}`,
    value: "operations waiting",
    first: (status: string) => `first ${status}`,
    says: (first: string, at: string, peak: string, peakAt: string, last: string, lastAt: string) =>
      `Disk queue ${first} at ${at}, ${peak} at its peak at ${peakAt}, ${last} at ${lastAt}.`,
    began: (status: string, at: string) => `The first ${status} came at ${at}.`,
  },

  /** Where the verdict suggests no action. */
  noActions: "There is nothing that Gumshoe could offer to do for this.",

  /** The exact commands that ran, for whoever wants to check. */
  ran: {
    document: (ran: { document: string; version: string; hosts: readonly string[]; commandId: string }) =>
      `SSM document ${ran.document}, version ${ran.version}, on ${ran.hosts.join(", ")}; command id ${ran.commandId}`,
    local: (host: string) => `The host script, on ${host}`,
    queries: (names: readonly string[]) => `Queries at the database, read-only: ${names.join(", ")}`,
    readOnly: "All of it read-only.",
    script: "The script, as it ran",
    notAttached: (file: string, because: string) =>
      `${file} could not be attached (${because}). gumshoe diagnose --print-script prints the same.`,
    none: "No script ran on any host.",
  },

  buttons: {
    openThread: "Open the thread",
  },

  /** `/diagnose help`: examples, each with what it does. */
  help: {
    title: "What Gumshoe can do",
    intro:
      "Names the cause of an incident from evidence, by code, in a thread where everybody can follow. It only looks; it changes nothing that people have not approved.",
    commands: (example: {
      environment: string;
      runbook: string;
      mention: string;
    }): readonly (readonly [example: string, does: string])[] => [
      [`/diagnose ${example.environment}`, `look at ${example.environment} now and name the cause`],
      [`/diagnose ${example.environment} ${example.runbook}`, `the same by the runbook ${example.runbook}`],
      [`/diagnose mute ${example.environment} 2h`, "count alarms and post none, for so long; a new root cause is still told"],
      [`/diagnose unmute ${example.environment}`, "post them again"],
      [`/diagnose stop ${example.environment}`, plansEn.help.stop(example.environment)],
      [`/diagnose resume ${example.environment}`, plansEn.help.resume(example.environment)],
      ["/diagnose incidents", "the incidents that are open, with the way to each thread"],
      ["/diagnose status", "environments, with what is under way and what came last"],
      ["/diagnose help", "this text"],
      [`${example.mention} ${example.environment}`, "the same as the command, in the channel or thread where you write it"],
      ["Diagnose this", "in a message's menu: start a diagnosis from an alarm or a complaint"],
    ],
    who: "Who may ask: members of the environment's own channel, and those whom gumshoe.yml names. Guests and people of other workspaces may not.",
  },

  /** `/diagnose status`, and what App Home shows of the same. */
  status: {
    title: "Environments",
    noEnvironments: "gumshoe.yml names no environment yet.",
    hosts: (number: number) => count(number, "host"),
    hostsByTags: (tags: readonly string[]) => `hosts with ${tags.join(", ")}`,
    lastLook: (verdict: string, ago: string) => `last look ${ago}: ${verdict}`,
    neverLooked: "not looked at yet",
    failed: "broke off",
    stopped: "stopped",
    open: (number: number) => (number === 0 ? "No diagnosis is open." : `Open diagnoses: ${plain(number)}`),
    running: (environment: string, forMs: number, link: string) => `${environment}, for ${told(forMs)}: ${link}`,
  },

  home: {
    title: "Gumshoe",
    intro: "Why is it failing? Ask in the environment's channel.",
    incidents: "Open incidents",
    noIncidents: (environment: string) => `No incident is open. When something is wrong: /diagnose ${environment}`,
    guest: "Guests cannot ask Gumshoe. Ask a member of the channel to do it.",
    updated: (at: string) => `As of ${at}`,
  },

  /** Private answers to what cannot be done: what is wrong, and what to do instead. */
  refusals: {
    unknownEnvironment: (name: string, suggestion: string | undefined, names: readonly string[]) =>
      `There is no environment "${name}".${meant(suggestion)} In gumshoe.yml, ${known(names)}.`,
    unknownRunbook: (name: string, suggestion: string | undefined, names: readonly string[]) =>
      `There is no runbook "${name}".${meant(suggestion)} In the runbooks' folder, ${known(names)}.`,
    tooManyWords: (text: string) => `"${text}" is more than an environment and a runbook. /diagnose help shows what can be written.`,
    notMember: (environment: string, channel: string | undefined) =>
      channel === undefined
        ? `You may not ask about ${environment}: gumshoe.yml does not name you, and it has no channel of its own.`
        : `You may not ask about ${environment} here: only in ${channel}, or if gumshoe.yml names you. Ask there.`,
    guest: "Guests cannot ask Gumshoe. Ask a member of the channel to do it.",
    otherWorkspace: "Only members of this workspace can ask Gumshoe. Ask somebody of the team that runs the environment.",
    membershipUnknown: (environment: string) =>
      `It could not be checked whether you may ask about ${environment}, so nothing was done. Try again in a minute.`,
    alreadyRunning: (environment: string, link: string) => `${environment} is being looked at already: ${link}`,
    notInChannel: (channel: string, invite: string) =>
      `Gumshoe is not in ${channel} and cannot post there. Write ${invite} there, then ask again.`,
    archived: (channel: string) => `${channel} is archived; ask in another channel.`,
    restarting: "Gumshoe is restarting. Ask again in a minute.",
    direct: (environment: string, channel: string | undefined) =>
      `A diagnosis belongs where the team sees it. Ask about ${environment} in ${channel ?? "a channel that Gumshoe is in"}.`,
    askerUnknown: "Slack did not tell who you are, so nothing was done. Try again in a minute.",
    notWritten: "Gumshoe cannot write down anything at the moment, so nothing was done. It goes on by itself; try again in a minute.",
    notPosted: (code: string) => `Slack did not take the message (${code}), so nothing was started.`,
  },

  /** A private answer where Gumshoe itself broke: what was being done, what is not affected, what to do, and the id in the log. */
  error: (doing: string, id: string) =>
    `Something broke while ${doing}. Nothing was changed. Try again; if it stays, give the operator this id: ${id}`,
  doing: {
    answering: "answering you",
    openingDialog: "opening the dialog",
  },

  ago: (ms: number) => (ms < 5_000 ? "just now" : `${told(ms)} ago`),

  /** The message shortcut and its dialog; title, submit and close have 24 characters at most. */
  shortcut: {
    title: "Diagnose this",
    submit: "Diagnose",
    close: "Cancel",
    environment: "Environment",
    environmentHint: "Where the message says that something is wrong",
    runbook: "Runbook",
    choose: "Choose",
    loading: "One moment …",
    none: "There is no environment that you may ask about.",
  },
};

/** What is said in Slack, in one language. */
export type SlackWords = typeof slackEn;
