import {
  DeleteAlarmCommand,
  GetAlarmsCommand,
  GetInstanceCommand,
  GetInstanceMetricDataCommand,
  GetInstancesCommand,
  GetRelationalDatabaseBundlesCommand,
  GetRelationalDatabaseCommand,
  GetRelationalDatabaseEventsCommand,
  GetRelationalDatabaseLogEventsCommand,
  GetRelationalDatabaseLogStreamsCommand,
  GetRelationalDatabaseMetricDataCommand,
  GetRelationalDatabasesCommand,
  LightsailClient,
  PutAlarmCommand,
  type GetRelationalDatabaseMetricDataCommandInput,
} from "@aws-sdk/client-lightsail";
import { expect, test } from "vitest";
import type { AwsWorld, MetricQuery } from "../../../lab/aws/world.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, minutes, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");
const ago = (minutesAgo: number) => new Date(NOW.getTime() - minutesAgo * 60_000);

async function lightsail(world: Partial<AwsWorld> = {}) {
  const databases = [
    {
      name: "shop-db",
      relationalDatabaseBundleId: "micro_ha_2_0",
      engineVersion: "15.14",
      masterEndpoint: { address: "db.shop.internal", port: 5432 },
    },
  ];
  return new LightsailClient(
    clientOf(await started({ lightsailDatabases: databases, lightsailInstances: [{ name: "shop-web" }], ...world }, virtualClock(NOW))),
  );
}

const wanted = (more: Partial<GetRelationalDatabaseMetricDataCommandInput> = {}) =>
  new GetRelationalDatabaseMetricDataCommand({
    relationalDatabaseName: "shop-db",
    metricName: "DiskQueueDepth",
    period: 60,
    startTime: ago(10),
    endTime: NOW,
    unit: "Count",
    statistics: ["Average", "Maximum"],
    ...more,
  });

test("a database and an instance are told whole, and an unknown one is not found", async () => {
  const client = await lightsail();
  const { relationalDatabase } = await client.send(new GetRelationalDatabaseCommand({ relationalDatabaseName: "shop-db" }));
  expect(relationalDatabase).toMatchObject({
    name: "shop-db",
    arn: "arn:aws:lightsail:us-east-1:111122223333:RelationalDatabase/shop-db",
    state: "available",
    engine: "postgres",
    masterEndpoint: { address: "db.shop.internal", port: 5432 },
    hardware: { cpuCount: 2, diskSizeInGb: 40, ramSizeInGb: 1 },
  });
  expect((await client.send(new GetRelationalDatabasesCommand({}))).relationalDatabases).toEqual([relationalDatabase]);
  const { instance } = await client.send(new GetInstanceCommand({ instanceName: "shop-web" }));
  expect(instance).toMatchObject({ name: "shop-web", state: { code: 16, name: "running" }, resourceType: "Instance" });
  expect((await client.send(new GetInstancesCommand({}))).instances).toEqual([instance]);
  const nothing = new GetRelationalDatabaseCommand({ relationalDatabaseName: "other" });
  expect(await refusal(client.send(nothing))).toMatchObject({
    name: "NotFoundException",
    message: "The RelationalDatabase does not exist: other",
  });
});

test("metric data has the points of the asked time in no order, with the asked statistics only", async () => {
  const asked: MetricQuery[] = [];
  const client = await lightsail({ metrics: (query) => (asked.push(query), minutes(ago(12), [9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])) });
  const { metricName, metricData = [] } = await client.send(wanted());
  expect(metricName).toBe("DiskQueueDepth");
  expect(asked).toEqual([
    { namespace: "lightsail-database", name: "DiskQueueDepth", dimension: "shop-db", periodS: 60, from: ago(10), to: NOW },
  ]);
  const times = metricData.map(({ timestamp }) => timestamp!.getTime());
  const inOrder = times.toSorted((a, b) => a - b);
  expect(inOrder).toEqual(Array.from({ length: 10 }, (_, index) => ago(10 - index).getTime()));
  expect(times).not.toEqual(inOrder);
  expect(metricData.find(({ timestamp }) => timestamp?.getTime() === ago(10).getTime())).toEqual({
    timestamp: ago(10),
    unit: "Count",
    average: 1,
    maximum: 2,
  });
});

test("points are joined into the period that is asked for", async () => {
  const client = await lightsail({ metrics: () => minutes(ago(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) });
  const { metricData = [] } = await client.send(
    wanted({ period: 300, statistics: ["Average", "Maximum", "Sum", "SampleCount", "Minimum"] }),
  );
  const first = metricData.find(({ timestamp }) => timestamp?.getTime() === ago(10).getTime());
  expect([metricData.length, first]).toEqual([
    2,
    { timestamp: ago(10), unit: "Count", average: 3, maximum: 10, minimum: 0, sum: 75, sampleCount: 25 },
  ]);
});

test("the wrong unit finds no points, and that is no error", async () => {
  const client = await lightsail({ metrics: () => minutes(ago(10), [1, 2]) });
  expect((await client.send(wanted({ unit: "Bytes" }))).metricData).toEqual([]);
});

test.each([["relationalDatabaseName"], ["metricName"], ["period"], ["startTime"], ["endTime"], ["unit"], ["statistics"]])(
  "metric data is refused without %s",
  async (member) => {
    const client = await lightsail();
    expect(await refusal(client.send(wanted({ [member]: undefined })))).toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(`Value null at '${member}'`),
    });
  },
);

