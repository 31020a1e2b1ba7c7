import type { CreateDBSnapshotMessage, DBSnapshot, DescribeDBSnapshotsMessage, Tag } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import { findInstance, fits, pageOf, tellInstance } from "./instances.ts";

/** A manual snapshot. How far it is follows from when it was begun. */
export type Snapshot = { name: string; instance: string; begunAt: Date; tags: Tag[] };

/** A small database's snapshot takes minutes. */
const TAKES_MS = 3 * 60_000;

/** What is begun now ends by itself: no timer runs, the state is worked out from the clock whenever somebody looks. */
export function stateOf(
  { clock, world }: Account,
  { begunAt }: Snapshot,
): { status: "creating" | "available"; percent: number; endsAt: Date } {
  const takesMs = world.delaysMs?.rdsSnapshot ?? TAKES_MS;
  const passedMs = clock.now().getTime() - begunAt.getTime();
  const percent = passedMs >= takesMs ? 100 : Math.floor((passedMs / takesMs) * 100);
  return { status: percent === 100 ? "available" : "creating", percent, endsAt: new Date(begunAt.getTime() + takesMs) };
}

/** CreateDBSnapshot: the instance must be there and available, and the name must be new. */
export function createSnapshot(
  account: Account,
  snapshots: Snapshot[],
  { DBSnapshotIdentifier, DBInstanceIdentifier, Tags = [] }: Filled<CreateDBSnapshotMessage>,
): Snapshot {
  const name = DBSnapshotIdentifier.toLowerCase();
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,254}$/.test(name) || name.endsWith("-")) {
    throw new AwsError("InvalidParameterValue", `The parameter DBSnapshotIdentifier is not a valid identifier: ${DBSnapshotIdentifier}`);
  }
  const instance = findInstance(account, DBInstanceIdentifier);
  if (snapshots.some((snapshot) => snapshot.name === name)) {
    throw new AwsError(
      "DBSnapshotAlreadyExistsFault",
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  }
  const { DBInstanceStatus } = tellInstance(account, instance, snapshots);
  if (DBInstanceStatus !== "available") {
    throw new AwsError(
      "InvalidDBInstanceStateFault",
      `Cannot create a snapshot because the database instance ${instance.DBInstanceIdentifier} is not currently in the available state.`,
    );
  }
  const snapshot = { name, instance: instance.DBInstanceIdentifier, begunAt: account.clock.now(), tags: Tags };
  snapshots.push(snapshot);
  return snapshot;
}

/** DescribeDBSnapshots: by name, by instance, by type and by filters. */
export function describeSnapshots(account: Account, snapshots: readonly Snapshot[], input: DescribeDBSnapshotsMessage) {
  const { DBSnapshotIdentifier: name, DBInstanceIdentifier: instance, SnapshotType = "manual", Filters = [], MaxRecords, Marker } = input;
  const found = snapshots.filter(
    (snapshot) =>
      (name ?? snapshot.name).toLowerCase() === snapshot.name &&
      (instance ?? snapshot.instance).toLowerCase() === snapshot.instance &&
      SnapshotType === "manual",
  );
  if (name !== undefined && found.length === 0) throw new AwsError("DBSnapshotNotFoundFault", `DBSnapshot ${name} not found.`);
  const fitting = found.filter((snapshot) =>
    fits(Filters, { "db-instance-id": snapshot.instance, "db-snapshot-id": snapshot.name, "snapshot-type": "manual" }),
  );
  const { items, ...more } = pageOf(fitting, { MaxRecords, Marker });
  return { DBSnapshots: items.map((snapshot) => tellSnapshot(account, snapshot)), ...more };
}

/** A snapshot as AWS tells it, with its state now. */
export function tellSnapshot(account: Account, snapshot: Snapshot): DBSnapshot {
  const { status, percent } = stateOf(account, snapshot);
  const instance = tellInstance(account, findInstance(account, snapshot.instance), []);
  return {
    DBSnapshotIdentifier: snapshot.name,
    DBInstanceIdentifier: snapshot.instance,
    DBSnapshotArn: arnOf(account, "rds", `snapshot:${snapshot.name}`),
    Status: status,
    PercentProgress: percent,
    SnapshotCreateTime: snapshot.begunAt,
    SnapshotType: "manual",
    SnapshotTarget: "region",
    Engine: instance.Engine,
    EngineVersion: instance.EngineVersion,
    AllocatedStorage: instance.AllocatedStorage,
    StorageType: instance.StorageType,
    Iops: instance.Iops,
    StorageThroughput: instance.StorageThroughput,
    Encrypted: instance.StorageEncrypted,
    MasterUsername: instance.MasterUsername,
    Port: instance.Endpoint?.Port,
    InstanceCreateTime: instance.InstanceCreateTime,
    DbiResourceId: instance.DbiResourceId,
    AvailabilityZone: instance.AvailabilityZone,
    TagList: snapshot.tags,
  };
}
