import {
  DeleteRelationalDatabaseSnapshotCommand,
  GetOperationCommand,
  GetRelationalDatabaseSnapshotCommand,
  GetRelationalDatabaseSnapshotsCommand,
} from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { MadeDatabase } from "../../../../lab/aws/hooks.ts";
import { refusal } from "../started.ts";
import { lightsail, MINUTE, NOW, TAGS } from "./account.ts";

test("a snapshot on a standard plan stalls the database for a while, and is made in its own time", async () => {
  const stalls: string[] = [];
  const account = await lightsail({ hooks: { onStall: ({ name, forMs }) => void stalls.push(`${name} ${forMs}`) } });
  const { client, clock, state, snapshot, snapshotState, operation } = account;
  const { operations } = await snapshot();
  expect(operations?.map(({ resourceName, resourceType, operationType }) => [resourceName, resourceType, operationType])).toEqual([
    ["incident-7", "RelationalDatabaseSnapshot", "CreateRelationalDatabaseSnapshot"],
    ["shop-db", "RelationalDatabase", "CreateRelationalDatabaseSnapshot"],
  ]);
  expect(stalls).toEqual(["shop-db 30000"]);
  expect(await operation(operations)).toMatchObject({ status: "NotStarted", isTerminal: false });
  expect([await state(), await snapshotState()]).toEqual(["backing-up", "creating"]);
  expect(await refusal(snapshot("second"))).toMatchObject({ name: "OperationFailureException", status: 400 });
  await clock.advance(30_000);
  expect([await state(), await snapshotState()]).toEqual(["available", "creating"]);
  expect(await operation(operations)).toMatchObject({ status: "Started", isTerminal: false });
  await clock.advance(150_000);
  expect(await operation(operations)).toMatchObject({
    status: "Succeeded",
    isTerminal: true,
    statusChangedAt: new Date("2026-11-05T09:03:00Z"),
  });
  const { relationalDatabaseSnapshots } = await client.send(new GetRelationalDatabaseSnapshotsCommand({}));
  expect(relationalDatabaseSnapshots).toMatchObject([
    {
      name: "incident-7",
      state: "available",
      sizeInGb: 80,
      engineVersion: "15.14",
      fromRelationalDatabaseName: "shop-db",
      fromRelationalDatabaseBundleId: "small_2_0",
      createdAt: NOW,
      tags: TAGS,
      arn: expect.stringMatching(/^arn:aws:lightsail:us-east-1:111122223333:RelationalDatabaseSnapshot\/[0-9a-f-]{36}$/),
    },
  ]);
});

test("a snapshot of a database with a standby does not stall it", async () => {
  const stalls: string[] = [];
  const { snapshot, state } = await lightsail({ hooks: { onStall: ({ name }) => void stalls.push(name) } });
  await snapshot("incident-7", "ha-db");
  expect([await state("ha-db"), stalls]).toEqual(["available", []]);
});

test("names that are used, that are none, and what is not there, are refused as Lightsail does", async () => {
  const { snapshot, restore, clock, client } = await lightsail();
  await snapshot();
  await clock.advance(3 * MINUTE);
  const used = (name: string) => ({ name: "InvalidInputException", status: 400, message: `Some names are already in use: ${name}` });
  expect(await refusal(snapshot("incident-7"))).toEqual(used("incident-7"));
  expect(await refusal(snapshot("shop-web"))).toEqual(used("shop-web"));
  expect(await refusal(restore({ relationalDatabaseName: "shop-db" }))).toEqual(used("shop-db"));
  expect((await refusal(snapshot("-7"))).name).toBe("InvalidInputException");
  expect(await refusal(snapshot("another", "nothing"))).toMatchObject({ name: "NotFoundException", status: 404 });
  expect((await refusal(restore({ relationalDatabaseSnapshotName: "nothing" }))).name).toBe("NotFoundException");
  expect((await refusal(client.send(new GetOperationCommand({ operationId: "nothing" })))).name).toBe("NotFoundException");
});

