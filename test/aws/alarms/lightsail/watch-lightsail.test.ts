import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { LightsailClient, PutAlarmCommand } from "@aws-sdk/client-lightsail";
import { afterEach, expect, test } from "vitest";
import type { MetricPoint, MetricQuery } from "../../../../lab/aws/world.ts";
import { virtualClock, type VirtualClock } from "../../../../lab/clock.ts";
import { watchLightsail } from "../../../../src/aws/alarms/lightsail/watch-lightsail.ts";
import { readConfig } from "../../../../src/config/config.ts";
import { account, callsOf, meanwhile, type Account } from "../../account.ts";
import { store, type Store } from "../intake.ts";

const MINUTE = 60_000;
const START = new Date("2026-11-26T02:00:00Z");

/** What DiskQueueDepth is from a time on; other metrics are 1. Until it is undefined there is a point a minute. */
let queue: (at: number) => number | undefined = () => 1;
afterEach(() => void (queue = () => 1));

function pointsOf({ name, from, to }: MetricQuery): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (let at = Math.ceil(from.getTime() / MINUTE) * MINUTE; at < to.getTime(); at += MINUTE) {
    const value = name === "DiskQueueDepth" ? queue(at) : 1;
    if (value !== undefined) points.push({ at, average: value, maximum: value, minimum: value, sum: value * 2, sampleCount: 2 });
  }
  return points;
}

const WATCH = "{ alarms: false, thresholds: [{ source: database, metric: DiskQueueDepth, above: 20 }] }";

type Watching = {
  from: Account;
  into: Store;
  clock: VirtualClock;
  look: (minutes?: number) => Promise<void>;
  again: () => void;
  told: () => unknown[];
};

/** Watches shop-db; `look` lets a minute pass and looks. */
async function watching(watch = WATCH, more = ""): Promise<Watching> {
  const clock = virtualClock(START);
  const world = { lightsailDatabases: [{ name: "shop-db" }], lightsailInstances: [{ name: "shop-web" }], metrics: pointsOf };
  const from = await account(world, { clock });
  const environments = readConfig(
    "gumshoe.yml",
    `environments:
  prod:
    hosts: [local]
    aws: { region: us-east-1 }
    channel: "#prod"
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.internal }
    metrics: { lightsailDatabase: shop-db, lightsailInstance: shop-web }
    watch: ${watch}
${more}`,
  ).environments;
  const into = store(() => clock.now());
  const open = () => watchLightsail({ environments, take: async (all) => into.take(all), log: into.log, accessOf: () => from.access });
  let watch_ = open();
  return {
    from,
    into,
    clock,
    again: () => void (watch_ = open()),
    look: async (minutes = 1) => {
      await clock.advance(minutes * MINUTE);
      await meanwhile(clock, watch_.lookOnce(new Date(Math.floor(clock.now().getTime() / MINUTE) * MINUTE), new AbortController().signal));
    },
    told: () => into.taken.map(({ alarm: { state, value, changedAt } }) => [state, value, changedAt.toISOString().slice(11, 16)]),
  };
}

test("a metric beyond its threshold is told once, and once when it is well again", async () => {
  const { look, into, told } = await watching();
  await look();
  queue = (at) => (at >= START.getTime() + 2 * MINUTE ? 41 : 1);
  for (let nth = 0; nth < 6; nth++) await look();
  queue = (at) => (at >= START.getTime() + 2 * MINUTE && at < START.getTime() + 7 * MINUTE ? 41 : 1);
  for (let nth = 0; nth < 3; nth++) await look();
  expect(told()).toEqual([
    ["ok", 1, expect.any(String)],
    ["alarm", 41, "02:05"],
    ["ok", 1, "02:08"],
  ]);
  expect(into.taken[1]).toMatchObject({
    source: "lightsail",
    alarm: {
      key: "gumshoe:lightsail:us-east-1:prod:database:DiskQueueDepth:Average>20",
      name: "shop-db DiskQueueDepth >20",
      kind: "lightsail",
      account: "111122223333",
      region: "us-east-1",
      reason: "DiskQueueDepth (Average) of shop-db was >20 for 3 min, up to 41",
      watched: [{ namespace: "AWS/Lightsail", metric: "DiskQueueDepth", dimensions: { DatabaseName: "shop-db" } }],
      threshold: 20,
      comparison: "GreaterThanThreshold",
    },
  });
});

test("after a start what is known is told once more, under the same id", async () => {
  const { look, again, into } = await watching();
  queue = (at) => (at >= START.getTime() - 10 * MINUTE ? 41 : 1);
  await look();
  const [first] = into.taken;
  again();
  await look();
  expect(into.taken).toEqual([first]);
  expect(first?.alarm).toMatchObject({ state: "alarm", changedAt: new Date(START.getTime() - 7 * MINUTE) });
});

test("a metric that falls silent has no data after ten minutes, and is never well by it", async () => {
  const { look, told } = await watching();
  queue = (at) => (at >= START.getTime() ? undefined : 41);
  await look();
  await look(8);
  expect(told()).toEqual([["alarm", 41, expect.any(String)]]);
  await look(2);
  await look();
  expect(told()).toEqual([
    ["alarm", 41, expect.any(String)],
    ["no-data", undefined, "02:10"],
  ]);
});

