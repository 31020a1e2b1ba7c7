import {
  CreateRelationalDatabaseFromSnapshotCommand,
  CreateRelationalDatabaseSnapshotCommand,
  GetOperationCommand,
  GetRelationalDatabaseCommand,
  GetRelationalDatabaseMasterUserPasswordCommand,
  GetRelationalDatabaseSnapshotCommand,
  GetRelationalDatabaseSnapshotsCommand,
  IsVpcPeeredCommand,
  LightsailClient,
  PutAlarmCommand,
  RebootRelationalDatabaseCommand,
  UpdateRelationalDatabaseCommand,
  type CreateRelationalDatabaseFromSnapshotCommandInput,
  type Operation,
  type UpdateRelationalDatabaseCommandInput,
} from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { MadeDatabase } from "../../../lab/aws/hooks.ts";
import type { AwsWorld, PermissionCall } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");
const MINUTE = 60_000;
const TAGS = [{ key: "managed-by", value: "incident-bot" }];

/** An account with a database on a standard plan, `shop-db`, and one with a standby, `ha-db`. */
async function lightsail(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(NOW);
  const databases = [
    { name: "shop-db", relationalDatabaseBundleId: "small_2_0" },
    { name: "ha-db", relationalDatabaseBundleId: "small_ha_2_0" },
  ];
  const aws = await started({ lightsailDatabases: databases, lightsailInstances: [{ name: "shop-web" }], ...world }, clock);
  const client = new LightsailClient(clientOf(aws));
  const told = async (relationalDatabaseName = "shop-db") =>
    (await client.send(new GetRelationalDatabaseCommand({ relationalDatabaseName }))).relationalDatabase;
  return {
    aws,
    client,
    clock,
    told,
    state: async (name?: string) => (await told(name))?.state,
    snapshot: (relationalDatabaseSnapshotName = "incident-7", relationalDatabaseName = "shop-db") =>
      client.send(new CreateRelationalDatabaseSnapshotCommand({ relationalDatabaseName, relationalDatabaseSnapshotName, tags: TAGS })),
    snapshotState: async () =>
      (await client.send(new GetRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: "incident-7" })))
        .relationalDatabaseSnapshot?.state,
    restore: (differs: Partial<CreateRelationalDatabaseFromSnapshotCommandInput> = {}) =>
      client.send(
        new CreateRelationalDatabaseFromSnapshotCommand({
          relationalDatabaseName: "incident-7-db",
          relationalDatabaseSnapshotName: "incident-7",
          tags: TAGS,
          ...differs,
        }),
      ),
    update: (input: Omit<UpdateRelationalDatabaseCommandInput, "relationalDatabaseName">) =>
      client.send(new UpdateRelationalDatabaseCommand({ relationalDatabaseName: "shop-db", ...input })),
    reboot: () => client.send(new RebootRelationalDatabaseCommand({ relationalDatabaseName: "shop-db" })),
    password: async (relationalDatabaseName = "shop-db", passwordVersion: "CURRENT" | "PREVIOUS" | "PENDING" = "CURRENT") =>
      (await client.send(new GetRelationalDatabaseMasterUserPasswordCommand({ relationalDatabaseName, passwordVersion })))
        .masterUserPassword,
    operation: async (operations: Operation[] | undefined) =>
      (await client.send(new GetOperationCommand({ operationId: operations?.[0]?.id }))).operation,
  };
}

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

test("what ends badly says so in its operation, its state and its snapshot", async () => {
  const { snapshot, snapshotState, state, reboot, operation, clock } = await lightsail({
    endsBadly: ({ deed }) => (deed === "snapshot" ? "failed" : deed === "reboot" ? "storage-full" : undefined),
  });
  const { operations } = await snapshot();
  await clock.advance(3 * MINUTE);
  expect([await snapshotState(), await state()]).toEqual(["failed", "available"]);
  expect(await operation(operations)).toMatchObject({ status: "Failed", isTerminal: true, errorCode: "OperationFailure" });
  await reboot();
  await clock.advance(MINUTE);
  expect(await state()).toBe("storage-full");
});

