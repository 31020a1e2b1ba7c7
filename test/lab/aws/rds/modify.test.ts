import {
  AddTagsToResourceCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  CreateDBSnapshotCommand,
  type ModifyDBInstanceCommandInput,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { refusal } from "../started.ts";
import { MINUTE, rdsAccount } from "./account.ts";

type Account = Awaited<ReturnType<typeof rdsAccount>>;
const modify = ({ client }: Account, input: Omit<ModifyDBInstanceCommandInput, "DBInstanceIdentifier">) =>
  client.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "shop", ...input }));
const reboot = ({ client }: Account, more: object = {}) =>
  client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "shop", ...more }));

test("storage grows while the instance is modifying, and is optimized after that", async () => {
  const account = await rdsAccount();
  const { clock, told, events } = account;
  const { DBInstance } = await modify(account, { AllocatedStorage: 100, ApplyImmediately: true });
  expect(DBInstance).toMatchObject({
    DBInstanceStatus: "modifying",
    AllocatedStorage: 40,
    PendingModifiedValues: { AllocatedStorage: 100 },
  });
  expect((await refusal(modify(account, { AllocatedStorage: 120, ApplyImmediately: true }))).name).toBe("InvalidDBInstanceStateFault");
  await clock.advance(2 * MINUTE);
  expect(await told("shop")).toMatchObject({ DBInstanceStatus: "storage-optimization", AllocatedStorage: 100, PendingModifiedValues: {} });
  expect(await refusal(modify(account, { AllocatedStorage: 200, ApplyImmediately: true }))).toEqual({
    name: "InvalidParameterCombination",
    status: 400,
    message: "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.",
  });
  await clock.advance(10 * MINUTE);
  expect(await told("shop")).toMatchObject({ DBInstanceStatus: "available", AllocatedStorage: 100 });
  expect(await events("shop")).toEqual([
    "09:00 configuration change: Applying modification to allocated storage",
    "09:12 configuration change: Finished applying modification to allocated storage",
  ]);
});

test("gp2 becomes gp3, and storage never shrinks", async () => {
  const gp2 = { DBInstanceIdentifier: "shop", StorageType: "gp2", Iops: 300, StorageThroughput: 0 };
  const account = await rdsAccount({ rdsInstances: [gp2] });
  expect((await refusal(modify(account, { AllocatedStorage: 39, ApplyImmediately: true }))).message).toContain("can't be decreased");
  expect((await refusal(modify(account, { StorageType: "gp3", Iops: 3000, ApplyImmediately: true }))).message).toContain(
    "a storage size less than 400",
  );
  await modify(account, { StorageType: "gp3", ApplyImmediately: true });
  await account.clock.advance(2 * MINUTE);
  expect(await account.told("shop")).toMatchObject({
    DBInstanceStatus: "storage-optimization",
    StorageType: "gp3",
    Iops: 3000,
    StorageThroughput: 125,
  });
});

test("storage that grows by less than a tenth grows by a tenth", async () => {
  const account = await rdsAccount();
  expect((await modify(account, { AllocatedStorage: 41, ApplyImmediately: true })).DBInstance?.PendingModifiedValues).toMatchObject({
    AllocatedStorage: 44,
  });
});

test("without ApplyImmediately a change waits, and the next one that is applied at once takes it along", async () => {
  const account = await rdsAccount();
  expect((await modify(account, { AllocatedStorage: 60 })).DBInstance).toMatchObject({
    DBInstanceStatus: "available",
    AllocatedStorage: 40,
    PendingModifiedValues: { AllocatedStorage: 60 },
  });
  await account.clock.advance(60 * MINUTE);
  expect(await account.told("shop")).toMatchObject({ AllocatedStorage: 40, PendingModifiedValues: { AllocatedStorage: 60 } });
  await modify(account, { DBInstanceClass: "db.t4g.medium", ApplyImmediately: true });
  await account.clock.advance(2 * MINUTE);
  expect(await account.told("shop")).toMatchObject({
    AllocatedStorage: 60,
    DBInstanceClass: "db.t4g.medium",
    PendingModifiedValues: {},
  });
});

