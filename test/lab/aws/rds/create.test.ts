import { RebootDBInstanceCommand } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import type { MadeDatabase } from "../../../../lab/aws/hooks.ts";
import type { PermissionCall } from "../../../../lab/aws/world.ts";
import { refusal } from "../started.ts";
import { MINUTE, rdsAccount, WANTED } from "./account.ts";

test("a new instance is creating, backs up, and is available, each in its own time", async () => {
  const { create, told, status, clock, events } = await rdsAccount();
  const { DBInstance } = await create({ DBInstanceIdentifier: "Incident-7-DB" });
  expect(DBInstance).toMatchObject({
    DBInstanceIdentifier: "incident-7-db",
    DBInstanceStatus: "creating",
    DBInstanceArn: "arn:aws:rds:us-east-1:111122223333:db:incident-7-db",
    DBInstanceClass: "db.t4g.small",
    EngineVersion: "15.14",
    MasterUsername: "shopadmin",
    DBName: "shop",
    AllocatedStorage: 40,
    StorageType: "gp3",
    Iops: 3000,
    StorageThroughput: 125,
    PubliclyAccessible: false,
    StorageEncrypted: true,
    DeletionProtection: true,
    BackupRetentionPeriod: 7,
    TagList: [{ Key: "incident", Value: "7" }],
    DBSubnetGroup: { DBSubnetGroupName: "default", VpcId: "vpc-0d0000000000000a1" },
    VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0d0000000000000a1", Status: "active" }],
    DBParameterGroups: [{ DBParameterGroupName: "default.postgres15", ParameterApplyStatus: "in-sync" }],
    MasterUserSecret: {
      SecretStatus: "creating",
      SecretArn: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-/),
    },
  });
  expect(DBInstance?.Endpoint).toBeUndefined();
  await clock.advance(5 * MINUTE - 1);
  expect(await status()).toBe("creating");
  await clock.advance(1);
  expect(await told()).toMatchObject({
    DBInstanceStatus: "backing-up",
    Endpoint: { Address: "incident-7-db.c1.us-east-1.rds.amazonaws.com", Port: 5432 },
    MasterUserSecret: { SecretStatus: "active" },
  });
  await clock.advance(MINUTE);
  expect(await status()).toBe("available");
  expect(await events()).toEqual([
    "09:05 creation: DB instance created",
    "09:05 backup: Backing up DB instance",
    "09:06 backup: Finished DB Instance backup",
  ]);
});

test("below 400 GiB gp3 has what it has, and asking for more is refused in AWS's words", async () => {
  const { create } = await rdsAccount();
  const because = "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.";
  const refused = { name: "InvalidParameterCombination", status: 400, message: because };
  expect(await refusal(create({ Iops: 3000 }))).toEqual(refused);
  expect(await refusal(create({ AllocatedStorage: 399, StorageThroughput: 125 }))).toEqual(refused);
  expect((await create({ AllocatedStorage: 400 })).DBInstance).toMatchObject({ Iops: 12_000, StorageThroughput: 500 });
  const more = { DBInstanceIdentifier: "more", AllocatedStorage: 500, Iops: 20_000, StorageThroughput: 1_000 };
  expect((await create(more)).DBInstance).toMatchObject({ Iops: 20_000, StorageThroughput: 1_000 });
  const least = await refusal(create({ DBInstanceIdentifier: "less", AllocatedStorage: 500, Iops: 4_000 }));
  expect(least.name).toBe("InvalidParameterCombination");
});

test("a password is RDS's or the caller's, never both and never neither", async () => {
  const { create, told } = await rdsAccount();
  expect((await refusal(create({ MasterUserPassword: "at-least-8" }))).message).toBe(
    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.",
  );
  expect((await refusal(create({ ManageMasterUserPassword: undefined }))).message).toBe(
    "The parameter MasterUserPassword must be provided and must not be blank.",
  );
  const own = (MasterUserPassword: string) => create({ ManageMasterUserPassword: false, MasterUserPassword });
  expect((await refusal(own("short"))).message).toContain("shorter than 8 characters");
  expect((await refusal(own("with a space"))).message).toContain("Only printable ASCII characters");
  await own("at-least-8");
  expect((await told())?.MasterUserSecret).toBeUndefined();
});

