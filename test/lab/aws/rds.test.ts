import {
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");

async function rds() {
  const clock = virtualClock(NOW);
  const at = (minutesAgo: number) => new Date(NOW.getTime() - minutesAgo * 60_000);
  const many = Array.from({ length: 21 }, (_, index) => ({ DBInstanceIdentifier: `other-${index}`, Engine: "mysql" }));
  const aws = await started(
    {
      rdsInstances: [
        { DBInstanceIdentifier: "shop", AllocatedStorage: 100, Endpoint: { Address: "db.shop.internal", Port: 5433 } },
        ...many,
      ],
      events: [
        { of: "rds", name: "shop", at: at(90), message: "DB instance restarted", categories: ["availability"] },
        { of: "rds", name: "shop", at: at(10), message: "Storage is almost full", categories: ["low storage"] },
      ],
    },
    clock,
  );
  return { client: new RDSClient(clientOf(aws)), clock };
}

test("instances are described by name and by filter, in pages", async () => {
  const { client } = await rds();
  const describe = (input: object) => client.send(new DescribeDBInstancesCommand(input));
  expect((await describe({ DBInstanceIdentifier: "shop" })).DBInstances).toEqual([
    expect.objectContaining({
      DBInstanceIdentifier: "shop",
      DBInstanceStatus: "available",
      Engine: "postgres",
      AllocatedStorage: 100,
      PubliclyAccessible: false,
      Endpoint: { Address: "db.shop.internal", Port: 5433 },
      DBInstanceArn: "arn:aws:rds:us-east-1:111122223333:db:shop",
      InstanceCreateTime: new Date("2024-03-01T00:00:00Z"),
    }),
  ]);
  expect((await describe({ Filters: [{ Name: "engine", Values: ["postgres"] }] })).DBInstances).toHaveLength(1);
  const first = await describe({ MaxRecords: 20 });
  expect([first.DBInstances?.length, (await describe({ MaxRecords: 20, Marker: first.Marker })).DBInstances?.length]).toEqual([20, 2]);
  expect(await refusal(describe({ DBInstanceIdentifier: "nothing" }))).toMatchObject({
    name: "DBInstanceNotFoundFault",
    status: 404,
    message: "DBInstance nothing not found.",
  });
  expect((await refusal(describe({ MaxRecords: 5 }))).name).toBe("InvalidParameterValue");
});

test("a snapshot is made in its own time, its instance backs up meanwhile, and the events tell of it", async () => {
  const { client, clock } = await rds();
  const create = (DBSnapshotIdentifier: string) =>
    client.send(
      new CreateDBSnapshotCommand({ DBSnapshotIdentifier, DBInstanceIdentifier: "shop", Tags: [{ Key: "incident", Value: "7" }] }),
    );
  const snapshot = async () => (await client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "incident-7" }))).DBSnapshots?.[0];
  const status = async () =>
    (await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop" }))).DBInstances?.[0]?.DBInstanceStatus;
  expect((await create("incident-7")).DBSnapshot).toMatchObject({
    Status: "creating",
    PercentProgress: 0,
    AllocatedStorage: 100,
    TagList: [{ Key: "incident", Value: "7" }],
  });
  await clock.advance(90_000);
  expect(await snapshot()).toMatchObject({ Status: "creating", PercentProgress: 50, SnapshotCreateTime: NOW });
  expect(await status()).toBe("backing-up");
  expect(await refusal(create("incident-8"))).toMatchObject({ name: "InvalidDBInstanceStateFault", status: 400 });
  expect(await refusal(create("incident-7"))).toMatchObject({ name: "DBSnapshotAlreadyExistsFault", status: 400 });
  await clock.advance(90_000);
  expect(await snapshot()).toMatchObject({ Status: "available", PercentProgress: 100 });
  expect(await status()).toBe("available");
  const { Events } = await client.send(new DescribeEventsCommand({ SourceType: "db-snapshot", SourceIdentifier: "incident-7" }));
  expect(Events?.map(({ Message, Date: at }) => [Message, at?.toISOString()])).toEqual([
    ["Creating manual snapshot", "2026-11-05T09:00:00.000Z"],
    ["Manual snapshot created", "2026-11-05T09:03:00.000Z"],
  ]);
});

test("snapshots that are not there, and names that are none, are refused", async () => {
  const { client } = await rds();
  expect(await refusal(client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "x" })))).toMatchObject({
    name: "DBSnapshotNotFoundFault",
    status: 404,
  });
  const create = (DBSnapshotIdentifier: string, DBInstanceIdentifier: string) =>
    client.send(new CreateDBSnapshotCommand({ DBSnapshotIdentifier, DBInstanceIdentifier }));
  expect((await refusal(create("a--b", "shop"))).name).toBe("InvalidParameterValue");
  expect((await refusal(create("ab", "nothing"))).name).toBe("DBInstanceNotFoundFault");
  expect((await client.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "shop" }))).DBSnapshots).toEqual([]);
});

test("events are those of the past hour unless a time is named, and are told by category", async () => {
  const { client } = await rds();
  const messages = async (input: object) => (await client.send(new DescribeEventsCommand(input))).Events?.map(({ Message }) => Message);
  expect(await messages({})).toEqual(["Storage is almost full"]);
  expect(await messages({ Duration: 120 })).toEqual(["DB instance restarted", "Storage is almost full"]);
  expect(await messages({ StartTime: new Date("2026-11-05T07:00:00Z"), EndTime: new Date("2026-11-05T08:00:00Z") })).toEqual([
    "DB instance restarted",
  ]);
  expect(await messages({ Duration: 120, EventCategories: ["low storage"], SourceType: "db-instance", SourceIdentifier: "shop" })).toEqual([
    "Storage is almost full",
  ]);
  expect((await refusal(messages({ SourceIdentifier: "shop" }))).name).toBe("InvalidParameterCombination");
});