test("RDS takes a password over, rotates it, and gives it back", async () => {
  const passwords: string[] = [];
  const account = await rdsAccount({ hooks: { onPassword: ({ password, username }) => void passwords.push(`${username} ${password}`) } });
  const { DBInstance } = await modify(account, { ManageMasterUserPassword: true, ApplyImmediately: true });
  expect(DBInstance).toMatchObject({ DBInstanceStatus: "resetting-master-credentials", MasterUserSecret: { SecretStatus: "creating" } });
  await account.clock.advance(MINUTE);
  expect(await account.told("shop")).toMatchObject({ DBInstanceStatus: "available", MasterUserSecret: { SecretStatus: "active" } });
  expect(await account.events("shop")).toEqual(["09:01 configuration change: Reset master credentials"]);
  expect((await refusal(modify(account, { MasterUserPassword: "my-own-one" }))).name).toBe("InvalidParameterCombination");
  await modify(account, { RotateMasterUserPassword: true, ApplyImmediately: true });
  await account.clock.advance(MINUTE);
  await modify(account, { ManageMasterUserPassword: false, MasterUserPassword: "my-own-one" });
  await account.clock.advance(MINUTE);
  expect((await account.told("shop"))?.MasterUserSecret).toBeUndefined();
  expect(passwords).toHaveLength(3);
  expect(new Set(passwords).size).toBe(3);
  expect(passwords.at(-1)).toBe("postgres my-own-one");
});

test("protection and backups change at once, and what is not carried out here is refused", async () => {
  const account = await rdsAccount();
  expect((await modify(account, { DeletionProtection: false, BackupRetentionPeriod: 14 })).DBInstance).toMatchObject({
    DBInstanceStatus: "available",
    DeletionProtection: false,
    BackupRetentionPeriod: 14,
  });
  expect((await refusal(modify(account, { EngineVersion: "16.10" }))).message).toBe(
    "The local AWS does not carry out ModifyDBInstance with EngineVersion.",
  );
  const nothing = new ModifyDBInstanceCommand({ DBInstanceIdentifier: "nothing" });
  expect(await refusal(account.client.send(nothing))).toMatchObject({ name: "DBInstanceNotFoundFault", status: 404 });
});

test("a reboot takes its time and is told, and only an instance in use can be rebooted", async () => {
  const rebooted: string[] = [];
  const account = await rdsAccount({ hooks: { onReboot: ({ service, name }) => void rebooted.push(`${service} ${name}`) } });
  expect((await refusal(reboot(account, { ForceFailover: true }))).message).toContain("not configured for Multi-AZ");
  expect((await reboot(account)).DBInstance?.DBInstanceStatus).toBe("rebooting");
  expect(await refusal(reboot(account))).toEqual({
    name: "InvalidDBInstanceStateFault",
    status: 400,
    message: "Database instance is not in available state.",
  });
  await account.clock.advance(30_000);
  expect(await account.status("shop")).toBe("available");
  expect(await account.events("shop")).toEqual(["09:00 availability: DB instance shutdown", "09:00 availability: DB instance restarted"]);
  expect(rebooted).toEqual(["rds shop"]);
});

test("a bad status that the world says is told, and nothing is begun on such an instance", async () => {
  const account = await rdsAccount();
  account.aws.world.rdsInstances[0]!.DBInstanceStatus = "storage-full";
  expect(await account.status("shop")).toBe("storage-full");
  expect((await refusal(reboot(account))).name).toBe("InvalidDBInstanceStateFault");
  expect((await refusal(modify(account, { AllocatedStorage: 100, ApplyImmediately: true }))).name).toBe("InvalidDBInstanceStateFault");
});

test("tags are added to instances and snapshots, and a snapshot takes those of its instance where it is told to", async () => {
  const tagged = { DBInstanceIdentifier: "shop", CopyTagsToSnapshot: true, TagList: [{ Key: "env", Value: "prod" }] };
  const { client } = await rdsAccount({ rdsInstances: [tagged] });
  const arn = "arn:aws:rds:us-east-1:111122223333";
  const tags = async (ResourceName: string) => (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
  await client.send(
    new AddTagsToResourceCommand({
      ResourceName: `${arn}:db:shop`,
      Tags: [
        { Key: "env", Value: "old" },
        { Key: "why", Value: "a<b&c" },
      ],
    }),
  );
  const both = [
    { Key: "env", Value: "old" },
    { Key: "why", Value: "a<b&c" },
  ];
  expect(await tags(`${arn}:db:shop`)).toEqual(both);
  const snapshot = new CreateDBSnapshotCommand({
    DBSnapshotIdentifier: "incident-7",
    DBInstanceIdentifier: "shop",
    Tags: [{ Key: "incident", Value: "7" }],
  });
  expect((await client.send(snapshot)).DBSnapshot?.TagList).toEqual([...both, { Key: "incident", Value: "7" }]);
  await client.send(new AddTagsToResourceCommand({ ResourceName: `${arn}:snapshot:incident-7`, Tags: [{ Key: "incident", Value: "8" }] }));
  expect(await tags(`${arn}:snapshot:incident-7`)).toEqual([...both, { Key: "incident", Value: "8" }]);
  expect((await refusal(tags(`${arn}:db:nothing`))).name).toBe("DBInstanceNotFoundFault");
  expect((await refusal(tags("shop"))).name).toBe("InvalidParameterValue");
});
