import { duration, percent, plain } from "./numbers.ts";

const told = (ms: number): string => duration(ms, "en");
const list = (names: readonly string[]): string => names.join("; ");
const changes = (number: number): string => (number === 1 ? "1 change" : `${plain(number)} changes`);

/**
 * What is said of plans in Slack, in English; plain text, as in slack-en.ts. `{by}`, `{at}`, `{until}`, `{who}`, `{code}`, `{link}`, `{was}` and `{is}` keep
 * the place of a name in bold, a time in the reader's own zone, mentions, what is to be typed, a link, and values.
 */
export const plansEn = {
  /** Below a verdict: what can be planned, and what cannot. A button has 75 characters at most. */
  offer: {
    button: (title: string) => `Plan this: ${title}`,
    label: (title: string, environment: string) => `Plan this in ${environment}: ${title}`,
    how: "A plan shows exactly what would be done. Nothing is done before people approve it.",
    /** Repairs that follow each other; a word says of each whether it was done, comes next or later. */
    chain: (steps: number) => `The way to a faster disk, in ${plain(steps)} steps`,
    step: { done: "done", next: "next", later: "later" },
    stops: "Each step is planned and approved by itself. It can end after any of them: everything works as it stands then.",
    next: (nth: number, of: number) => `Next: step ${plain(nth)} of ${plain(of)}, {step}. Everything works if it ends here.`,
    notAllowed: (title: string) => `${title}: gumshoe.yml does not allow it here (actions.allow). Do it by hand.`,
    byHand: (title: string) => `${title}: Gumshoe has no repair for this. Do it by hand.`,
    noRepairs: "gumshoe.yml allows no repairs here (actions), so this is done by hand:",
  },

  title: (action: string, environment: string) => `Plan: ${action} (${environment})`,
  asked: (incident: number) => `Asked for by {by} at {at}, in incident ${plain(incident)}`,
  causes: (titles: readonly string[]) =>
    titles.length === 0 ? "The last look named no root cause." : `For the root cause: ${list(titles)}`,
  sections: {
    does: "What it does",
    calls: "Exactly these calls",
    risks: "What is lost, or stands still",
    takes: "How long it takes",
    costs: "What it costs",
    undo: "How it is undone",
    unchecked: "What could not be checked",
    stands: "What stands now",
    differs: "What differs",
  },
  onHosts: (hosts: readonly string[]) => `on ${hosts.join(", ")}`,
  moreParts: (number: number) => `… and ${plain(number)} more, under the same digest`,
  needs: (approvals: number) =>
    approvals === 1 ? "It takes the yes of one of {who}." : `It takes the yes of ${plain(approvals)} of {who}.`,
  notRequester: "Not of {by}, who asked for it.",
  solo: "SOLO MODE: whoever asked for this may approve it alone. Nobody else has to look at it.",
  typed: (environment: string) => `Whoever approves types the environment's name: ${environment}.`,
  until: "Can be approved until {until}",
  digest: (digest: string) => `Digest ${digest}`,
  halted: (environment: string) => `All changes in ${environment} are stopped by {by} since {at}. To let them go on: {code}`,

  /** How a plan stands: the line below the title. */
  state: {
    proposed: (approved: number, of: number) => `Waits for approval: ${plain(approved)} of ${plain(of)}. Nothing is changed yet.`,
    approvedBy: "Approved by {by} at {at}",
    approved: "Checking once more that everything is as the plan says; then it begins.",
    running: "Under way since {at}.",
    step: (step: string) => `Step: ${step}`,
    begun: "begun",
    waiting: "waiting",
    done: "done",
    elapsed: (ms: number, expectedMs: number | undefined) =>
      expectedMs === undefined ? `for ${told(ms)}` : `for ${told(ms)} of about ${told(expectedMs)}`,
    percent: (share: number) => percent(share, "en"),
    asking: "It stopped with a question: did this step take place?",
    askingNext: (environment: string) =>
      `Look at it yourself, then say so here. Until then nothing else changes anything in ${environment}.`,
    doneAt: "Done at {at}.",
    void: "Not done: by the time it was its turn, the approval did not hold any more. Nothing was changed. Have it planned anew.",
    failed: (step: string) => `Failed at the step ${step}. What was done before that stands, unless it says otherwise here.`,
    late: (step: string) => `Given up at the step ${step}: it took longer than it may. It may still come to its end; look at it yourself.`,
    haltedAt: (step: string) => `Stopped at the step ${step}. What was done before that stands, unless it says otherwise here.`,
    broke: (id: string) =>
      `It broke off by an error of Gumshoe's own (id ${id}). Look yourself at what was done; give the operator the id.`,
    withdrawn: "Taken back by {by}. Nothing was changed.",
    expired: "Not approved in time. Nothing was changed. Have it planned anew where it is still wanted.",
    lapsed: "Approved, and its turn did not come in time. Nothing was changed. Have it planned anew where it is still wanted.",
  },
  /** One thing that is not as it was: what it is, then what of it. */
  difference: (kind: string, name: string, of: string) => `${kind} ${name}, ${of}: was {was}, is {is}`,
  existence: { there: "there", gone: "gone", unknown: "not in the plan" },
  callsDiffer: "the calls: were {was}, are {is}",
  nothing: "nothing",

  /** Buttons; a label says what it acts on, in 75 characters. */
  buttons: {
    approve: "Approve",
    approveLabel: (action: string, environment: string) => `Approve in ${environment}: ${action}`,
    withdraw: "Take back",
    withdrawLabel: (action: string, environment: string) => `Take back the plan for ${environment}: ${action}`,
    landed: "It took place",
    landedLabel: (step: string, environment: string) => `It took place in ${environment}: ${step}`,
    notLanded: "It did not",
    notLandedLabel: (step: string, environment: string) => `It did not take place in ${environment}: ${step}`,
  },
  /** The dialog before an approval counts: 100 characters for the title, 300 for the text, 30 for a button. */
  confirm: {
    title: (environment: string) => `Change ${environment}?`,
    text: (action: string, environment: string, lost: string) => `${action}, in ${environment}. ${lost}`,
    nothingLost: "No loss is known.",
    yes: "Approve",
    no: "Not now",
    answerTitle: "Are you sure?",
    landed: (step: string) => `You looked, and the step ${step} took place. The plan goes on after it.`,
    notLanded: (step: string) => `You looked, and the step ${step} did not take place. The plan makes it again.`,
    answer: "I looked",
  },

  /** Dialogs; title, submit and close have 24 characters at most. */
  dialog: {
    title: "Plan a repair",
    loading: "One moment …",
    plan: "Plan it",
    close: "Cancel",
    unit: "Service",
    unitHint: "gumshoe.yml allows to restart these",
    choose: "Choose",
    table: "Table",
    tableHint: "Such as orders, or shop.orders",
    columns: "Columns",
    columnsHint: "What the slow statement looks by, in that order, with commas between: customer_id, created_at",
    typeTitle: "Approve",
    approve: "Approve",
    type: (environment: string) => `To approve, type ${environment}`,
    typeHint: "The name of the environment that is changed",
  },

  /** Private answers to somebody who has something planned. */
  making: {
    planning: (action: string, environment: string) =>
      `Planning: ${action}, in ${environment}. It only looks; the plan will stand in the thread.`,
    refused: (action: string, because: string) => `No plan for "${action}": ${because}`,
    stands: "There is such a plan already; look in the thread: {link}",
    notPosted: (code: string) => `The plan is written down, and Slack did not take its message (${code}).`,
    noIncident: (incident: number) => `There is no incident ${plain(incident)} any more.`,
    noUnit: "gumshoe.yml names no such service any more. Press the button again.",
    notHere: "This copy of Gumshoe makes no repairs.",
  },

  /** Why a click does not count, privately. */
  refusals: {
    unknown: "There is no such plan any more.",
    decided: "This was decided already.",
    notTheMoment: "This plan cannot be approved any more, so your click did not count.",
    expired: "It could be approved until {until}. Have it planned anew.",
    "clock-back":
      "The clock of the machine that Gumshoe runs on went back, so nobody can tell whether this plan's time is over. Your click did not count. Have the clock set (NTP), and the plan made anew.",
    "other-plan": "This button belongs to an earlier form of the plan, so your click did not count. Read the plan as it is now.",
    "same-person": "You asked for this plan, so somebody else must approve it.",
    "approvers-unknown": "Slack did not tell who may approve, so your click did not count. Try again in a minute.",
    "not-approver": "You are not among those who may do this: {who}.",
    twice: (missing: number) => `You approved this already. It takes ${plain(missing)} more.`,
    "not-typed": (environment: string) => `What you typed is not ${environment}, so your click did not count.`,
    halted: (environment: string) => `All changes in ${environment} are stopped by {by}. To let them go on: {code}`,
    "too-many-today": (environment: string, perDay: number) =>
      `In ${environment} ${changes(perDay)} may be begun in 24 hours (actions.perDay in gumshoe.yml), and were. Your click did not count.`,
    notRequester: "Only {by}, who asked for the plan, can take it back. Whoever may ask here can stop all changes: {code}",
    noDialog: "Slack did not open the dialog, so nothing was approved or planned. Press again in a moment.",
    notAsking: "Nothing is asked here any more.",
  },

  /** `/diagnose stop` and `resume`. */
  halt: {
    stopped: (environment: string) =>
      `{by} stopped all changes in ${environment}. No step begins any more, also of plans that are under way. To let them go on: {code}`,
    stoppedAnswer: (environment: string) => `All changes in ${environment} are stopped.`,
    stoppedBefore: (environment: string) => `All changes in ${environment} are stopped already, by {by} since {at}.`,
    resumed: (environment: string) => `{by} lets changes in ${environment} go on.`,
    resumedAnswer: (environment: string) => `Changes in ${environment} may go on.`,
    notStopped: (environment: string) => `Changes in ${environment} are not stopped.`,
    which: (names: readonly string[]) => `Name the environment: ${names.join(", ")}`,
    nobodyMay: (environment: string) => `gumshoe.yml names nobody who may do this in ${environment} (actions.approvers).`,
    list: "All changes are stopped",
    line: (environment: string) => `${environment}, by {by} since {at}`,
  },

  /** What App Home lists. */
  waiting: {
    title: "Plans that wait for approval",
    line: (action: string, environment: string) => `${action}, in ${environment}: asked for by {by}, until {until}`,
  },

  help: {
    stop: (environment: string) => `let nothing be changed in ${environment} any more; plans that are under way begin no further step`,
    resume: (environment: string) => `let changes in ${environment} go on; only who may approve them can`,
  },
  /** Where Gumshoe itself broke: what it means for a click is on the plan. */
  error: (id: string) =>
    `Something broke while taking your click. Whether it counted shows on the plan in a moment; if it does not, press again. Id for the operator: ${id}`,
};

/** What is said of plans in Slack, in one language. */
export type PlansWords = typeof plansEn;
