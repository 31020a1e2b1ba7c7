import type { Because } from "./because.ts";
import type { Unmade } from "./plan-todo.ts";

/** The sentences of repairs that make a database anew, or give it another disk. */
export type DiskSays = {
  // What it does
  makesHaDatabase: [name: string, bundle: string, snapshot: string];
  movesToGp3: [database: string, was: string];
  restoresOnGp3: [name: string, kind: string, snapshot: string];
  keepsPassword: [name: string];
  makesRdsDatabase: [name: string, kind: string, gib: number, version: string];
  hasStandby: [];
  gp3Has: [gib: number];
  administratorIsAnother: [administrator: string, was: string];
  switchesNothing: [database: string];
  copiesNothing: [];
  // What is lost, or is otherwise than before
  haHasSameDisk: [];
  holdsDataUntil: [snapshot: string, takenAt: string];
  lightsailMakesPassword: [];
  passwordIsKept: [];
  onlyFromLightsail: [];
  slowWhileOptimizing: [];
  fewerBytes: [];
  noStorageChange: [];
  readsSlowlyAtFirst: [];
  losesNothing: [database: string];
  lessMemory: [kind: string, gib: number, wasGib: number];
  olderMinor: [version: string, was: string];
  // How long it takes
  haTakes: [];
  movingTakes: [];
  restoringTakes: [];
  creatingTakes: [standby: boolean];
  // What it costs
  haCosts: [bundle: string, usd: number, was: string, wasUsd: number];
  gp3Costs: [gib: number, usdPerGibMonth: number, was: string, standby: boolean];
  rdsCosts: [kind: string, usd: number | null, gib: number, usdPerGibMonth: number, standby: boolean];
  bothArePaid: [database: string];
  // How it is undone
  newIsDeletedByHand: [name: string];
  isProtected: [];
  storageStaysMoved: [];
  // What could not be checked
  routesUnchecked: [subnetGroup: string];
  parameterGroupUnchecked: [name: string];
  // What came of it
  haStands: [name: string, endpoint: string, bundle: string];
  onGp3: [database: string];
  optimizesStill: [database: string];
  rdsStands: [name: string, endpoint: string, kind: string];
  passwordIsIn: [secret: string];
  reachedFromHosts: [endpoint: string];
  // Why not
  noDatabaseAt: [service: string];
  noSnapshot: [database: string];
  alreadyHa: [database: string, bundle: string];
  noHaBundle: [bundle: string];
  bundleUnknown: [bundle: string];
  alreadyOnGp3: [database: string];
  optimizing: [database: string];
  changePending: [database: string, what: readonly string[]];
  notFaster: [database: string, was: string, iops: number, gp3Iops: number];
  unknownChoice: [of: string, value: string, choices: readonly string[]];
  notPostgres: [database: string, engine: string];
  versionNotThere: [version: string];
  notOrderable: [kind: string, versions: readonly string[]];
  notPeered: [];
  peeringUnclear: [peerings: readonly string[]];
  noDefaultVpc: [];
  subnetGroupMissing: [name: string];
  subnetGroupElsewhere: [name: string, vpc: string, defaultVpc: string];
  securityGroupMissing: [id: string];
  securityGroupElsewhere: [id: string, vpc: string, defaultVpc: string];
  securityGroupsShut: [ids: readonly string[], range: string];
  // How it ended otherwise
  nothingMade: [database: string, because: Because, kind: Unmade];
  nothingChanged: [database: string, because: Because, kind?: Unmade];
  passwordNotKept: [name: string, because: Because];
  newEndedBadly: [name: string, status: string, database: string];
  moveEndedBadly: [database: string, status: string];
  notAsAsked: [name: string, of: string, is: string, wanted: string, database: string];
  notReachedFromHosts: [endpoint: string, database: string];
};
