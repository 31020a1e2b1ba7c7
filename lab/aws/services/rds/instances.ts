import type { DBInstance, DescribeDBInstancesMessage, Filter } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { page } from "../../page.ts";
import { stateOf, type Snapshot } from "./snapshots.ts";

type Named = DBInstance & { DBInstanceIdentifier: string };

/** DescribeDBInstances: one by name, or all that fit the filters, page by page. */
export function describeInstances(account: Account, snapshots: readonly Snapshot[], input: DescribeDBInstancesMessage) {
  const { DBInstanceIdentifier, Filters = [], MaxRecords, Marker } = input;
  const named = DBInstanceIdentifier === undefined ? account.world.rdsInstances : [findInstance(account, DBInstanceIdentifier)];
  const told = named.map((instance) => tellInstance(account, instance, snapshots));
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

/** An instance as AWS tells it: what the world leaves out is filled in, and a snapshot in the making shows in its status. */
export function tellInstance(account: Account, instance: Named, snapshots: readonly Snapshot[]): DBInstance {
  const name = instance.DBInstanceIdentifier;
  const backingUp = snapshots.some((snapshot) => snapshot.instance === name && stateOf(account, snapshot).status === "creating");
  return {
    DBInstanceArn: arnOf(account, "rds", `db:${name}`),
    DbiResourceId: `db-${name.toUpperCase().replaceAll("-", "")}`,
    DBInstanceClass: "db.t4g.micro",
    Engine: "postgres",
    EngineVersion: "15.14",
    MasterUsername: "postgres",
    DBName: "postgres",
    Endpoint: { Address: `${name}.c1.${account.region}.rds.amazonaws.com`, Port: 5432 },
    AllocatedStorage: 40,
    StorageType: "gp3",
    Iops: 3000,
    StorageThroughput: 125,
    MultiAZ: false,
    StorageEncrypted: true,
    PubliclyAccessible: false,
    DeletionProtection: true,
    AvailabilityZone: `${account.region}a`,
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
    ...instance,
    DBInstanceStatus: backingUp ? "backing-up" : (instance.DBInstanceStatus ?? "available"),
  };
}

/** Whether a resource has a value that every filter wants; a filter that RDS does not have here is refused. */
export function fits(filters: readonly Filter[], values: Readonly<Record<string, string | undefined>>): boolean {
  return filters.every(({ Name = "", Values = [] }) => {
    if (!(Name in values)) throw new AwsError("InvalidParameterValue", `Unrecognized filter name: ${Name}`);
    return Values.includes(values[Name] ?? "");
  });
}

/** A page of 20 to 100 records, with RDS's marker. */
export function pageOf<Item>(
  all: readonly Item[],
  { MaxRecords = 100, Marker }: { MaxRecords?: number | undefined; Marker?: string | undefined },
) {
  if (MaxRecords < 20 || MaxRecords > 100) {
    throw new AwsError("InvalidParameterValue", `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`);
  }
  const { items, next } = page(all, { token: Marker, size: MaxRecords, error: "InvalidParameterValue" });
  return next ? { items, Marker: next } : { items };
}