test("a snapshot becomes a database with a standby, with another password, once it is available", async () => {
  const made: MadeDatabase[] = [];
  const account = await lightsail({ hooks: { newPassword: ({ name }) => `of ${name}`, onRestored: (each) => void made.push(each) } });
  const { snapshot, restore, clock, state, told, operation, password } = account;
  await snapshot();
  expect((await refusal(restore())).message).toBe("The snapshot incident-7 is not available: its state is creating.");
  await clock.advance(3 * MINUTE);
  const { operations } = await restore({ relationalDatabaseBundleId: "medium_ha_2_0" });
  expect(await told("incident-7-db")).toMatchObject({
    state: "creating",
    relationalDatabaseBundleId: "medium_ha_2_0",
    secondaryAvailabilityZone: "us-east-1b",
    hardware: { ramSizeInGb: 4, diskSizeInGb: 120 },
    engineVersion: "15.14",
    publiclyAccessible: false,
    tags: TAGS,
  });
  expect((await told("incident-7-db"))?.masterEndpoint).toBeUndefined();
  expect(made).toEqual([
    {
      service: "lightsail",
      name: "incident-7-db",
      engineVersion: "15.14",
      databaseName: "dbmaster",
      username: "dbmasteruser",
      password: "of incident-7-db",
      from: { database: "shop-db", snapshot: "incident-7", at: NOW },
    },
  ]);
  expect([await password(), await password("incident-7-db")]).toEqual(["of shop-db", "of incident-7-db"]);
  await clock.advance(12 * MINUTE);
  expect([await state("incident-7-db"), (await operation(operations))?.status]).toEqual(["available", "Succeeded"]);
  expect((await told("incident-7-db"))?.masterEndpoint).toEqual({ address: expect.stringMatching(/^ls-[0-9a-f]{40}\./), port: 5432 });
});

test.each([
  [{ relationalDatabaseBundleId: "micro_2_0" }, "is smaller than small_2_0"],
  [{ relationalDatabaseBundleId: "huge_9_0" }, "The bundle huge_9_0 is not valid"],
  [{ availabilityZone: "eu-north-1a" }, "is not a zone of us-east-1"],
  [{ sourceRelationalDatabaseName: "shop-db" }, "and not both"],
  [{ relationalDatabaseSnapshotName: undefined }, "and not both"],
  [{ relationalDatabaseSnapshotName: undefined, sourceRelationalDatabaseName: "shop-db" }, "Either restoreTime or useLatestRestorableTime"],
  [
    { relationalDatabaseSnapshotName: undefined, sourceRelationalDatabaseName: "shop-db", restoreTime: new Date(NOW.getTime() + MINUTE) },
    "The restore time must be between",
  ],
])("a database with %j is refused", async (differs, because) => {
  const { snapshot, restore, clock, aws } = await lightsail();
  await snapshot();
  await clock.advance(3 * MINUTE);
  const refused = await refusal(restore(differs));
  expect([refused.name, refused.message]).toEqual(["InvalidInputException", expect.stringContaining(because)]);
  expect(aws.world.lightsailDatabases).toHaveLength(2);
});

test("a database can be made as another one was a while ago, without a snapshot", async () => {
  const made: MadeDatabase[] = [];
  const { restore } = await lightsail({ hooks: { onRestored: (each) => void made.push(each) } });
  await restore({ relationalDatabaseSnapshotName: undefined, sourceRelationalDatabaseName: "shop-db", useLatestRestorableTime: true });
  expect(made[0]?.from).toEqual({ database: "shop-db", at: new Date("2026-11-05T08:55:00Z") });
});

test("a database that really stands somewhere is told there once it listens", async () => {
  const { snapshot, restore, clock, told, state, operation } = await lightsail({
    hooks: {
      onRestored: ({ name }) =>
        name === "broken" ? Promise.reject(new Error("no disk")) : Promise.resolve({ address: "127.0.0.1", port: 54321 }),
    },
  });
  await snapshot();
  await clock.advance(3 * MINUTE);
  await restore();
  const { operations } = await restore({ relationalDatabaseName: "broken" });
  await clock.advance(12 * MINUTE);
  expect(await told("incident-7-db")).toMatchObject({ state: "available", masterEndpoint: { address: "127.0.0.1", port: 54321 } });
  expect(await state("broken")).toBe("failed");
  expect(await operation(operations)).toMatchObject({
    status: "Failed",
    isTerminal: true,
    errorCode: "InternalError",
    errorDetails: "no disk",
  });
});

test("an answer that was lost leaves a snapshot of that name, with the tags that tell whose it is", async () => {
  const { snapshot, aws, client } = await lightsail();
  aws.faults.add({ operation: "CreateRelationalDatabaseSnapshot", times: 1, kind: "reset-after" });
  await refusal(snapshot());
  const { relationalDatabaseSnapshot } = await client.send(
    new GetRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: "incident-7" }),
  );
  expect(relationalDatabaseSnapshot?.tags).toEqual(TAGS);
});

test("a snapshot that is deleted is gone, and its name can be had again", async () => {
  const { client, clock, snapshot, snapshotState } = await lightsail();
  const remove = async () => client.send(new DeleteRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: "incident-7" }));
  expect(await refusal(remove())).toMatchObject({ name: "NotFoundException" });
  await snapshot();
  await clock.advance(3 * MINUTE);
  expect((await remove()).operations).toMatchObject([{ resourceName: "incident-7", operationType: "DeleteRelationalDatabaseSnapshot" }]);
  expect((await client.send(new GetRelationalDatabaseSnapshotsCommand({}))).relationalDatabaseSnapshots).toEqual([]);
  await snapshot();
  expect(await snapshotState()).toBe("creating");
});
