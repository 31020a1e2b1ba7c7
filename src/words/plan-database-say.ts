import type { Because } from "./because.ts";

/** The sentences of repairs in the database itself, and of what watches it. What a client says of itself comes cut and printable, statements without values. */
export type DatabaseSays = {
  // What it does
  endsSession: [pid: string, user: string, application: string, client: string, database: string];
  sessionIsIn: [state: string, forMs: number, statement: string];
  sessionsWait: [sessions: number];
  dropsLeftover: [index: string];
  makesIndex: [index: string, table: string, columns: readonly string[]];
  writesGoOn: [table: string];
  makesDashboard: [name: string, graphs: number];
  makesAlarms: [names: readonly string[]];
  replacesTheirs: [names: readonly string[]];
  alarmsArrive: [];
  // What is lost, or is otherwise than before
  transactionIsLost: [];
  mayComeAgain: [];
  readsWholeTable: [table: string, bytes: number];
  waitsForOlder: [oldestMs: number];
  slowsWrites: [table: string];
  alarmsMayFire: [];
  // How long it takes
  endTakes: [];
  indexTakes: [ms: number];
  puttingTakes: [];
  // What it costs
  indexNeedsRoom: [bytes: number, freeBytes: number | null];
  dashboardCosts: [dashboards: number, usdPerDashboard: number, alarms: number, usdPerAlarm: number];
  // How it is undone
  indexIsDropped: [statement: string];
  dashboardIsDeleted: [commands: readonly string[]];
  // What could not be checked
  othersBlockToo: [sessions: readonly string[]];
  roomUnchecked: [];
  rulesUnchecked: [];
  noChannel: [];
  // What came of it
  sessionIsGone: [pid: string];
  waitersWentOn: [moved: number, waited: number];
  someWaitStill: [sessions: number];
  nobodyWaits: [];
  indexStands: [index: string, table: string, bytes: number];
  dashboardStands: [name: string, url: string];
  alarmsStand: [names: readonly string[]];
  // Why not
  nothingBlocked: [];
  blocksNobody: [pid: string, blockers: readonly string[]];
  preparedBlocks: [];
  notAClient: [pid: string, kind: string];
  sessionIsOurs: [pid: string, application: string];
  mayNotEnd: [login: string, pid: string, user: string];
  noPlainNames: [];
  noSuchTable: [table: string, database: string];
  noPlainTable: [table: string, kind: string];
  databaseIsStandby: [];
  noSuchColumns: [table: string, columns: readonly string[]];
  mayNotIndex: [login: string, table: string];
  indexUnderWay: [table: string];
  indexIsThere: [index: string, columns: readonly string[]];
  indexNameIsTaken: [index: string];
  noRoom: [bytes: number, freeBytes: number];
  nothingToWatch: [];
  dashboardIsThere: [name: string];
  // How it ended otherwise
  indexFailed: [host: string, because: Because, index: string, left: boolean];
  indexCutOff: [host: string, index: string, left: boolean];
};
