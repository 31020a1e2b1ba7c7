import type { Because } from "./because.ts";
import type { PlanSay } from "./plan-say.ts";

/** The sentences of repairs that copy a database. */
export type CopySays = {
  // What it does
  rehearsesCopy: [name: string, bundle: string, snapshot: string, host: string, to: string];
  readsNoLive: [database: string];
  endsUnits: [units: readonly string[], hosts: readonly string[]];
  copiesForGood: [host: string, from: string, to: string];
  setsAside: [host: string, from: string, aside: string, to: string];
  // What is lost, or stands still
  freezesWrites: [units: readonly string[], ms: number | null];
  losesNothingInCopy: [];
  onlyAcknowledged: [];
  loadsTarget: [to: string];
  becomesOrdinary: [to: string, makesRoles: boolean];
  readsNoMore: [tables: number, table: string];
  // How long it takes
  rehearsalTakes: [gib: number];
  moveTakes: [copyMs: number | null, hosts: number, ms: number];
  // What it costs
  rehearsalCosts: [bundle: string, usd: number];
  // How it is undone
  moveIsUndone: [from: string];
  oldIsKept: [from: string];
  asideIsKept: [from: string, aside: string, copy: string, host: string];
  // What could not be checked
  notRehearsed: [];
  rehearsalLoginUnchecked: [name: string];
  // What came of it
  rehearsed: [ms: number, host: string, to: string];
  temporaryIsLeft: [name: string];
  movedTo: [from: string, to: string, ms: number];
  /** `rds` is the new one's name there, `monitor` the variable with the monitoring role's address; null where there is none. */
  watchesNew: [to: string, from: string, rds: string | null, monitor: string | null];
  // Why not
  noTargetMade: [];
  copyWouldStop: [host: string, because: Because];
  copyFailed: [host: string, because: Because];
  rehearsalFailed: [because: PlanSay, name: string];
};
