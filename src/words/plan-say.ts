import type { Because } from "./because.ts";
import type { CopySays } from "./plan-copy-say.ts";
import type { DatabaseSays } from "./plan-database-say.ts";
import type { DiskSays } from "./plan-disk-say.ts";
import type { Unmade } from "./plan-todo.ts";
import type { Words } from "./en.ts";

type OfDatabases = DiskSays & CopySays & DatabaseSays;

/** Every sentence of a plan and of what becomes of it, with its arguments. The catalogue has it in every language. */
type PlanSays = OfDatabases & {
  // What it does
  takesSnapshot: [database: string, snapshot: string];
  restartsUnit: [unit: string, hosts: readonly string[]];
  rebootsDatabase: [database: string];
  switchesEndpoint: [from: string, to: string, hosts: readonly string[]];
  /** `before` and `after` have user and password taken out. */
  lineChanges: [where: string, before: string, after: string, hosts: readonly string[]];
  unitsBeginAgain: [units: readonly string[]];
  // What is lost, or stands still
  standardPlanStalls: [];
  haPlanDoesNotStall: [];
  rdsSnapshotPauses: [];
  rdsStandbyDoesNotPause: [];
  requestsBreakOff: [unit: string];
  sessionsEnd: [connections?: number];
  diskStaysSlow: [];
  databaseIsAway: [];
  switchDowntime: [units: readonly string[]];
  newWritesStay: [to: string];
  // How long it takes
  snapshotTakes: [gib: number];
  restartTakes: [];
  rebootTakes: [];
  switchTakes: [hosts: number, ms: number];
  // What it costs
  snapshotCosts: [gib: number, usdPerGibMonth: number];
  costsNothing: [];
  // How it is undone
  snapshotIsDeletedByHand: [snapshot: string];
  cannotBeUndone: [];
  switchIsUndone: [];
  oldStaysFenced: [from: string];
  // What could not be checked
  permissionsUnchecked: [because: Because];
  filesNameOld: [host: string, files: readonly string[]];
  hostNotes: [host: string, because: Because];
  // What came of it
  snapshotStands: [snapshot: string, gib: number];
  unitRuns: [unit: string, hosts: readonly string[]];
  databaseIsBack: [database: string, afterMs: number];
  noRestartTold: [what: string];
  endpointSwitched: [to: string, hosts: readonly string[]];
  switchFailed: [because: PlanSay, stands: PlanSay];
  /** What stands now, and what stood in the way of more. */
  standsSince: [stands: PlanSay, because: PlanSay];
  allBack: [from: string, hosts: readonly string[]];
  /** `rows` were inserted, changed or deleted; `more` is how many further tables there are. */
  wroteToNew: [stands: PlanSay, to: string, tables: readonly { table: string; rows: number }[], more: number];
  wroteToNewUnseen: [stands: PlanSay, to: string];
  allBackSomeDown: [from: string, hosts: readonly string[]];
  allBackStillFenced: [from: string];
  hostsAreLeft: [hosts: readonly string[], from: string];
  // Why not
  notAvailable: [database: string, status: string];
  notSeen: [what: string, because: Because];
  nameIsTaken: [name: string];
  permissionMissing: [calls: readonly string[]];
  notAllowedHere: [action: string];
  unitNotAllowed: [unit: string, allowed: readonly string[]];
  noDatabaseNamed: [];
  hostsNotReached: [hosts: readonly string[], because: Because];
  /** `kind` is what can be done about it, where AWS refused. */
  refusedBy: [because: Because, kind?: Unmade];
  answerLost: [because: Because];
  endedBadly: [what: string, status: string];
  snapshotEndedBadly: [snapshot: string, status: string, database: string];
  tookTooLong: [ms: number];
  halted: [by: string];
  notVerified: [what: string, because: Because];
  rootCausesDiffer: [was: readonly string[], is: readonly string[]];
  noVerdict: [];
  restartedSince: [];
  planWasChanged: [];
  clockWentBack: [];
  clockIsOff: [ms: number];
  severalDatabases: [choices: readonly string[]];
  hostsNotOverSsm: [];
  hostNotHere: [host: string, hosts: readonly string[]];
  unitNotThere: [unit: string, hosts: readonly string[]];
  unitDoesNotRun: [unit: string, host: string, state: string];
  unitRestartsInLoop: [unit: string, host: string];
  sameAddress: [address: string];
  lineIsOdd: [key: string, where: string, because: Because];
  lineNamesAnother: [key: string, where: string, from: string];
  linesDiffer: [key: string, path: string, hosts: readonly string[]];
  portIsNowhere: [host: string, port: string];
  consumerIsLeft: [consumer: string, host: string];
  clientIsUnknown: [addresses: readonly string[]];
  noCopyProof: [];
  copyDoesNotHold: [copy: string, because: Because];
  copyIsAnother: [copy: string];
  hostSays: [host: string, because: Because];
};

/** One sentence without words of any language. */
export type PlanSay = { [Name in keyof PlanSays]: { say: Name; args: PlanSays[Name] } }[keyof PlanSays];

/** The catalogue of one language: a sentence for each, its reasons already in words. */
export type PlanSayWords = SayWords<PlanSays>;

/** The same for a part of the sentences. */
export type SayWords<Says extends { [Name in keyof Says]: readonly unknown[] }> = {
  [Name in keyof Says]: (...args: Told<Says[Name]>) => string;
};

type Told<Args extends readonly unknown[]> = { [Nth in keyof Args]: Args[Nth] extends Because | PlanSay | undefined ? string : Args[Nth] };

/** A sentence of a plan. */
export function say<Name extends keyof PlanSays>(name: Name, ...args: PlanSays[Name]): PlanSay {
  return { say: name, args } as PlanSay;
}

/** The sentence in a language. */
export function tellPlan({ say: name, args }: PlanSay, words: Pick<Words, "because" | "planSays">): string {
  const told = (args as readonly unknown[]).map((arg) => (isSay(arg) ? tellPlan(arg, words) : isBecause(arg) ? words.because(arg) : arg));
  return (words.planSays[name] as (...args: readonly unknown[]) => string)(...told);
}

/** A sentence may stand inside another one. */
function isSay(arg: unknown): arg is PlanSay {
  return arg !== null && typeof arg === "object" && "say" in arg && "args" in arg;
}

function isBecause(arg: unknown): arg is Because {
  return arg !== null && typeof arg === "object" && !Array.isArray(arg) && ("reason" in arg || "said" in arg);
}
