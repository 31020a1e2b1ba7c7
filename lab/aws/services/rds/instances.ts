import type { DBInstance, DescribeDBInstancesMessage, Filter } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { page } from "../../page.ts";
import { changesOf, deedsOf, statusOf, type Named, type RdsBook } from "./deeds.ts";

/** DescribeDBInstances: one by name, or all that fit the filters, page by page. */
export function describeInstances(book: RdsBook, input: DescribeDBInstancesMessage) {
  const { DBInstanceIdentifier, Filters = [], MaxRecords, Marker } = input;
  const { account } = book;
  const named = DBInstanceIdentifier === undefined ? account.world.rdsInstances : [findInstance(account, DBInstanceIdentifier)];
  const told = named.map((instance) => tellInstance(book, instance));
  const found = told.filter((instance) =>
    fits(Filters, { "db-instance-id": instance.DBInstanceIdentifier, engine: instance.Engine, "dbi-resource-id": instance.DbiResourceId }),
  );
  const { items, ...more } = pageOf(found, { MaxRecords, Marker });
  return { DBInstances: items, ...more };
}

/** The instance of this name (names are not case-sensitive), or RDS's own refusal. */
export function findInstance({ world }: Account, name: string): Named {
  const found = world.rdsInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name.toLowerCase());
  if (!found) throw new AwsError("DBInstanceNotFoundFault", `DBInstance ${name} not found.`);
  return found;
}

/** An instance as AWS tells it: what the world leaves out is filled in, and what is being done to it shows. */
export function tellInstance(book: RdsBook, instance: Named): DBInstance {
  const { account } = book;
  const name = instance.DBInstanceIdentifier;
  const { now, pending } = changesOf(book, name);
  const DBInstanceStatus = statusOf(book, instance);
  const told: DBInstance = {
    DBInstanceArn: arnOf(account, "rds", `db:${name}`),
    DbiResourceId: `db-${name.toUpperCase().replaceAll("-", "")}`,
    ...usual(account),
    Endpoint: { Address: addressOf(account, name), Port: 5432 },
    ...instance,
    ...now,
    PendingModifiedValues: pending,
    DBInstanceStatus,
  };
  if (told.MasterUserSecret && ["creating", "resetting-master-credentials"].includes(DBInstanceStatus)) {
    told.MasterUserSecret = { ...told.MasterUserSecret, SecretStatus: "creating" };
  }
  return reachable(book, name) ? told : { ...told, Endpoint: undefined };
}

const usual = ({ region }: Account) => ({
  DBInstanceClass: "db.t4g.micro",
  Engine: "postgres",
  EngineVersion: "15.14",
  MasterUsername: "postgres",
  DBName: "postgres",
  AllocatedStorage: 40,
  StorageType: "gp3",
  Iops: 3000,
  StorageThroughput: 125,
  MultiAZ: false,
  StorageEncrypted: true,
  PubliclyAccessible: false,
  DeletionProtection: true,
  AvailabilityZone: `${region}a`,
  InstanceCreateTime: new Date("2024-03-01T00:00:00Z"),
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: "19:30-20:00",
  PreferredMaintenanceWindow: "sun:18:00-sun:18:30",
  LicenseModel: "postgresql-license",
  DBSecurityGroups: [],
  VpcSecurityGroups: [],
  DBParameterGroups: [],
  ReadReplicaDBInstanceIdentifiers: [],
  TagList: [],
});

/** The address that AWS gives an instance. */
export const addressOf = ({ region }: Account, name: string): string => `${name}.c1.${region}.rds.amazonaws.com`;

/** A new instance has no endpoint before it is there. */
function reachable(book: RdsBook, name: string): boolean {
  const made = deedsOf(book, name).find(({ does }) => does === "create" || does === "restore");
  return !made || (made.backing.state === "there" && !made.endsBadly && made.phases[0]!.until <= book.account.clock.now());
}

/** Whether a resource has a value that every filter wants; a filter that RDS does not have here is refused. */
export function fits(filters: readonly Filter[], values: Readonly<Record<string, string | undefined>>): boolean {
  return filters.every(({ Name = "", Values = [] }) => {
    if (!(Name in values)) throw new AwsError("InvalidParameterValue", `Unrecognized filter name: ${Name}`);
    return Values.includes(values[Name] ?? "");
  });
}

/** A page of 20 to 100 records (`most` where RDS gives more), with RDS's marker. */
export function pageOf<Item>(
  all: readonly Item[],
  { MaxRecords = 100, Marker, most = 100 }: { MaxRecords?: number | undefined; Marker?: string | undefined; most?: number },
) {
  if (MaxRecords < 20 || MaxRecords > most) {
    throw new AwsError("InvalidParameterValue", `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and ${most}`);
  }
  const { items, next } = page(all, { token: Marker, size: MaxRecords, error: "InvalidParameterValue" });
  return next ? { items, Marker: next } : { items };
}
