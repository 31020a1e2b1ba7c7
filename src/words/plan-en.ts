import { duration, plain } from "./numbers.ts";
import { copySaysEn } from "./plan-copy-en.ts";
import { databaseSaysEn } from "./plan-database-en.ts";
import { diskSaysEn } from "./plan-disk-en.ts";
import type { PlanSayWords } from "./plan-say.ts";
import { badStatusOf, ended, todoAbout } from "./plan-todo.ts";
import { todoEn } from "./plan-todo-en.ts";

const told = (ms: number): string => duration(ms, "en");
const list = (names: readonly string[]): string => names.join(", ");
const usd = (amount: number): string => `$${amount.toFixed(2)}`;

/** The sentences of plans, in English. */
export const planSaysEn: PlanSayWords = {
  ...databaseSaysEn,
  ...diskSaysEn,
  ...copySaysEn,
  takesSnapshot: (database, snapshot) => `Takes a snapshot of ${database}, named ${snapshot}, and waits until it is available`,
  restartsUnit: (unit, hosts) => `Restarts ${unit} on ${list(hosts)}, one host after the other, and looks that it runs`,
  rebootsDatabase: (database) => `Reboots ${database}, and waits until it takes connections again`,
  standardPlanStalls: () =>
    "On a standard plan the database is unavailable from a few seconds to a few minutes while the snapshot begins: requests fail or hang meanwhile",
  haPlanDoesNotStall: () => "On a high-availability plan the snapshot is taken from the standby: the database goes on",
  rdsSnapshotPauses: () => "With a single instance, reads and writes may pause for some seconds while the snapshot begins",
  rdsStandbyDoesNotPause: () => "The snapshot is taken from the standby: the database goes on",
  requestsBreakOff: (unit) => `Requests that ${unit} is working on when it stops may break off; new ones fail until it runs again`,
  sessionsEnd: (connections) =>
    connections === undefined
      ? "Every open connection ends, and what was not committed is rolled back"
      : `${plain(connections)} open connections end, and what was not committed is rolled back`,
  diskStaysSlow: () => "It does not make the disk faster",
  databaseIsAway: () => "Until the database is back, everything that needs it fails or waits",
  snapshotTakes: (gib) => `For ${plain(gib)} GiB usually some minutes; the first one of a database takes longest`,
  restartTakes: () => "Usually some seconds a host",
  rebootTakes: () => "Usually one to three minutes",
  snapshotCosts: (gib, usdPerGibMonth) =>
    `At most ${usd(gib * usdPerGibMonth)} a month (${plain(gib)} GiB at $${usdPerGibMonth} a GiB) until somebody deletes it`,
  costsNothing: () => "Nothing",
  snapshotIsDeletedByHand: (snapshot) =>
    `Nothing else changes; Gumshoe deletes nothing, so delete ${snapshot} by hand when it is not needed any more`,
  cannotBeUndone: () => "It cannot be undone; what it ends stays ended",
  permissionsUnchecked: (because) => `Whether the role may make these calls could not be checked: ${because}`,
  snapshotStands: (snapshot, gib) => `The snapshot ${snapshot} is available (${plain(gib)} GiB)`,
  unitRuns: (unit, hosts) => `${unit} runs again on ${list(hosts)}`,
  databaseIsBack: (database, afterMs) => `${database} takes connections again, ${told(afterMs)} after the reboot began`,
  noRestartTold: (what) => `nothing tells that ${what} was restarted since then`,
  notAvailable: (database, status) => `${database} is ${status}, not available: wait until that is over`,
  notSeen: (what, because) => `${what} could not be looked at: ${because}`,
  nameIsTaken: (name) =>
    `there is something else named ${name} already, which is not this plan's; it was left alone. Look who made it, and plan it again: another plan has another name`,
  permissionMissing: (calls) => `the role lacks permission for ${list(calls)}`,
  notAllowedHere: (action) => `gumshoe.yml does not allow ${action} here (actions.allow)`,
  unitNotAllowed: (unit, allowed) => `${unit} is not among the units that gumshoe.yml allows to restart: ${list(allowed)}`,
  noDatabaseNamed: () => "gumshoe.yml names no database at AWS (metrics.lightsailDatabase or metrics.rds)",
  hostsNotReached: (hosts, because) => `${list(hosts)} could not be reached: ${because}`,
  refusedBy: (because, kind) => (kind === undefined ? because : `${ended(because)} This step changed nothing. ${todoAbout(kind, todoEn)}`),
  answerLost: (because) => `it was sent, and what became of it is not known: ${because}`,
  endedBadly: (what, status) => `${what} ended as ${status}. ${todoEn.status[badStatusOf(status)]}`,
  snapshotEndedBadly: (snapshot, status, database) =>
    `The snapshot ${snapshot} ended as ${status}, and cannot be used; ${database} is as it was. ${todoEn.status.other} Delete the snapshot by hand, then plan it again`,
  tookTooLong: (ms) => `it was not over after ${told(ms)}`,
  halted: (by) => `${by} stopped all changes here; /diagnose resume lets them go on`,
  notVerified: (what, because) => `${what} was done, and could not be looked at afterwards: ${because}`,
  rootCausesDiffer: (was, is) =>
    `the plan was made for ${list(was) || "no known cause"}, and the last look says ${list(is) || "no known cause"}`,
  noVerdict: () => "nobody has looked yet: run /diagnose first",
  restartedSince: () => "it was restarted by somebody else since the plan was made",
  severalDatabases: (choices) => `gumshoe.yml names more than one database: say which one (${list(choices)})`,
  hostsNotOverSsm: () => "only hosts that SSM reaches can be changed, and gumshoe.yml names none here",
  hostNotHere: (host, hosts) => `there is no host ${host} here, only ${list(hosts)}`,
  unitNotThere: (unit, hosts) => `there is no unit ${unit} on ${list(hosts)}`,
  unitDoesNotRun: (unit, host, state) => `${unit} on ${host} does not run: systemd calls it ${state}`,
  unitRestartsInLoop: (unit, host) => `${unit} on ${host} does not stay up: systemd has restarted it again`,
  planWasChanged: () => "what is written down of the plan is not what its digest says: somebody changed it",
  clockWentBack: () =>
    "the clock of the machine that Gumshoe runs on went back, so nobody can tell when the plan's time is over: set the clock (NTP), and plan it again",
  clockIsOff: (ms) =>
    `the clock of the machine that Gumshoe runs on is ${told(Math.abs(ms))} ${ms < 0 ? "ahead of" : "behind"} AWS's, so what it sees cannot be put in order: set the clock (NTP), and plan it again`,
  switchesEndpoint: (from, to, hosts) =>
    `Leads the application from ${from} to ${to} on ${list(hosts)}: every host is prepared before the first is changed`,
  lineChanges: (where, before, after, hosts) => `On ${list(hosts)}, ${where}: ${before} becomes ${after}`,
  unitsBeginAgain: (units) =>
    `Restarts on each host, in this order: ${list(units)}; then asks for the health page and connects to the new database`,
  switchDowntime: (units) => `Until its host is switched, ${list(units)} cannot write: the old database is closed for the application`,
  newWritesStay: (to) => `If it goes back, what hosts that were already switched wrote to ${to} stays there, and is not brought back`,
  switchTakes: (hosts, ms) => `About ${told(ms)} for ${plain(hosts)} hosts, one after the other`,
  switchIsUndone: () =>
    "Whatever fails, every host gets its old file back, and the old database is opened again; afterwards by another plan",
  oldStaysFenced: (from) => `${from} stays closed for the application, so that nothing writes to both`,
  filesNameOld: (host, files) => `On ${host} these files name the old address too, and nothing is known to use them: ${list(files)}`,
  hostNotes: (host, because) => `${host}: ${because}`,
  endpointSwitched: (to, hosts) => `The application uses ${to} on ${list(hosts)}, answers, and reaches it`,
  switchFailed: (because, stands) => `${because}. ${stands}`,
  standsSince: (stands, because) => `${stands} (${because})`,
  allBack: (from, hosts) => `All went back: ${list(hosts)} use ${from} again, and it is open`,
  wroteToNew: (stands, to, tables, more) =>
    `${stands}. What was written to ${to} meanwhile is only there, and was not brought back (rows inserted, changed or deleted, as its statistics count them): ${list(tables.map(({ table, rows }) => `${table} ${plain(rows)}`))}${more > 0 ? ` and ${plain(more)} more tables` : ""}`,
  wroteToNewUnseen: (stands, to) =>
    `${stands}. What was written to ${to} meanwhile is only there, and was not brought back; how much that is could not be seen`,
  allBackSomeDown: (from, hosts) => `All went back to ${from}, and it is open; the application does not work on ${list(hosts)}`,
  allBackStillFenced: (from) =>
    `All hosts have ${from} again, but it could not be opened: the application does not get into its database (docs/copy.md, \`unfence\`)`,
  hostsAreLeft: (hosts, from) =>
    `Whether ${list(hosts)} went back is not known, so ${from} stays closed for the application: nothing can write there. Any other host went back`,
  sameAddress: (address) => `${address} is the address already`,
  lineIsOdd: (key, where, because) => `${key} in ${where} cannot be changed safely: ${because}`,
  lineNamesAnother: (key, where, from) => `${key} in ${where} does not name ${from}`,
  linesDiffer: (key, path, hosts) => `${key} in ${path} is not the same on all hosts; this form is only on ${list(hosts)}`,
  portIsNowhere: (host, port) => `no key on ${host} says the port, and the new one is ${port}`,
  consumerIsLeft: (consumer, host) => `${consumer} on ${host} uses the old address, and is not among the units that are switched`,
  clientIsUnknown: (addresses) => `the old database has clients that are on none of the hosts: ${list(addresses)}`,
  noCopyProof: () => "nothing proves that the new database is a copy of the old one, which is closed for writing (copy in gumshoe.yml)",
  copyDoesNotHold: (copy, because) => `the copy ${copy} does not hold: ${because}`,
  copyIsAnother: (copy) => `the copy ${copy} is not the one that the plan was made for`,
  hostSays: (host, because) => `${host}: ${because}`,
};

/** What `gumshoe plan` says beside the plan's own sentences, in English. */
export const planVerbEn = {
  refused: (action: string, because: string) => `no plan for ${action}: ${because}`,
  noIncident: (text: string) => `--incident ${text}: write an incident's number`,
  notSet: (pair: string) => `--set ${pair}: write name=value, such as unit=gunicorn`,
  onlyLooked: "It only looked: nothing was changed, and nobody was asked.",
  touches: "What it touches, as it is now",
  approval: "Who approves",
  needs: (approvals: number, approvers: readonly string[], solo: boolean) =>
    `${approvals} of ${approvers.join(", ")}${solo ? "; or whoever has it planned, alone (solo mode)" : ", but not whoever has it planned"}`,
};