test("a metric that cannot be read stays as it is for ten minutes, then has no data, with the reason", async () => {
  const { look, into, from, told } = await watching();
  await look();
  const mend = from.aws.faults.add({ operation: "GetRelationalDatabaseMetricData", kind: "access-denied" });
  await look(5);
  expect(told()).toHaveLength(1);
  await look(6);
  await look();
  expect(told()).toEqual([
    ["ok", 1, expect.any(String)],
    ["no-data", undefined, "02:11"],
  ]);
  expect(into.taken[1]?.alarm.reason).toMatch(
    /^DiskQueueDepth \(Average\) of shop-db: the role lacks lightsail:GetRelationalDatabaseMetricData/,
  );
  expect(into.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  mend();
  await look();
  // Later than that it had no data, or whoever keeps the order would take it for something older.
  expect(told().at(-1)).toEqual(["ok", 1, expect.stringMatching(/^02:1[3-5]$/)]);
});

test("what could not be stored is told with the next look", async () => {
  const { look, into, told } = await watching();
  into.down = true;
  await look();
  expect(told()).toEqual([]);
  into.down = false;
  await look();
  expect(told()).toEqual([["ok", 1, expect.any(String)]]);
});

test("the alarms that are set in Lightsail are heeded, over all pages, and one that is gone has no data", async () => {
  const { look, into, from, clock } = await watching("{ alarms: true }");
  const setAlarm = (metricName: "CPUUtilization" | "DiskQueueDepth", name: string) =>
    new LightsailClient({}).send(
      new PutAlarmCommand({
        alarmName: name,
        metricName,
        monitoredResourceName: "shop-db",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 20,
        evaluationPeriods: 1,
      }),
    );
  await meanwhile(clock, setAlarm("DiskQueueDepth", "queue"));
  await meanwhile(clock, setAlarm("CPUUtilization", "cpu"));
  await look();
  queue = () => 41;
  await look(5);
  expect(into.taken.map(({ alarm: { name, state } }) => `${name} ${state}`).toSorted()).toEqual(["cpu ok", "queue alarm", "queue ok"]);
  expect(into.taken[2]).toMatchObject({
    source: "lightsail",
    alarm: {
      key: expect.stringMatching(/^arn:aws:lightsail:us-east-1:111122223333:Alarm\//),
      account: "111122223333",
      changedAt: new Date("2026-11-26T02:06:00Z"),
      watched: [{ namespace: "AWS/Lightsail", metric: "DiskQueueDepth", dimensions: { DatabaseName: "shop-db" } }],
    },
  });
  const asked = callsOf(from, "GetAlarms").map(({ input }) => (input as { monitoredResourceName?: string }).monitoredResourceName);
  expect(new Set(asked)).toEqual(new Set(["shop-db", "shop-web"]));
});

test("alarms of Lightsail that cannot be read for ten minutes have no data", async () => {
  const { look, into, from, clock } = await watching("{ alarms: true }");
  const put = new PutAlarmCommand({
    alarmName: "queue",
    metricName: "DiskQueueDepth",
    monitoredResourceName: "shop-db",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 20,
    evaluationPeriods: 1,
  });
  await meanwhile(clock, new LightsailClient({}).send(put));
  await look();
  from.aws.faults.add({ operation: "GetAlarms", kind: "access-denied" });
  await look(5);
  expect(into.taken).toHaveLength(1);
  await look(6);
  expect(into.taken.at(-1)?.alarm).toMatchObject({
    state: "no-data",
    reason: expect.stringMatching(/^the role lacks lightsail:GetAlarms/),
  });
});

test("all metrics are bridged into a namespace of CloudWatch's, each point once", async () => {
  const { look, from, clock } = await watching("{ alarms: false, bridge: Gumshoe/Lightsail }");
  await look();
  await look();
  await look(3);
  const put = callsOf(from, "PutMetricData").flatMap(
    ({ input }) => (input as { MetricData: { MetricName: string; Timestamp: Date }[] }).MetricData,
  );
  const times = put.filter(({ MetricName }) => MetricName === "DiskQueueDepth").map(({ Timestamp }) => Timestamp.getTime());
  expect(new Set(times).size).toBe(times.length);
  const [since, to] = [START.getTime() - 5 * MINUTE, START.getTime() + 5 * MINUTE];
  const told = await meanwhile(
    clock,
    new CloudWatchClient({}).send(
      new GetMetricStatisticsCommand({
        Namespace: "Gumshoe/Lightsail",
        MetricName: "DiskQueueDepth",
        Dimensions: [{ Name: "DatabaseName", Value: "shop-db" }],
        StartTime: new Date(since),
        EndTime: new Date(to),
        Period: 60,
        Statistics: ["Average", "Maximum", "SampleCount"],
      }),
    ),
  );
  // How many there are by now hangs on how far the clock went on while it was waited.
  const wanted = times.filter((at) => at >= since && at < to);
  expect(wanted.length).toBeGreaterThanOrEqual(9);
  expect(told.Datapoints).toHaveLength(wanted.length);
  expect(told.Datapoints?.[0]).toMatchObject({ Average: 1, Maximum: 1, SampleCount: 2, Unit: "Count" });
  expect(new Set(put.map(({ MetricName }) => MetricName))).toContain("BurstCapacityPercentage");
});

test("what cannot be bridged is put with the next look", async () => {
  const { look, from, into } = await watching("{ alarms: false, bridge: Gumshoe/Lightsail }");
  from.aws.faults.add({ operation: "PutMetricData", kind: "access-denied", times: 1 });
  await look();
  expect(into.lines).toContainEqual(expect.objectContaining({ level: "warn", doing: "putting metrics into Gumshoe/Lightsail" }));
  await look();
  expect(callsOf(from, "PutMetricData")).toHaveLength(2);
});

test("an account that AWS does not tell is asked for again, and the configuration's own is taken as it is", async () => {
  const one = await watching();
  one.from.aws.faults.add({ service: "sts", kind: "access-denied", times: 1 });
  await one.look();
  expect(one.into.taken[0]?.alarm.account).toBe("");
  const other = await watching(WATCH, '    alarms: { account: "999999999999" }\n');
  await other.look();
  expect(other.into.taken[0]?.alarm.account).toBe("999999999999");
});
