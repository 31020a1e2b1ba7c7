import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalAws, type LocalAws } from "../../lab/aws/local-aws.ts";
import { minutes, node, worldOf } from "../lab/aws/started.ts";
import { cli, findClis } from "./aws-cli.ts";

// An old CLI speaks query to CloudWatch and SQS, a new one JSON: whichever are here are run.
const clis = findClis();
const MISSING = "SKIPPED: no AWS CLI on the PATH answers `aws --version`; install one to run these tests (Debian: apt-get install awscli)";
if (clis.length === 0) console.warn(MISSING);

const NODE = "mi-0123456789abcdef0";
const minute = 60_000;
const now = new Date(Math.floor(Date.now() / minute) * minute);
const ago = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * minute);
const iso = (at: Date) => at.toISOString();

const world = worldOf({
  nodes: [node()],
  lightsailDatabases: [
    { name: "shop-db", relationalDatabaseBundleId: "small_2_0", masterEndpoint: { address: "db.shop.internal", port: 5432 } },
  ],
  lightsailInstances: [{ name: "shop-web", publicIpAddress: "192.0.2.7" }],
  rdsInstances: [{ DBInstanceIdentifier: "shop", Endpoint: { Address: "rds.shop.internal", Port: 5432 } }],
  metrics: ({ name }) => (name === "DiskQueueDepth" || name === "CPUUtilization" ? minutes(ago(5), [1, 2, 3]) : []),
  events: [
    { of: "lightsail", name: "shop-db", at: ago(10), message: "Failover <done> & over", categories: ["failover"] },
    { of: "rds", name: "shop", at: ago(10), message: "Storage <almost> & full", categories: ["low storage"] },
  ],
  logs: [{ database: "shop-db", stream: "postgresql", lines: [{ at: ago(3), message: "FATAL: too many <clients> & more" }] }],
});

/** What the CLI printed, as far as a test looks into it. */
type Printed = {
  [member: string]: unknown;
  Command: { CommandId: string };
  Content: string;
  Messages: { Body: string; Attributes: Record<string, string> }[];
  QueueUrl: string;
  TopicArn: string;
  bundles: unknown[];
  metricData: { average: number }[];
};

