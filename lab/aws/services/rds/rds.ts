import type { CreateDBSnapshotMessage, RDS } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import type { Filled, Room } from "../../operations.ts";
import { describeEvents } from "./events.ts";
import { describeInstances } from "./instances.ts";
import { createSnapshot, describeSnapshots, tellSnapshot, type Snapshot } from "./snapshots.ts";

/** Instances of the world, what happened to them, and snapshots that take their time on the account's clock. */
export function rds(account: Account): Room<RDS> {
  const snapshots: Snapshot[] = [];
  return {
    operations: {
      DescribeDBInstances: (input) => describeInstances(account, snapshots, input),
      DescribeEvents: (input) => describeEvents(account, snapshots, input),
      DescribeDBSnapshots: (input) => describeSnapshots(account, snapshots, input),
      CreateDBSnapshot: (input) => ({ DBSnapshot: tellSnapshot(account, createSnapshot(account, snapshots, input)) }),
    },
    resources: {
      DescribeDBInstances: ({ DBInstanceIdentifier = "*" }: { DBInstanceIdentifier?: string }) => [
        arnOf(account, "rds", `db:${DBInstanceIdentifier}`),
      ],
      DescribeDBSnapshots: ({ DBSnapshotIdentifier = "*" }: { DBSnapshotIdentifier?: string }) => [
        arnOf(account, "rds", `snapshot:${DBSnapshotIdentifier}`),
      ],
      CreateDBSnapshot: ({ DBInstanceIdentifier, DBSnapshotIdentifier }: Filled<CreateDBSnapshotMessage>) => [
        arnOf(account, "rds", `db:${DBInstanceIdentifier}`),
        arnOf(account, "rds", `snapshot:${DBSnapshotIdentifier}`),
      ],
    },
  };
}
