import type { RestoreDBInstanceFromDBSnapshotMessage } from "@aws-sdk/client-rds";
import { AwsError } from "../../../aws-error.ts";
import type { Filled } from "../../../operations.ts";
import type { Named, RdsBook } from "../deeds.ts";
import { addressOf } from "../instances.ts";
import { classOf, familyOf } from "../offers.ts";
import { findSnapshot, stateOf, type Snapshot } from "../snapshots.ts";
import { identifier } from "./identifier.ts";
import { placed } from "./network.ts";
import { CARRIED, asAsked, carried, firstPhases, newcomer, raise } from "./newcomer.ts";
import { combination, storageOf, type Storage } from "./storage.ts";

const MEMBERS = [...CARRIED, "DBSnapshotIdentifier", "ManageMasterUserPassword"];

/** RestoreDBInstanceFromDBSnapshot: a new instance with a snapshot's data, user and password, of another class and with other storage if asked. */
export function restoreInstance(book: RdsBook, input: Filled<RestoreDBInstanceFromDBSnapshotMessage>): Named {
  const { account } = book;
  carried("RestoreDBInstanceFromDBSnapshot", input, MEMBERS);
  const name = identifier("DBInstanceIdentifier", input.DBInstanceIdentifier);
  const snapshot = restorable(book, input);
  const { of } = snapshot;
  const storage = storageFrom(snapshot, input);
  const DBInstanceClass = classOf(input.DBInstanceClass ?? of.DBInstanceClass ?? "");
  const network = placed(account, input);
  const EngineVersion = of.EngineVersion ?? "";
  const rest = newcomer(book, name, { ...input, family: familyOf(EngineVersion), size: storage.AllocatedStorage });
  const { MasterUsername = "postgres", DBName = "postgres", BackupRetentionPeriod = 1, StorageEncrypted = false } = of;
  const instance: Named = {
    ...asAsked(input),
    ...rest,
    ...network,
    ...storage,
    DBInstanceIdentifier: name,
    DBInstanceClass,
    Engine: "postgres",
    EngineVersion,
    MasterUsername,
    DBName,
    BackupRetentionPeriod,
    StorageEncrypted,
    Endpoint: { Address: addressOf(account, name), Port: input.Port ?? of.Endpoint?.Port ?? 5432 },
  };
  const from = { database: snapshot.instance, snapshot: snapshot.name, at: snapshot.begunAt };
  const made = { service: "rds" as const, name, engineVersion: EngineVersion, databaseName: DBName, username: MasterUsername, from };
  const phases = firstPhases(account, "rdsRestoring", BackupRetentionPeriod);
  const message = `Restored from snapshot ${snapshot.name}`;
  raise(book, { instance, does: "restore", phases, message, category: "restoration" }, () => account.world.hooks?.onRestored?.(made));
  return instance;
}

/** The snapshot that is meant, when it is whole and nothing is asked for that PostgreSQL does not have there. */
function restorable(book: RdsBook, input: Filled<RestoreDBInstanceFromDBSnapshotMessage>): Snapshot {
  const snapshot = findSnapshot(book, input.DBSnapshotIdentifier ?? "");
  if (stateOf(book.account, snapshot).status !== "available") {
    throw new AwsError("InvalidDBSnapshotStateFault", "Cannot restore from snapshot because it is not in available state.");
  }
  if (input.ManageMasterUserPassword) {
    throw combination("ManageMasterUserPassword isn't supported when you restore a DB instance of engine postgres from a snapshot.");
  }
  if (input.DBName !== undefined) throw new AwsError("InvalidParameterValue", "DBName must be null for Restore for this Engine.");
  return snapshot;
}

/** The snapshot's storage with what is asked for instead; it can grow, never shrink. */
function storageFrom({ of }: Snapshot, input: Filled<RestoreDBInstanceFromDBSnapshotMessage>): Storage {
  const { AllocatedStorage: had = 0, StorageType: type = "gp3", Iops: iops } = of;
  const { AllocatedStorage = had, StorageType = type, StorageThroughput } = input;
  if (AllocatedStorage < had) {
    throw combination(`Allocated storage (${AllocatedStorage} GiB) can't be less than the snapshot's (${had} GiB).`);
  }
  const Iops = input.Iops ?? (StorageType === type && StorageType.startsWith("io") ? iops : undefined);
  return storageOf({ AllocatedStorage, StorageType, Iops, StorageThroughput });
}
