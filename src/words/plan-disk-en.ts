import { plain } from "./numbers.ts";
import type { DiskSays } from "./plan-disk-say.ts";
import type { SayWords } from "./plan-say.ts";
import { badStatusOf, ended, todoAbout } from "./plan-todo.ts";
import { todoEn } from "./plan-todo-en.ts";

const list = (names: readonly string[]): string => names.join(", ");
const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const minute = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** The sentences of repairs that make a database anew, or give it another disk, in English. */
export const diskSaysEn: SayWords<DiskSays> = {
  makesHaDatabase: (name, bundle, snapshot) =>
    `Makes a second database, ${name}, from the snapshot ${snapshot} on the high-availability plan ${bundle}, and waits until it is available`,
  movesToGp3: (database, was) =>
    `Changes the storage of ${database} from ${was} to gp3 in place, at once, and waits until it can be used on it`,
  restoresOnGp3: (name, kind, snapshot) =>
    `Makes a second database, ${name}, from the snapshot ${snapshot} on gp3 (${kind}, the same network and parameters, not public), and waits until it is available`,
  keepsPassword: (name) => `Then has RDS give the master user of ${name} a new password and keep it in Secrets Manager`,
  makesRdsDatabase: (name, kind, gib, version) =>
    `Makes an empty database at RDS, ${name}: ${kind}, PostgreSQL ${version}, ${plain(gib)} GiB of gp3, encrypted, not public, protected from deletion, 7 days of backups`,
  hasStandby: () => "It has a standby in another zone, as the present one has",
  gp3Has: (gib) =>
    gib < 400
      ? "gp3 below 400 GiB has 3,000 IOPS and 125 MiB/s at all times, without burst credits; neither can be raised there"
      : "gp3 from 400 GiB on has 12,000 IOPS and 500 MiB/s at all times, without burst credits",
  administratorIsAnother: (administrator, was) =>
    `Its administrator is called ${administrator}, not ${was}: the application administers its present database by its own login, and becomes an ordinary role there`,
  switchesNothing: (database) => `Nothing is switched by this step: the application stays with ${database}, which stays as it is`,
  copiesNothing: () => "No data is copied by this step: that is the next one",
  haHasSameDisk: () =>
    "High availability has the same memory, CPU and disk: it does not lift an I/O ceiling. It makes the database survive the loss of a zone, and snapshots no longer stall it",
  holdsDataUntil: (snapshot, takenAt) =>
    `The new database has the data of ${snapshot}, taken ${minute(takenAt)}: what was written since then is not in it`,
  lightsailMakesPassword: () =>
    "Its master password is a new one that Lightsail makes: the application must get it on its host by itself, never through Gumshoe or Slack",
  passwordIsKept: () =>
    "Its master password is a new one in Secrets Manager, which RDS changes every 7 days: the application must get it on its host by itself, never through Gumshoe or Slack",
  onlyFromLightsail: () => "The new database can be reached from Lightsail instances of the same region only, and not from the internet",
  slowWhileOptimizing: () =>
    "Afterwards AWS optimizes the storage, for minutes to more than a day: the database can be used, and is slower meanwhile",
  fewerBytes: () =>
    "gp2 of this size moves up to 250 MiB/s, gp3 below 400 GiB 125: what reads or writes much in one go, such as backups, may be slower",
  noStorageChange: () => "For 6 hours, and until the optimization is over, its storage cannot be changed again",
  readsSlowlyAtFirst: () =>
    "A volume from a snapshot loads its blocks when they are first read: until everything was read once, the new database is slower than it will be",
  losesNothing: (database) => `Nothing can be lost by this step: ${database} stays in use`,
  lessMemory: (kind, gib, wasGib) => `${kind} has ${plain(gib)} GiB of memory, less than the ${plain(wasGib)} GiB of now`,
  olderMinor: (version, was) => `RDS has no minor version from ${was} on: ${version} is older, within the same major version`,
  haTakes: () => "Usually 10 to 20 minutes (an estimate; AWS says within minutes)",
  movingTakes: () => "Usually some minutes until it can be used on gp3; the optimization after that is not waited for",
  restoringTakes: () => "Usually 8 to 20 minutes, and one more for the password",
  creatingTakes: (standby) => (standby ? "15 to 20 minutes with a standby, as others have seen" : "5 to 17 minutes, as others have seen"),
  haCosts: (bundle, amount, was, wasAmount) =>
    `${usd(amount)} a month for ${bundle}, ${usd(amount - wasAmount)} more than ${was} (${usd(wasAmount)}); both until one of them is deleted`,
  gp3Costs: (gib, usdPerGibMonth, was, standby) =>
    `${usd(gib * usdPerGibMonth * (standby ? 2 : 1))} a month for ${plain(gib)} GiB (us-east-1, list prices of 2026: $${usdPerGibMonth} a GiB${standby ? ", twice for the standby" : ""}${was === "gp2" ? ", as gp2: no difference" : ""})`,
  rdsCosts: (kind, amount, gib, usdPerGibMonth, standby) => {
    const times = standby ? 2 : 1;
    const storage = gib * usdPerGibMonth * times;
    const from = `us-east-1, list prices of 2026${standby ? "; twice for the standby" : ""}`;
    return amount === null
      ? `${usd(storage)} a month for ${plain(gib)} GiB of gp3 (${from}), and the price of ${kind}, which is not known here`
      : `${usd(amount * times + storage)} a month: ${usd(amount * times)} for ${kind}, ${usd(storage)} for ${plain(gib)} GiB of gp3 (${from})`;
  },
  bothArePaid: (database) => `${database} goes on costing what it costs until somebody deletes it`,
  newIsDeletedByHand: (name) =>
    `There is nothing to undo: nothing uses ${name} yet. Gumshoe deletes nothing, so delete it by hand when it is not wanted`,
  isProtected: () => "It is protected from deletion: turn that off before you delete it",
  storageStaysMoved: () => "It cannot be undone at once: after 6 hours the storage can be changed back by hand",
  routesUnchecked: (group) =>
    `Whether the route tables of ${group}'s subnets lead back to Lightsail was not looked at: a connect from a host shows it`,
  parameterGroupUnchecked: (name) => `Whether the parameter group ${name} fits the version is known only when RDS makes the database`,
  haStands: (name, endpoint, bundle) => `${name} is available at ${endpoint} on ${bundle}, with a standby in another zone`,
  onGp3: (database) => `${database} is on gp3 and can be used`,
  optimizesStill: (database) => `AWS still optimizes the storage of ${database}: it is slower until its status is available`,
  rdsStands: (name, endpoint, kind) => `${name} is available at ${endpoint} (${kind}, gp3)`,
  passwordIsIn: (secret) => `Its master password is in Secrets Manager under the name ${secret}`,
  reachedFromHosts: (endpoint) => `The hosts reach ${endpoint}`,
  noDatabaseAt: (service) => `this is for a database at ${service}, and gumshoe.yml names none there`,
  noSnapshot: (database) =>
    `there is no available snapshot of ${database} that was taken for this incident: take one first (snapshot-database)`,
  alreadyHa: (database, bundle) => `${database} is on a high-availability plan already (${bundle})`,
  noHaBundle: (bundle) => `Lightsail offers no high-availability plan with the memory and disk of ${bundle}`,
  bundleUnknown: (bundle) => `Lightsail does not tell what ${bundle} has and costs`,
  alreadyOnGp3: (database) => `${database} is on gp3 already: its storage is not what to change`,
  optimizing: (database) =>
    `${database} is in storage-optimization after an earlier change: AWS takes no other change of its storage until that is over, 6 hours at least`,
  changePending: (database, what) => `a change of ${database} waits or is under way already (${list(what)}): let it end first`,
  notFaster: (database, was, iops, gp3Iops) =>
    `${database} has ${plain(iops)} IOPS on ${was}, and gp3 of its size has ${plain(gp3Iops)}: it would not be faster`,
  unknownChoice: (of, value, choices) => `${value} is no choice for ${of}: ${list(choices)}`,
  notPostgres: (database, engine) => `${database} is ${engine}, and only PostgreSQL is moved`,
  versionNotThere: (version) => `RDS offers no version of PostgreSQL with the same major as ${version}`,
  notOrderable: (kind, versions) => `RDS does not offer ${kind} on gp3 here with PostgreSQL ${list(versions)}: choose another class`,
  notPeered: () =>
    "Lightsail's network is not peered with the default VPC here, so no host would reach the new database: turn VPC peering on for the region (Lightsail, Account, Advanced; or aws lightsail peer-vpc)",
  peeringUnclear: (peerings) =>
    peerings.length === 0
      ? "Lightsail says that its network is peered, and the default VPC shows no active peering: look at the VPC's peering connections"
      : `the default VPC has several peerings with other accounts, and which one is Lightsail's cannot be told: ${list(peerings)}`,
  noDefaultVpc: () =>
    "the region has no default VPC, and Lightsail's network can be peered with no other: make one (aws ec2 create-default-vpc)",
  subnetGroupMissing: (name) => `there is no subnet group ${name} at RDS: make it in the default VPC, or name another one in gumshoe.yml`,
  subnetGroupElsewhere: (name, vpc, defaultVpc) =>
    `the subnet group ${name} is in ${vpc}, and Lightsail reaches only the default VPC ${defaultVpc}: name one there`,
  securityGroupMissing: (id) => `there is no security group ${id}: make it in the default VPC, or name another one in gumshoe.yml`,
  securityGroupElsewhere: (id, vpc, defaultVpc) =>
    `the security group ${id} is in ${vpc}, not in the default VPC ${defaultVpc}: name one there`,
  securityGroupsShut: (ids, range) =>
    `no rule of ${list(ids)} lets Lightsail in: add an inbound rule for TCP 5432 from ${range}, the range of the peering`,
  nothingMade: (database, because, kind) => `${ended(because)} Nothing was made, and ${database} is as it was. ${todoAbout(kind, todoEn)}`,
  nothingChanged: (database, because, kind = "other") => `${ended(because)} ${database} is as it was. ${todoAbout(kind, todoEn)}`,
  passwordNotKept: (name, because) =>
    `${ended(because)} ${name} stands, with the master password that its snapshot had: have RDS manage it by hand (aws rds modify-db-instance --manage-master-user-password)`,
  newEndedBadly: (name, status, database) =>
    `${name} ended as ${status}; ${database} stays in use as it was. ${todoEn.status[badStatusOf(status)]} Gumshoe deletes nothing: delete ${name} by hand, then plan it again`,
  moveEndedBadly: (database, status) => `${database} ended as ${status}. ${todoEn.status[badStatusOf(status)]} Its snapshots are there`,
  notAsAsked: (name, of, is, wanted, database) =>
    `${name} is available, and its ${of} is ${is}, not ${wanted}: do not use it. ${database} stays in use; delete ${name} by hand`,
  notReachedFromHosts: (endpoint, database) =>
    `the new database stands, and the hosts do not reach ${endpoint}: look at route tables and network ACLs. ${database} stays in use`,
};