test.each([
  ["a period that is no multiple of 60", { period: 90 }],
  ["a time that ends before it begins", { startTime: NOW, endTime: ago(1) }],
  ["a metric that a database does not have", { metricName: "ReadIOPS" as "DiskQueueDepth" }],
])("metric data is refused for %s", async (_, more) => {
  expect((await refusal((await lightsail()).send(wanted(more)))).name).toBe("InvalidInputException");
});

test("what is older than 15 days is not kept by the minute", async () => {
  const client = await lightsail({ metrics: ({ from }) => minutes(from, [1]) });
  const { metricData } = await client.send(wanted({ startTime: ago(30 * 1_440) }));
  expect(metricData?.map(({ timestamp }) => timestamp)).toEqual([ago(15 * 1_440)]);
});

test("an instance has metrics of its own", async () => {
  const client = await lightsail({
    metrics: ({ namespace, dimension }) => (namespace === "lightsail-instance" && dimension === "shop-web" ? minutes(ago(5), [40]) : []),
  });
  const input = { instanceName: "shop-web", metricName: "BurstCapacityPercentage", period: 60, startTime: ago(10), endTime: NOW } as const;
  const { metricData } = await client.send(new GetInstanceMetricDataCommand({ ...input, unit: "Percent", statistics: ["Average"] }));
  expect(metricData).toEqual([{ timestamp: ago(5), unit: "Percent", average: 40 }]);
});

test("events are those of the past hour unless more is asked for", async () => {
  const event = (minutesAgo: number, message: string) => ({
    of: "lightsail" as const,
    name: "shop-db",
    at: ago(minutesAgo),
    message,
    categories: ["availability"],
  });
  const client = await lightsail({ events: [event(90, "restarted"), event(20, "failover"), { ...event(5, "other"), of: "rds" as const }] });
  const messages = async (durationInMinutes?: number) =>
    (
      await client.send(new GetRelationalDatabaseEventsCommand({ relationalDatabaseName: "shop-db", durationInMinutes }))
    ).relationalDatabaseEvents?.map(({ message }) => message);
  expect(await messages()).toEqual(["failover"]);
  expect(await messages(120)).toEqual(["restarted", "failover"]);
});

test("log streams are read from either end, a window at a time", async () => {
  const lines = Array.from({ length: 1_500 }, (_, index) => ({
    at: new Date(NOW.getTime() - (1_500 - index) * 1000),
    message: `line ${index}`,
  }));
  const client = await lightsail({ logs: [{ database: "shop-db", stream: "postgresql", lines }] });
  const name = { relationalDatabaseName: "shop-db" };
  expect((await client.send(new GetRelationalDatabaseLogStreamsCommand(name))).logStreams).toEqual(["postgresql"]);
  const read = (more: object) => client.send(new GetRelationalDatabaseLogEventsCommand({ ...name, logStreamName: "postgresql", ...more }));
  const newest = await read({});
  expect([newest.resourceLogEvents?.at(0)?.message, newest.resourceLogEvents?.at(-1)?.message]).toEqual(["line 500", "line 1499"]);
  expect((await read({ pageToken: newest.nextBackwardToken })).resourceLogEvents?.map(({ message }) => message).at(-1)).toBe("line 499");
  expect((await read({ pageToken: newest.nextForwardToken })).resourceLogEvents).toEqual([]);
  expect((await read({ startFromHead: true, startTime: lines[10]!.at })).resourceLogEvents?.[0]?.message).toBe("line 10");
});

test("a plan with high availability costs twice as much for the same machine", async () => {
  const { bundles = [] } = await (await lightsail()).send(new GetRelationalDatabaseBundlesCommand({}));
  const [plain, ha] = ["small_2_0", "small_ha_2_0"].map((id) => bundles.find(({ bundleId }) => bundleId === id));
  expect([ha?.price, ha?.ramSizeInGb, ha?.diskSizeInGb]).toEqual([plain!.price! * 2, plain?.ramSizeInGb, plain?.diskSizeInGb]);
});

test("an alarm is judged by the periods that have ended", async () => {
  let values = [50, 50, 50, 50, 50, 50, 50, 50, 50, 50];
  const client = await lightsail({ metrics: () => minutes(ago(10), values) });
  const alarm = {
    alarmName: "queue",
    metricName: "DiskQueueDepth",
    monitoredResourceName: "shop-db",
    threshold: 20,
    evaluationPeriods: 2,
  } as const;
  const put = (alarmName: string) =>
    client.send(new PutAlarmCommand({ ...alarm, alarmName, comparisonOperator: "GreaterThanOrEqualToThreshold" }));
  const state = async () => (await client.send(new GetAlarmsCommand({ alarmName: "queue" }))).alarms?.[0]?.state;
  expect((await put("queue")).operations?.[0]).toMatchObject({ status: "Succeeded", operationType: "PutAlarm", resourceName: "queue" });
  expect(await state()).toBe("ALARM");
  values = [50, 50, 50, 50, 50, 1, 1, 1, 1, 1];
  expect(await state()).toBe("OK");
  values = [];
  expect(await state()).toBe("INSUFFICIENT_DATA");
  await put("queue-2");
  expect((await refusal(put("queue-3"))).message).toContain("at most 2 alarms");
  const remove = () => client.send(new DeleteAlarmCommand({ alarmName: "queue-2" }));
  expect((await remove()).operations?.[0]).toMatchObject({
    status: "Succeeded",
    operationType: "DeleteAlarm",
    operationDetails: "shop-db",
  });
  expect((await refusal(remove())).name).toBe("NotFoundException");
});