test.each([
  [{ DBInstanceIdentifier: "7-days" }, "InvalidParameterValue", "is not a valid identifier"],
  [{ DBInstanceIdentifier: "x".repeat(64) }, "InvalidParameterValue", "is not a valid identifier"],
  [{ DBInstanceIdentifier: "SHOP" }, "DBInstanceAlreadyExistsFault", "DB instance already exists"],
  [{ Engine: "postgresql" }, "InvalidParameterValue", "Invalid DB engine"],
  [{ EngineVersion: "15.99" }, "InvalidParameterCombination", "Cannot find version 15.99 for postgres"],
  [{ DBInstanceClass: "db.t9.huge" }, "InvalidParameterValue", "Invalid DB Instance class: db.t9.huge"],
  [{ AllocatedStorage: undefined }, "MissingParameter", "AllocatedStorage"],
  [{ AllocatedStorage: 10 }, "InvalidParameterValue", "Invalid storage size for engine name postgres and storage type gp3: 10"],
  [{ StorageType: "gp9" }, "InvalidParameterValue", "Invalid storage type: gp9"],
  [{ StorageType: "standard" }, "StorageTypeNotSupportedFault", "no longer available"],
  [{ StorageType: "gp2", Iops: 3000 }, "InvalidParameterCombination", "gp2"],
  [{ StorageType: "gp2", StorageThroughput: 500 }, "InvalidParameterCombination", "gp2"],
  [{ StorageType: "io1", AllocatedStorage: 100 }, "InvalidParameterCombination", "io1"],
  [{ MasterUsername: "admin" }, "InvalidParameterValue", "reserved word"],
  [{ MasterUsername: undefined }, "InvalidParameterValue", "MasterUsername must be provided"],
  [{ DBName: "1shop" }, "InvalidParameterValue", "DBName must begin with a letter"],
  [{ BackupRetentionPeriod: 36 }, "InvalidParameterValue", "backup retention"],
  [{ VpcSecurityGroupIds: ["sg-unknown"] }, "InvalidParameterValue", "Invalid security group , groupId= sg-unknown, groupName=."],
  [{ VpcSecurityGroupIds: ["sg-0other"] }, "InvalidParameterCombination", "are in different VPCs"],
  [{ DBSubnetGroupName: "nothing" }, "DBSubnetGroupNotFoundFault", "DB subnet group 'nothing' does not exist."],
  [{ DBParameterGroupName: "nothing" }, "DBParameterGroupNotFoundFault", "nothing"],
  [{ MultiAZ: true, AvailabilityZone: "us-east-1a" }, "InvalidParameterCombination", "Multi-AZ"],
  [{ Domain: "d-1" }, "InvalidParameterCombination", "does not carry out CreateDBInstance with Domain"],
])("an instance with %j is refused, and nothing is made", async (differs, name, because) => {
  const { create, aws } = await rdsAccount({
    network: { securityGroups: [{ GroupId: "sg-0other", VpcId: "vpc-0other", GroupName: "default" }, DEFAULT_GROUP] },
  });
  const refused = await refusal(create(differs));
  expect([refused.name, refused.message]).toEqual([name, expect.stringContaining(because)]);
  expect(aws.world.rdsInstances).toHaveLength(1);
});

const DEFAULT_GROUP = { GroupId: "sg-0d0000000000000a1", VpcId: "vpc-0d0000000000000a1", GroupName: "default" };

test("quotas of the account are kept, and a lack of capacity is a fault that can be made", async () => {
  const { create, aws } = await rdsAccount({ quotas: { rdsInstances: 2, rdsStorageGiB: 100 } });
  expect(await refusal(create({ AllocatedStorage: 61 }))).toMatchObject({ name: "StorageQuotaExceededFault", status: 400 });
  aws.faults.add({
    operation: "CreateDBInstance",
    times: 1,
    kind: { error: "InsufficientDBInstanceCapacityFault", message: "None left." },
  });
  expect(await refusal(create())).toMatchObject({ name: "InsufficientDBInstanceCapacityFault", status: 400, message: "None left." });
  await create();
  expect(await refusal(create({ DBInstanceIdentifier: "third" }))).toMatchObject({ name: "InstanceQuotaExceededFault", status: 400 });
});

test("an answer that was lost leaves an instance of that name, with the tags that tell whose it is", async () => {
  const { create, aws, told } = await rdsAccount();
  aws.faults.add({ operation: "CreateDBInstance", times: 1, kind: "reset-after" });
  await refusal(create());
  expect((await refusal(create())).name).toBe("DBInstanceAlreadyExistsFault");
  expect((await told())?.TagList).toEqual(WANTED.Tags);
});