test("a reboot takes its time, and only an available database can be rebooted", async () => {
  const rebooted: string[] = [];
  const account = await lightsail({ hooks: { onReboot: ({ service, name }) => void rebooted.push(`${service} ${name}`) } });
  const { reboot, state, clock, aws } = account;
  await reboot();
  expect([await state(), rebooted]).toEqual(["rebooting", ["lightsail shop-db"]]);
  expect((await refusal(reboot())).name).toBe("OperationFailureException");
  await clock.advance(MINUTE);
  expect(await state()).toBe("available");
  aws.world.lightsailDatabases[0]!.state = "storage-full";
  expect([await state(), (await refusal(reboot())).name]).toEqual(["storage-full", "OperationFailureException"]);
});

test("a password is set or rotated, the one before stays readable, and the internet is let in", async () => {
  const passwords: string[] = [];
  const { update, password, told, clock } = await lightsail({ hooks: { onPassword: ({ password: each }) => void passwords.push(each) } });
  const first = await password();
  expect((await refusal(password("shop-db", "PREVIOUS"))).name).toBe("NotFoundException");
  await update({ masterUserPassword: "my-own-one", publiclyAccessible: true });
  expect(await told()).toMatchObject({ state: "modifying", publiclyAccessible: false });
  await clock.advance(MINUTE);
  expect(await told()).toMatchObject({ state: "available", publiclyAccessible: true });
  expect([await password(), await password("shop-db", "PREVIOUS")]).toEqual(["my-own-one", first]);
  await update({ rotateMasterUserPassword: true });
  expect(passwords).toEqual(["my-own-one", await password()]);
  expect(passwords[1]).not.toBe(first);
  await clock.advance(MINUTE);
  const wrong = async (input: object) => (await refusal(update(input))).message;
  expect(await wrong({ masterUserPassword: "short" })).toContain("8 to 128");
  expect(await wrong({ masterUserPassword: "with@sign-here" })).toContain("printable ASCII");
  expect(await wrong({ masterUserPassword: "my-own-two", rotateMasterUserPassword: true })).toContain("and not both");
  expect(await wrong({ caCertificateIdentifier: "x" })).toContain("does not carry out");
});

test("an operation on an alarm can be read again too", async () => {
  const { client, operation } = await lightsail();
  const put = new PutAlarmCommand({
    alarmName: "queue",
    metricName: "DiskQueueDepth",
    monitoredResourceName: "shop-db",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 1,
    evaluationPeriods: 1,
  });
  expect(await operation((await client.send(put)).operations)).toMatchObject({ operationType: "PutAlarm", status: "Succeeded" });
});

test("Lightsail is peered when its network has an active peering with the default VPC", async () => {
  const peering = (Code: "active" | "pending-acceptance", AccepterVpc = "vpc-0d0000000000000a1") => ({
    VpcPeeringConnectionId: "pcx-0123456789abcdef0",
    Status: { Code },
    AccepterVpcInfo: { VpcId: AccepterVpc, OwnerId: "111122223333" },
    RequesterVpcInfo: { VpcId: "vpc-0lightsail", OwnerId: "999988887777", CidrBlock: "172.26.0.0/16" },
  });
  const peered = async (world: Partial<AwsWorld>) => (await (await lightsail(world)).client.send(new IsVpcPeeredCommand({}))).isPeered;
  expect(await peered({})).toBe(false);
  expect(await peered({ network: { peerings: [peering("active")] } })).toBe(true);
  expect(await peered({ network: { peerings: [peering("pending-acceptance")] } })).toBe(false);
  expect(await peered({ network: { peerings: [peering("active", "vpc-0other")] } })).toBe(false);
});

test("permissions are asked for the snapshot's and the database's own ids, and for tagging", async () => {
  const asked: PermissionCall[] = [];
  const { snapshot, restore, reboot, clock } = await lightsail({ allowed: (call) => asked.push(call) > 0 });
  await snapshot();
  await clock.advance(3 * MINUTE);
  await restore();
  await reboot();
  const arn = "arn:aws:lightsail:us-east-1:111122223333";
  expect(asked.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["CreateRelationalDatabaseSnapshot", undefined],
    ["TagResource", undefined],
    ["CreateRelationalDatabaseFromSnapshot", expect.stringMatching(/RelationalDatabaseSnapshot\/[0-9a-f]{8}-/)],
    ["TagResource", undefined],
    ["RebootRelationalDatabase", `${arn}:RelationalDatabase/shop-db`],
  ]);
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