describe.skipIf(clis.length === 0).each(clis.length > 0 ? clis : [{ path: "", version: MISSING }])("$version", ({ path }) => {
  let aws: LocalAws;
  const ask = async (...args: string[]) => (await cli(path, aws, ...args)) as Printed;

  beforeAll(async () => {
    aws = await startLocalAws({ world });
  });
  afterAll(() => aws.stop());

  test("sts: who calls", async () => {
    const arn = "arn:aws:iam::111122223333:user/gumshoe";
    expect(await ask("sts", "get-caller-identity")).toMatchObject({ Account: "111122223333", Arn: arn });
    const role = await ask("sts", "assume-role", "--role-arn", "arn:aws:iam::111122223333:role/look", "--role-session-name", "me");
    expect(role).toMatchObject({ AssumedRoleUser: { Arn: "arn:aws:sts::111122223333:assumed-role/look/me" } });
  });

  test("ssm: nodes and documents", async () => {
    const filters = ["--filters", "Key=PingStatus,Values=Online", "Key=tag:env,Values=prod"];
    expect(await ask("ssm", "describe-instance-information", ...filters)).toMatchObject({
      InstanceInformationList: [{ InstanceId: NODE, PingStatus: "Online" }],
    });
    expect(await ask("ssm", "list-documents", "--filters", "Key=Owner,Values=Amazon")).toMatchObject({
      DocumentIdentifiers: [{ Name: "AWS-RunShellScript" }],
    });
    const described = await ask("ssm", "describe-document", "--name", "AWS-RunShellScript");
    expect(described).toMatchObject({ Document: { Owner: "Amazon", HashType: "Sha256", SchemaVersion: "1.2", DefaultVersion: "1" } });
    const document = await ask("ssm", "get-document", "--name", "AWS-RunShellScript");
    expect(JSON.parse(document.Content)).toMatchObject({ schemaVersion: "1.2" });
  });

  test("ssm: a command, its answer and its lists", async () => {
    const sent = await ask(
      "ssm",
      "send-command",
      "--document-name",
      "AWS-RunShellScript",
      "--instance-ids",
      NODE,
      "--comment",
      "by the CLI",
      "--parameters",
      `commands=["echo '<one> & two'"]`,
    );
    const id = sent.Command.CommandId;
    const invocation = ["--command-id", id, "--instance-id", NODE];
    await ask("ssm", "wait", "command-executed", ...invocation);
    expect(await ask("ssm", "get-command-invocation", ...invocation)).toMatchObject({
      Status: "Success",
      ResponseCode: 0,
      StandardOutputContent: "<one> & two\n",
    });
    expect(await ask("ssm", "list-commands", "--command-id", id)).toMatchObject({
      Commands: [{ Comment: "by the CLI", Status: "Success", TargetCount: 1 }],
    });
    const listed = await ask("ssm", "list-command-invocations", "--command-id", id, "--details");
    expect(listed).toMatchObject({
      CommandInvocations: [{ InstanceId: NODE, CommandPlugins: [{ Name: "aws:runShellScript", ResponseCode: 0 }] }],
    });
    expect(await ask("ssm", "list-commands", "--filters", `key=InvokedAfter,value=${iso(ago(5)).replace(/\.\d+/, "")}`)).toMatchObject({
      Commands: [{ CommandId: id }],
    });
  });

  test("ssm: a refusal has its name and its message", async () => {
    const wrong = ask("ssm", "get-command-invocation", "--command-id", "0".repeat(36), "--instance-id", NODE);
    await expect(wrong).rejects.toThrow("An error occurred (InvocationDoesNotExist) when calling the GetCommandInvocation operation");
  });

  test("lightsail: databases and instances", async () => {
    const database = {
      name: "shop-db",
      state: "available",
      masterEndpoint: { address: "db.shop.internal", port: 5432 },
      hardware: { ramSizeInGb: 2 },
    };
    expect(await ask("lightsail", "get-relational-database", "--relational-database-name", "shop-db")).toMatchObject({
      relationalDatabase: database,
    });
    expect(await ask("lightsail", "get-relational-databases")).toMatchObject({ relationalDatabases: [database] });
    expect(await ask("lightsail", "get-instance", "--instance-name", "shop-web")).toMatchObject({
      instance: { publicIpAddress: "192.0.2.7", state: { code: 16 } },
    });
    expect(await ask("lightsail", "get-instances")).toMatchObject({ instances: [{ name: "shop-web" }] });
    expect((await ask("lightsail", "get-relational-database-bundles")).bundles.length).toBe(8);
    await expect(ask("lightsail", "get-instance", "--instance-name", "nothing")).rejects.toThrow("(NotFoundException)");
  });

  test("lightsail: metrics, events, logs and alarms", async () => {
    const time = ["--start-time", iso(ago(10)), "--end-time", iso(now), "--period", "60", "--statistics", "Average"];
    const ofDatabase = ["--relational-database-name", "shop-db"];
    const queue = await ask(
      "lightsail",
      "get-relational-database-metric-data",
      ...ofDatabase,
      "--metric-name",
      "DiskQueueDepth",
      "--unit",
      "Count",
      ...time,
    );
    expect(new Set(queue.metricData.map(({ average }) => average))).toEqual(new Set([1, 2, 3]));
    const cpu = await ask(
      "lightsail",
      "get-instance-metric-data",
      "--instance-name",
      "shop-web",
      "--metric-name",
      "CPUUtilization",
      "--unit",
      "Percent",
      ...time,
    );
    expect(cpu.metricData).toHaveLength(3);
    expect(await ask("lightsail", "get-relational-database-events", ...ofDatabase)).toMatchObject({
      relationalDatabaseEvents: [{ message: "Failover <done> & over" }],
    });
    expect(await ask("lightsail", "get-relational-database-log-streams", ...ofDatabase)).toEqual({ logStreams: ["postgresql"] });
    const log = await ask("lightsail", "get-relational-database-log-events", ...ofDatabase, "--log-stream-name", "postgresql");
    expect(log).toMatchObject({ resourceLogEvents: [{ message: "FATAL: too many <clients> & more" }] });
    const alarm = [
      "--metric-name",
      "DiskQueueDepth",
      "--monitored-resource-name",
      "shop-db",
      "--comparison-operator",
      "GreaterThanThreshold",
      "--threshold",
      "0.5",
      "--evaluation-periods",
      "2",
    ];
    await ask("lightsail", "put-alarm", "--alarm-name", "queue", ...alarm, "--datapoints-to-alarm", "1");
    expect(await ask("lightsail", "get-alarms")).toMatchObject({ alarms: [{ name: "queue", state: "ALARM", threshold: 0.5 }] });
  });

  test("rds: instances, snapshots and events", async () => {
    const instance = {
      DBInstanceIdentifier: "shop",
      Endpoint: { Address: "rds.shop.internal", Port: 5432 },
      MultiAZ: false,
      AllocatedStorage: 40,
    };
    expect(await ask("rds", "describe-db-instances", "--filters", "Name=db-instance-id,Values=shop,other")).toMatchObject({
      DBInstances: [instance],
    });
    await ask(
      "rds",
      "create-db-snapshot",
      "--db-instance-identifier",
      "shop",
      "--db-snapshot-identifier",
      "incident-1",
      "--tags",
      "Key=why,Value=a<b&c",
    );
    const snapshots = await ask("rds", "describe-db-snapshots", "--db-snapshot-identifier", "incident-1");
    expect(snapshots).toMatchObject({ DBSnapshots: [{ Status: "creating", TagList: [{ Key: "why", Value: "a<b&c" }] }] });
    expect(await ask("rds", "describe-events", "--source-type", "db-instance", "--source-identifier", "shop")).toMatchObject({
      Events: [{ Message: "Storage <almost> & full" }],
    });
    await expect(ask("rds", "describe-db-instances", "--db-instance-identifier", "nothing")).rejects.toThrow("(DBInstanceNotFound)");
  });

  test("cloudwatch: metrics that AWS has and metrics that were put", async () => {
    const metric = { Namespace: "AWS/RDS", MetricName: "DiskQueueDepth", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "shop" }] };
    const queries = JSON.stringify([{ Id: "q1", MetricStat: { Metric: metric, Period: 60, Stat: "Maximum" } }]);
    const time = ["--start-time", iso(ago(10)), "--end-time", iso(now)];
    expect(await ask("cloudwatch", "get-metric-data", "--metric-data-queries", queries, ...time)).toMatchObject({
      MetricDataResults: [{ Id: "q1", StatusCode: "Complete", Values: [6, 4, 2] }],
    });
    await ask(
      "cloudwatch",
      "put-metric-data",
      "--namespace",
      "Shop",
      "--metric-name",
      "Orders",
      "--dimensions",
      "Shop=a<b",
      "--value",
      "3",
      "--timestamp",
      iso(ago(2)),
    );
    const put = [
      "--namespace",
      "Shop",
      "--metric-name",
      "Orders",
      "--dimensions",
      "Name=Shop,Value=a<b",
      "--period",
      "60",
      "--statistics",
      "Sum",
      ...time,
    ];
    expect(await ask("cloudwatch", "get-metric-statistics", ...put)).toMatchObject({
      Label: "Orders",
      Datapoints: [{ Sum: 3, Unit: "None" }],
    });
    expect(await ask("cloudwatch", "list-metrics", "--namespace", "AWS/RDS")).toMatchObject({
      Metrics: [{ MetricName: "CPUUtilization" }, metric],
    });
  });

  test("cloudwatch: alarms, their topic, and the queue that hears of it", async () => {
    const { TopicArn } = await ask("sns", "create-topic", "--name", "alarms");
    const { QueueUrl } = await ask("sqs", "create-queue", "--queue-name", "alarms", "--attributes", "VisibilityTimeout=60");
    expect(await ask("sqs", "get-queue-url", "--queue-name", "alarms")).toEqual({ QueueUrl });
    const attributes = await ask(
      "sqs",
      "get-queue-attributes",
      "--queue-url",
      QueueUrl,
      "--attribute-names",
      "QueueArn",
      "VisibilityTimeout",
    );
    const QueueArn = "arn:aws:sqs:us-east-1:111122223333:alarms";
    expect(attributes).toEqual({ Attributes: { QueueArn, VisibilityTimeout: "60" } });
    await ask("sns", "subscribe", "--topic-arn", TopicArn, "--protocol", "sqs", "--notification-endpoint", QueueArn);
    const metric = [
      "--namespace",
      "AWS/RDS",
      "--metric-name",
      "DiskQueueDepth",
      "--statistic",
      "Average",
      "--period",
      "60",
      "--evaluation-periods",
      "3",
    ];
    const rule = ["--threshold", "10", "--comparison-operator", "GreaterThanThreshold", "--alarm-actions", TopicArn];
    await ask("cloudwatch", "put-metric-alarm", "--alarm-name", "queue", ...metric, ...rule);
    await ask("cloudwatch", "set-alarm-state", "--alarm-name", "queue", "--state-value", "ALARM", "--state-reason", "because");
    expect(await ask("cloudwatch", "describe-alarms", "--alarm-names", "queue")).toMatchObject({
      MetricAlarms: [{ AlarmName: "queue", StateValue: "ALARM", AlarmActions: [TopicArn] }],
    });
    const received = await ask("sqs", "receive-message", "--queue-url", QueueUrl, "--attribute-names", "All");
    const [message] = received.Messages;
    expect([JSON.parse(message!.Body).Subject, message!.Attributes.ApproximateReceiveCount]).toEqual([
      'ALARM: "queue" in US East (N. Virginia)',
      "1",
    ]);
    await ask("sqs", "send-message", "--queue-url", QueueUrl, "--message-body", "a <b> & c");
    expect(await ask("sqs", "receive-message", "--queue-url", QueueUrl)).toMatchObject({ Messages: [{ Body: "a <b> & c" }] });
    await expect(ask("sqs", "get-queue-url", "--queue-name", "nothing")).rejects.toThrow("(AWS.SimpleQueueService.NonExistentQueue)");
  });
});
