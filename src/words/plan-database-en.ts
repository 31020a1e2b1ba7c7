import { bytes as inBytes, duration, plain } from "./numbers.ts";
import type { DatabaseSays } from "./plan-database-say.ts";
import type { SayWords } from "./plan-say.ts";

const told = (ms: number): string => duration(ms, "en");
const size = (bytes: number): string => inBytes(bytes, "en");
const list = (names: readonly string[]): string => names.join(", ");
const sessions = (number: number): string => (number === 1 ? "1 session" : `${plain(number)} sessions`);
const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const leftover = (index: string, left: boolean): string =>
  left ? ` ${index} is left behind and cannot be used: planned again, it is dropped first` : " Nothing was left behind";

/** The sentences of repairs in the database itself, and of what watches it, in English. */
export const databaseSaysEn: SayWords<DatabaseSays> = {
  endsSession: (pid, user, application, client, database) =>
    `Ends session ${pid} of ${user}${application === "" ? "" : ` (${application})`} from ${client} in ${database}, and no other: its number, its begin and its transaction's begin must be these`,
  sessionIsIn: (state, forMs, statement) => `It is ${state || "in no known state"}, for ${told(forMs)}: ${statement || "no statement"}`,
  sessionsWait: (number) => `${sessions(number)} ${number === 1 ? "waits" : "wait"} for it, directly or behind one another`,
  dropsLeftover: (index) => `Drops ${index} first, which an earlier try has left unusable`,
  makesIndex: (index, table, columns) =>
    `Makes the index ${index} on ${table} (${list(columns)}) with CREATE INDEX CONCURRENTLY, and waits until it can be used`,
  writesGoOn: (table) => `Reads and writes of ${table} go on meanwhile`,
  makesDashboard: (name, graphs) => `Makes the CloudWatch dashboard ${name} with ${plain(graphs)} graphs of what told of this incident`,
  makesAlarms: (names) => `Makes these CloudWatch alarms: ${list(names)}`,
  replacesTheirs: (names) => `These are there already and differ, and are replaced, with what people have added to them: ${list(names)}`,
  alarmsArrive: () => "They belong to this environment by the database's or the host's name in their dimensions",
  transactionIsLost: () => "Its transaction is rolled back: what it has not committed is lost, and its client gets an error",
  mayComeAgain: () => "Whatever runs it may do the same again",
  readsWholeTable: (table, bytes) =>
    `It reads the whole of ${table} (${size(bytes)}) twice: a database that is slow already gets slower meanwhile`,
  waitsForOlder: (oldestMs) =>
    `It waits for every transaction that is older than itself; the oldest has been open for ${told(oldestMs)}. Table changes (ALTER TABLE, VACUUM) wait for it`,
  slowsWrites: (table) => `Every write to ${table} keeps one more index up to date from then on`,
  alarmsMayFire: () => "An alarm whose metric is beyond its threshold now fires within minutes, and joins this incident",
  endTakes: () => "Some seconds; a transaction that has written much takes longer to roll back",
  indexTakes: (ms) => `About ${told(ms)}, if the disk reads 20 MB a second (a guess); longer where it waits for others`,
  puttingTakes: () => "Some seconds",
  indexNeedsRoom: (bytes, free) =>
    `About ${size(bytes)} on the database's disk, and as much again while it is made${free === null ? "" : `; ${size(free)} are free`}`,
  dashboardCosts: (dashboards, perDashboard, alarms, perAlarm) =>
    `At most ${usd(dashboards * perDashboard + alarms * perAlarm)} a month: ${usd(perAlarm)} for each of ${plain(alarms)} alarms, ${usd(perDashboard)} for a dashboard beyond the account's three free ones (CloudWatch's public list prices)`,
  indexIsDropped: (statement) => `Undone at any time with: ${statement}`,
  dashboardIsDeleted: (commands) => `Undone by hand with: ${commands.join("; ")}`,
  othersBlockToo: (others) => `These block others too, with how many wait for each, and stay as they are: ${list(others)}`,
  roomUnchecked: () => "How much room the database's disk has: gumshoe.yml names no metrics of it",
  rulesUnchecked: () =>
    "Whether an EventBridge rule puts this region's alarms into Gumshoe's queue (docs/aws.md): without one they reach nobody",
  noChannel: () => "gumshoe.yml names no channel for this environment: Gumshoe takes none of its alarms",
  sessionIsGone: (pid) => `Session ${pid} is gone`,
  waitersWentOn: (moved, waited) => `Of ${sessions(waited)} that waited for it, ${plain(moved)} went on at once`,
  someWaitStill: (number) =>
    `${sessions(number)} ${number === 1 ? "waits" : "wait"} for a lock now: see whether another session blocks them`,
  nobodyWaits: () => "No session waits for a lock now",
  indexStands: (index, table, bytes) => `The index ${index} on ${table} can be used (${size(bytes)})`,
  dashboardStands: (name, url) => `The dashboard ${name} stands: ${url}`,
  alarmsStand: (names) => `These alarms stand: ${list(names)}`,
  nothingBlocked: () => "no session holds up another one now",
  blocksNobody: (pid, blockers) => `session ${pid} blocks nobody; these do, with how many wait for each: ${list(blockers)}`,
  preparedBlocks: () =>
    "a prepared transaction holds the others up, and no session: find it in pg_prepared_xacts, and commit it or roll it back by hand",
  notAClient: (pid, kind) => `session ${pid} is the database's own (${kind}), and is not ended`,
  sessionIsOurs: (pid, application) => `session ${pid} is Gumshoe's own work (${application}), and is not ended`,
  mayNotEnd: (login, pid, user) =>
    `${login} may not see or end session ${pid}, which is ${user}'s: let login in gumshoe.yml name one that is in pg_signal_backend and pg_monitor`,
  noPlainNames: () =>
    "name one table (orders, or shop.orders) and one to five of its columns with commas between: letters, digits and _ only",
  noSuchTable: (table, database) => `there is no table ${table} at ${database}`,
  noPlainTable: (table, kind) => `${table} is a ${kind}: an index on it is for a person to make`,
  databaseIsStandby: () => "this database is a standby, and takes no changes",
  noSuchColumns: (table, columns) => `${table} has no column ${list(columns)}`,
  mayNotIndex: (login, table) => `${login} does not own ${table}, or may not create in its schema: only who does can make an index`,
  indexUnderWay: (table) => `an index on ${table} is being made already`,
  indexIsThere: (index, columns) => `the index ${index} begins with ${list(columns)} already: another one would not help`,
  indexNameIsTaken: (index) =>
    `there is something else named ${index} already, and it was left alone: rename it or drop it by hand, then plan it again`,
  noRoom: (bytes, free) => `it needs about ${size(bytes)} while it is made, and the database's disk has ${size(free)} free`,
  nothingToWatch: () =>
    "none of this environment's metrics is in CloudWatch: name metrics.rds, or copy Lightsail's there (watch.bridge in gumshoe.yml)",
  dashboardIsThere: (name) => `the dashboard ${name} and its alarms stand already as they would be made`,
  indexFailed: (host, because, index, left) => `${host}: ${because}.${leftover(index, left)}`,
  indexCutOff: (host, index, left) => `what made the index on ${host} was cut off.${leftover(index, left)}`,
};
