import {
  CreateDBSnapshotCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  type RestoreDBInstanceFromDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { MadeDatabase } from "../../../../lab/aws/hooks.ts";
import type { AwsWorld, PermissionCall } from "../../../../lab/aws/world.ts";
import { refusal } from "../started.ts";
import { MINUTE, NOW, rdsAccount } from "./account.ts";

/** An account in which a snapshot of `shop`, 100 GiB of gp2, was just begun. */
async function withSnapshot(world: Partial<AwsWorld> = {}) {
  const shop = { DBInstanceIdentifier: "shop", AllocatedStorage: 100, StorageType: "gp2", MasterUsername: "shopadmin", DBName: "shop" };
  const account = await rdsAccount({ rdsInstances: [shop], ...world });
  await account.client.send(new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "incident-7", DBInstanceIdentifier: "shop" }));
  const restore = (differs: Partial<RestoreDBInstanceFromDBSnapshotCommandInput> = {}) =>
    account.client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: "incident-7-db",
        DBSnapshotIdentifier: "incident-7",
        StorageType: "gp3",
        PubliclyAccessible: false,
        ...differs,
      }),
    );
  return { ...account, restore };
}

test("a snapshot becomes an instance with gp3 once it is available, and not before", async () => {
  const made: MadeDatabase[] = [];
  const { restore, clock, told, status, events } = await withSnapshot({ hooks: { onRestored: (each) => void made.push(each) } });
  expect(await refusal(restore())).toEqual({
    name: "InvalidDBSnapshotStateFault",
    status: 400,
    message: "Cannot restore from snapshot because it is not in available state.",
  });
  await clock.advance(3 * MINUTE);
  expect((await restore()).DBInstance).toMatchObject({
    DBInstanceStatus: "creating",
    DBInstanceClass: "db.t4g.micro",
    StorageType: "gp3",
    AllocatedStorage: 100,
    Iops: 3000,
    MasterUsername: "shopadmin",
    PubliclyAccessible: false,
  });
  expect(made).toEqual([
    {
      service: "rds",
      name: "incident-7-db",
      engineVersion: "15.14",
      databaseName: "shop",
      username: "shopadmin",
      from: { database: "shop", snapshot: "incident-7", at: NOW },
    },
  ]);
  await clock.advance(8 * MINUTE);
  expect(await status()).toBe("backing-up");
  await clock.advance(MINUTE);
  expect(await told()).toMatchObject({
    DBInstanceStatus: "available",
    Endpoint: { Address: "incident-7-db.c1.us-east-1.rds.amazonaws.com" },
  });
  expect((await events())?.[0]).toBe("09:11 restoration: Restored from snapshot incident-7");
});

test.each([
  [{ DBSnapshotIdentifier: "nothing" }, "DBSnapshotNotFoundFault", "nothing"],
  [{ ManageMasterUserPassword: true }, "InvalidParameterCombination", "ManageMasterUserPassword"],
  [{ DBName: "other" }, "InvalidParameterValue", "DBName must be null"],
  [{ AllocatedStorage: 50 }, "InvalidParameterCombination", "can't be less than the snapshot's"],
  [{ Iops: 3000 }, "InvalidParameterCombination", "a storage size less than 400"],
  [{ DBInstanceIdentifier: "shop" }, "DBInstanceAlreadyExistsFault", "DB instance already exists"],
  [{ DBInstanceClass: "db.t1.none" }, "InvalidParameterValue", "Invalid DB Instance class"],
  [{ UseLatestRestorableTime: true, Domain: "x" }, "InvalidParameterCombination", "does not carry out"],
])("a restore with %j is refused", async (differs, name, because) => {
  const { restore, clock } = await withSnapshot();
  await clock.advance(3 * MINUTE);
  const refused = await refusal(restore(differs));
  expect([refused.name, refused.message]).toEqual([name, expect.stringContaining(because)]);
});

test("a snapshot keeps its instance as it was, whatever becomes of that", async () => {
  const { restore, clock, aws } = await withSnapshot();
  aws.world.rdsInstances.length = 0;
  await clock.advance(3 * MINUTE);
  expect((await restore({ StorageType: undefined })).DBInstance).toMatchObject({ StorageType: "gp2", AllocatedStorage: 100 });
});

test("restoring needs the permission for the instance, the snapshot and the groups", async () => {
  const asked: PermissionCall[] = [];
  const { restore, clock } = await withSnapshot({ allowed: (call) => asked.push(call) > 0 });
  await clock.advance(3 * MINUTE);
  await restore();
  expect(asked.filter(({ operation }) => operation.startsWith("Restore")).map(({ resource }) => resource?.slice(35))).toEqual([
    "db:incident-7-db",
    "snapshot:incident-7",
    "og:default:postgres-15",
    "pg:default.postgres15",
    "subgrp:default",
  ]);
});

test("versions of PostgreSQL are told by their major, with what they can be upgraded to", async () => {
  const { client } = await rdsAccount({ postgresVersions: ["15.13", "15.14", "16.10"] });
  const ask = async (input: object) =>
    (await client.send(new DescribeDBEngineVersionsCommand({ Engine: "postgres", ...input }))).DBEngineVersions ?? [];
  const [first, last] = await ask({ EngineVersion: "15" });
  expect([first?.EngineVersion, last?.EngineVersion]).toEqual(["15.13", "15.14"]);
  expect(first).toMatchObject({
    MajorEngineVersion: "15",
    DBParameterGroupFamily: "postgres15",
    ValidUpgradeTarget: [
      { EngineVersion: "15.14", IsMajorVersionUpgrade: false },
      { EngineVersion: "16.10", IsMajorVersionUpgrade: true },
    ],
  });
  expect((await ask({ DefaultOnly: true })).map(({ EngineVersion }) => EngineVersion)).toEqual(["15.14", "16.10"]);
  expect(await ask({ EngineVersion: "15.99" })).toEqual([]);
  expect(await ask({ Engine: "mysql" })).toEqual([]);
  expect((await refusal(ask({ Engine: "oracle" }))).message).toBe("Unrecognized engine name: oracle");
});

test("what can be ordered says whether a class has gp3, and from which size its IOPS can be chosen", async () => {
  const { client } = await rdsAccount();
  const ask = (input: object) => client.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: "postgres", ...input }));
  const { OrderableDBInstanceOptions: options } = await ask({ EngineVersion: "15.14", DBInstanceClass: "db.t4g.small" });
  expect(options?.map(({ StorageType }) => StorageType)).toEqual(["gp2", "gp3", "io1", "io2"]);
  expect(options?.[1]).toMatchObject({
    DBInstanceClass: "db.t4g.small",
    MinStorageSize: 20,
    MinIopsPerDbInstance: 12_000,
    SupportsStorageThroughput: true,
    MultiAZCapable: true,
  });
  const page = await ask({ MaxRecords: 20 });
  expect([page.OrderableDBInstanceOptions?.length, page.Marker === undefined]).toEqual([20, false]);
});

test("subnet groups are told with their VPC", async () => {
  const { client } = await rdsAccount();
  const ask = (input: object) => client.send(new DescribeDBSubnetGroupsCommand(input));
  expect((await ask({})).DBSubnetGroups).toMatchObject([
    { DBSubnetGroupName: "default", VpcId: "vpc-0d0000000000000a1", Subnets: [{ SubnetStatus: "Active" }, {}, {}] },
  ]);
  expect(await refusal(ask({ DBSubnetGroupName: "x" }))).toMatchObject({ name: "DBSubnetGroupNotFoundFault", status: 404 });
});