test("without a subnet group an instance is public unless the caller says no", async () => {
  const { create } = await rdsAccount({
    network: {
      dbSubnetGroups: [
        { name: "default", subnetIds: ["subnet-0d0000000000000a1"] },
        { name: "mine", subnetIds: ["subnet-0d0000000000000b1"] },
      ],
    },
  });
  const open = async (DBInstanceIdentifier: string, differs: object) =>
    (await create({ DBInstanceIdentifier, PubliclyAccessible: undefined, ...differs })).DBInstance?.PubliclyAccessible;
  expect(await open("a", {})).toBe(true);
  expect(await open("b", { DBSubnetGroupName: "mine" })).toBe(false);
  expect(await open("c", { PubliclyAccessible: false })).toBe(false);
});

test("a database may really stand behind a new instance: it is creating until that listens, and then told there", async () => {
  const made: MadeDatabase[] = [];
  let listen: (at: { address: string; port: number }) => void = () => undefined;
  const listening = new Promise<{ address: string; port: number }>((resolve) => (listen = resolve));
  const hooks = { newPassword: () => "thought-up", onCreated: (each: MadeDatabase) => (made.push(each), listening) };
  const { create, told, status, clock, client, events } = await rdsAccount({ hooks });
  await create();
  expect(made).toEqual([
    { service: "rds", name: "incident-7-db", engineVersion: "15.14", databaseName: "shop", username: "shopadmin", password: "thought-up" },
  ]);
  await clock.advance(60 * MINUTE);
  expect(await status()).toBe("creating");
  expect(await events()).toEqual([]);
  expect((await refusal(client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "incident-7-db" })))).name).toBe(
    "InvalidDBInstanceStateFault",
  );
  listen({ address: "127.0.0.1", port: 54321 });
  await listening;
  expect(await told()).toMatchObject({ DBInstanceStatus: "available", Endpoint: { Address: "127.0.0.1", Port: 54321 } });
});

test("what stands behind an instance may fail to start, and the world may have it end badly", async () => {
  const { create, status, told, clock, events } = await rdsAccount({
    hooks: { onCreated: ({ name }) => (name === "broken" ? Promise.reject(new Error("no disk")) : undefined) },
    endsBadly: ({ name }) => (name === "cut-off" ? "incompatible-network" : undefined),
  });
  await create({ DBInstanceIdentifier: "broken" });
  expect(await status("broken")).toBe("failed");
  await create({ DBInstanceIdentifier: "cut-off" });
  expect(await status("cut-off")).toBe("creating");
  await clock.advance(5 * MINUTE);
  expect(await told("cut-off")).toMatchObject({ DBInstanceStatus: "incompatible-network" });
  expect((await told("cut-off"))?.Endpoint).toBeUndefined();
  expect(await events("cut-off")).toEqual(["09:05 failure: The DB instance has entered the incompatible-network state."]);
});

test("creating needs the permission for the instance, its groups, its tags and its secret", async () => {
  const asked: PermissionCall[] = [];
  const { create } = await rdsAccount({ allowed: (call) => asked.push(call) > 0 });
  await create();
  const arn = "arn:aws:rds:us-east-1:111122223333";
  const secret = expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-/);
  expect(asked.map(({ service, operation, resource }) => [`${service}:${operation}`, resource])).toEqual([
    ["rds:CreateDBInstance", `${arn}:db:incident-7-db`],
    ["rds:CreateDBInstance", `${arn}:og:default:postgres-15`],
    ["rds:CreateDBInstance", `${arn}:pg:default.postgres15`],
    ["rds:CreateDBInstance", `${arn}:subgrp:default`],
    ["rds:AddTagsToResource", `${arn}:db:incident-7-db`],
    ["kms:DescribeKey", undefined],
    ["secretsmanager:CreateSecret", secret],
    ["secretsmanager:TagResource", secret],
  ]);
});

test("without the permission to tag, an instance with tags is refused", async () => {
  const { create, aws } = await rdsAccount({ allowed: ({ operation }) => operation !== "AddTagsToResource" });
  expect(await refusal(create())).toMatchObject({
    name: "AccessDenied",
    status: 403,
    message: expect.stringContaining(
      "is not authorized to perform: rds:AddTagsToResource on resource: arn:aws:rds:us-east-1:111122223333:db:",
    ),
  });
  expect(aws.world.rdsInstances).toHaveLength(1);
});
