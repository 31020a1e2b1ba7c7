import { duration, plain } from "./numbers.ts";
import type { CopySays } from "./plan-copy-say.ts";
import type { SayWords } from "./plan-say.ts";

/** 10 MB/s: 909 MB took 76 to 93 s from check to finish on two busy cores (docs/copy.md). */
const MS_PER_GIB = 107_000;

const told = (ms: number): string => duration(ms, "en");
const linesOf = (to: string): string => `\`host: ${to.replace(/:\d+$/, "")}\` and \`port: ${to.replace(/^.*:/, "")}\``;
const list = (names: readonly string[]): string => names.join(", ");

/** The sentences of repairs that copy a database, in English. */
export const copySaysEn: SayWords<CopySays> = {
  rehearsesCopy: (name, bundle, snapshot, host, to) =>
    `Makes a temporary database, ${name}, from the snapshot ${snapshot} on ${bundle}; then ${host} copies it whole to ${to} into a scratch database, compares every row, and drops the scratch database`,
  readsNoLive: (database) => `No row is read from ${database}, which stays in use: only its definitions are looked at`,
  endsUnits: (units, hosts) => `Ends ${list(units)} on ${list(hosts)}, once every host is prepared`,
  copiesForGood: (host, from, to) =>
    `Then ${host} closes ${from} for the application, proves that nothing writes there any more, copies all of it to ${to}, and compares every row`,
  setsAside: (host, from, aside, to) =>
    `Then ${host} sets the database at ${from} aside under the name ${aside}, since the application administers it itself, and from an administrator no login can be taken: who asks for the old name is told that there is no such database. It proves that nothing writes there any more, copies all of it to ${to}, and compares every row`,
  freezesWrites: (units, ms) =>
    `Write freeze: from the first unit that ends until its host is switched, ${list(units)} do not answer, and writers get errors${ms === null ? "; for how long is not known, since no copy was rehearsed" : `, for about ${told(ms)}, and longer where the present disk reads more slowly than the rehearsal's`}`,
  losesNothingInCopy: () =>
    "Loss window: zero. The copy begins only when the old database is closed and proven to be at rest, and any difference between the two leads back",
  onlyAcknowledged: () =>
    "Only rows whose writing was acknowledged count: what is under way when the freeze begins gets an error, and is to be sent again",
  becomesOrdinary: (to, makesRoles) =>
    `At ${to} the application's role is an ordinary one, no administrator (rds_superuser)${makesRoles ? "; it makes no roles there" : ""}`,
  readsNoMore: (tables, table) =>
    `It can use ${plain(tables)} of the present tables as an administrator only, such as ${table}, and not there: where it needs them, grant them to its own role before`,
  loadsTarget: (to) => `${to} is at work meanwhile; nothing uses it yet`,
  rehearsalTakes: (gib) =>
    `Usually 10 to 20 minutes for the temporary database; then the copy, whose time is what the rehearsal is for. A disk of ${plain(gib)} GiB that is full takes about ${told(gib * MS_PER_GIB)} at 10 MB/s, as on a small host`,
  moveTakes: (copyMs, hosts, ms) =>
    `${copyMs === null ? "The copy takes a time that is not known" : `About ${told(copyMs)} for the copy, as it was rehearsed`}; then about ${told(ms)} for ${plain(hosts)} hosts, one after the other`,
  rehearsalCosts: (bundle, amount) => `$${amount.toFixed(2)} a month for ${bundle}, until somebody deletes the temporary database`,
  moveIsUndone: (from) =>
    `Whatever fails before all hosts are switched: the copy is ended, every host gets its old file back, ${from} is opened again exactly as it was, and the units begin again; afterwards by another plan`,
  oldIsKept: (from) => `${from} is kept, closed and whole, and never deleted by Gumshoe`,
  asideIsKept: (from, aside, copy, host) =>
    `The old database is kept whole at ${from}, under the name ${aside}, and never deleted by Gumshoe; \`unfence\` of the copy ${copy} on ${host} gives it back its name and all privileges (docs/copy.md)`,
  notRehearsed: () =>
    "No copy was rehearsed for this incident: neither how long it takes nor whether it comes to its end is known (rehearse-copy)",
  rehearsalLoginUnchecked: (name) => `Whether the host reaches ${name} and can log in there is known only when it is there`,
  rehearsed: (ms, host, to) =>
    `Rehearsed: ${host} copied everything to ${to} and found no difference, in ${told(ms)}; the scratch database is gone`,
  temporaryIsLeft: (name) => `The temporary database ${name} is left, and costs: delete it by hand when no other rehearsal is wanted`,
  movedTo: (from, to, ms) => `All of ${from} was copied to ${to} in ${told(ms)}, with every row compared`,
  watchesNew: (to, from, rds, monitor) =>
    `Gumshoe looks at ${to} by itself from now on; gumshoe.yml still names ${from}: when it suits, write ${linesOf(to)} under \`database\` there${rds === null ? ", and the new database's name under `metrics`: it is not known here, and until then no metrics of a database are read" : ` and \`rds: ${rds}\` under \`metrics\`, in place of the old database`}${monitor === null ? "" : `, and the same address in the URL of ${monitor}`}`,
  noTargetMade: () => "no plan of this incident has made a database to copy to: make one first (create-rds-gp3)",
  copyWouldStop: (host, because) => `a copy could not begin on ${host}: ${because}`,
  copyFailed: (host, because) => `the copy on ${host} did not come to its end: ${because}`,
  rehearsalFailed: (because, name) =>
    `${because}. Nothing was switched, and the present database is as it was. ${name} is left: delete it by hand when it is not needed any more`,
};
