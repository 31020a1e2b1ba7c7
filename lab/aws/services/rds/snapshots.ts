import type { CreateDBSnapshotMessage, DBInstance, DBSnapshot, DescribeDBSnapshotsMessage, Tag } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { delayOf } from "../../delays.ts";
import type { Filled } from "../../operations.ts";
import type { RdsBook } from "./deeds.ts";
import { findInstance, fits, pageOf, tellInstance } from "./instances.ts";
import { identifier } from "./making/identifier.ts";

/** A manual snapshot, with its instance as it was then. How far it is follows from when it was begun. */
export type Snapshot = { name: string; instance: string; begunAt: Date; tags: Tag[]; of: DBInstance; fails: boolean };

/** What is begun now ends by itself: no timer runs, the state is worked out from the clock whenever somebody looks. */
export function stateOf(
  account: Account,
  { begunAt, fails }: Snapshot,
): { status: "creating" | "available" | "failed"; percent: number; endsAt: Date } {
  const takesMs = delayOf(account, "rdsSnapshot");
  const passedMs = account.clock.now().getTime() - begunAt.getTime();
  const percent = passedMs >= takesMs ? 100 : Math.floor((passedMs / takesMs) * 100);
  return { status: percent < 100 ? "creating" : fails ? "failed" : "available", percent, endsAt: new Date(begunAt.getTime() + takesMs) };
}

/** CreateDBSnapshot: the instance must be there and available, and the name must be new. */
export function createSnapshot(
  book: RdsBook,
  { DBSnapshotIdentifier, DBInstanceIdentifier, Tags = [] }: Filled<CreateDBSnapshotMessage>,
): Snapshot {
  const { account, snapshots } = book;
  const name = identifier("DBSnapshotIdentifier", DBSnapshotIdentifier);
  const instance = findInstance(account, DBInstanceIdentifier);
  if (snapshots.some((snapshot) => snapshot.name === name)) {
    throw new AwsError(
      "DBSnapshotAlreadyExistsFault",
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  }
  const told = tellInstance(book, instance);
  if (told.DBInstanceStatus !== "available" && told.DBInstanceStatus !== "storage-optimization") {
    throw new AwsError(
      "InvalidDBInstanceStateFault",
      `Cannot create a snapshot because the database instance ${instance.DBInstanceIdentifier} is not currently in the available state.`,
    );
  }
  const copied = told.CopyTagsToSnapshot ? (told.TagList ?? []).filter(({ Key }) => !Tags.some((tag) => tag.Key === Key)) : [];
  const fails = account.world.endsBadly?.({ service: "rds", name: instance.DBInstanceIdentifier, deed: "snapshot" }) !== undefined;
  const tags = [...copied, ...Tags];
  const snapshot = { name, instance: instance.DBInstanceIdentifier, begunAt: account.clock.now(), tags, of: told, fails };
  snapshots.push(snapshot);
  return snapshot;
}

/** The snapshot of this name (names are not case-sensitive), or its ARN, or RDS's own refusal. */
export function findSnapshot({ account, snapshots }: RdsBook, given: string): Snapshot {
  const name = given.replace(arnOf(account, "rds", "snapshot:"), "").toLowerCase();
  const found = snapshots.find((snapshot) => snapshot.name === name);
  if (!found) throw new AwsError("DBSnapshotNotFoundFault", `DBSnapshot ${given} not found.`);
  return found;
}

/** DescribeDBSnapshots: by name, by instance, by type and by filters. */
export function describeSnapshots(book: RdsBook, input: DescribeDBSnapshotsMessage) {
  const { DBSnapshotIdentifier: name, DBInstanceIdentifier: instance, SnapshotType = "manual", Filters = [], MaxRecords, Marker } = input;
  const named = name === undefined ? book.snapshots : [findSnapshot(book, name)];
  const found = named.filter(
    (snapshot) => (instance ?? snapshot.instance).toLowerCase() === snapshot.instance && SnapshotType === "manual",
  );
  const fitting = found.filter((snapshot) =>
    fits(Filters, { "db-instance-id": snapshot.instance, "db-snapshot-id": snapshot.name, "snapshot-type": "manual" }),
  );
  const { items, ...more } = pageOf(fitting, { MaxRecords, Marker });
  return { DBSnapshots: items.map((snapshot) => tellSnapshot(book.account, snapshot)), ...more };
}

/** A snapshot as AWS tells it, with its state now. */
export function tellSnapshot(account: Account, snapshot: Snapshot): DBSnapshot {
  const { status, percent } = stateOf(account, snapshot);
  const { of: instance } = snapshot;
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
