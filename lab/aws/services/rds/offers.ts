import type {
  DBEngineVersion,
  DescribeDBEngineVersionsMessage,
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
} from "@aws-sdk/client-rds";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { pageOf } from "./instances.ts";
import { combination, SIZES, STRIPED } from "./making/storage.ts";

const VERSIONS = ["13.22", "14.18", "14.19", "15.13", "15.14", "16.9", "16.10", "17.5", "17.6", "18.1"];

/** Classes of an instance, each with whether it can be ordered with Multi-AZ: small ones, as people with a small database look at them. */
const CLASSES = ["micro", "small", "medium", "large"]
  .map((size) => `db.t4g.${size}`)
  .concat(["db.m7g.large", "db.m7g.xlarge", "db.r7g.large", "db.r7g.xlarge"]);

const versions = ({ world }: Account) => world.postgresVersions ?? VERSIONS;
const majorOf = (version: string) => version.split(".")[0]!;
const known = ["postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql"];

/** The parameter group family of a version: `postgres15`. */
export const familyOf = (version: string): string => `postgres${majorOf(version)}`;

/** The version that is meant: the newest of a major, or of all when none is named. */
export function versionOf(account: Account, asked: string | undefined): string {
  const found = versions(account).findLast((version) => asked === undefined || version === asked || majorOf(version) === asked);
  if (found === undefined) throw combination(`Cannot find version ${asked} for postgres`);
  return found;
}

/** A class that can be ordered, or RDS's refusal. */
export function classOf(asked: string): string {
  if (CLASSES.includes(asked)) return asked;
  throw new AwsError("InvalidParameterValue", `Invalid DB Instance class: ${asked}`);
}

/** DescribeDBEngineVersions, of PostgreSQL; a version may be a major one. */
export function describeEngineVersions(account: Account, input: DescribeDBEngineVersionsMessage) {
  const { Engine = "postgres", EngineVersion: asked, DBParameterGroupFamily, DefaultOnly = false, MaxRecords, Marker } = input;
  checkEngine(Engine);
  const all = versions(account);
  const newest = (version: string) => all.findLast((each) => majorOf(each) === majorOf(version));
  const found = all
    .filter(() => Engine === "postgres")
    .filter((version) => asked === undefined || version === asked || majorOf(version) === asked)
    .filter((version) => (DBParameterGroupFamily ?? familyOf(version)) === familyOf(version))
    .filter((version) => !DefaultOnly || version === newest(version));
  const { items, ...more } = pageOf(found, { MaxRecords, Marker });
  return { DBEngineVersions: items.map((version) => tellVersion(version, all)), ...more };
}

function tellVersion(version: string, all: readonly string[]): DBEngineVersion {
  const later = all.slice(all.indexOf(version) + 1);
  return {
    Engine: "postgres",
    EngineVersion: version,
    MajorEngineVersion: majorOf(version),
    DBParameterGroupFamily: familyOf(version),
    DBEngineDescription: "PostgreSQL",
    DBEngineVersionDescription: `PostgreSQL ${version}-R1`,
    Status: "available",
    SupportsReadReplica: true,
    ValidUpgradeTarget: later.map((target) => ({
      Engine: "postgres",
      EngineVersion: target,
      Description: `PostgreSQL ${target}-R1`,
      AutoUpgrade: false,
      IsMajorVersionUpgrade: majorOf(target) !== majorOf(version),
    })),
  };
}

/** DescribeOrderableDBInstanceOptions: a version on a class with a kind of storage, and that storage's limits. */
export function describeOrderable(account: Account, input: DescribeOrderableDBInstanceOptionsMessage) {
  const { Engine, EngineVersion, DBInstanceClass, LicenseModel = "postgresql-license", MaxRecords, Marker } = input;
  checkEngine(Engine ?? "");
  const found = versions(account)
    .filter((version) => Engine === "postgres" && LicenseModel === "postgresql-license" && (EngineVersion ?? version) === version)
    .flatMap((version) => CLASSES.filter((each) => (DBInstanceClass ?? each) === each).map((each) => [version, each] as const))
    .flatMap(([version, each]) => (["gp2", "gp3", "io1", "io2"] as const).map((type) => tellOption(account, version, each, type)));
  const { items, ...more } = pageOf(found, { MaxRecords, Marker, most: 1000 });
  return { OrderableDBInstanceOptions: items, ...more };
}

function tellOption({ region }: Account, version: string, each: string, type: keyof typeof SIZES): OrderableDBInstanceOption {
  const [MinStorageSize, MaxStorageSize] = SIZES[type];
  const provisioned = { MinIopsPerDbInstance: 1000, MaxIopsPerDbInstance: 256_000 };
  const striped = {
    MinIopsPerDbInstance: STRIPED.iops[0],
    MaxIopsPerDbInstance: STRIPED.iops[1],
    MinStorageThroughputPerDbInstance: STRIPED.throughput[0],
    MaxStorageThroughputPerDbInstance: STRIPED.throughput[1],
  };
  return {
    Engine: "postgres",
    EngineVersion: version,
    DBInstanceClass: each,
    LicenseModel: "postgresql-license",
    StorageType: type,
    AvailabilityZones: ["a", "b", "c"].map((zone) => ({ Name: `${region}${zone}` })),
    MultiAZCapable: true,
    Vpc: true,
    SupportsStorageEncryption: true,
    SupportsIops: type !== "gp2",
    SupportsStorageThroughput: type === "gp3",
    SupportsStorageAutoscaling: true,
    MinStorageSize,
    MaxStorageSize,
    ...(type === "gp3" ? striped : type === "gp2" ? {} : provisioned),
  };
}

function checkEngine(engine: string): void {
  if (!known.includes(engine)) throw new AwsError("InvalidParameterValue", `Unrecognized engine name: ${engine}`);
}
