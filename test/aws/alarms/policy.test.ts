import { readFileSync } from "node:fs";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CloudWatchClient, PutAlarmMuteRuleCommand } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { watchLightsail } from "../../../src/aws/alarms/lightsail/watch-lightsail.ts";
import { mutedBy } from "../../../src/aws/alarms/mute/mute-rules.ts";
import { lookAtQueue } from "../../../src/aws/alarms/queue/look-at-queue.ts";
import { pollQueue } from "../../../src/aws/alarms/queue/poll-queue.ts";
import { readConfig } from "../../../src/config/config.ts";
import { account } from "../account.ts";
import { alarmEvent, alarmMessage, store, until } from "./intake.ts";

type Statement = { Action: string | string[]; Condition?: unknown };

const blocks = [...readFileSync("docs/aws.md", "utf8").matchAll(/<!-- policy: (\w+) -->\n```json\n(.*?)```/gs)];
const actionsOf = (policy: string) => {
  const [, , json = ""] = blocks.find(([, name]) => name === policy) ?? [];
  return (JSON.parse(json) as { Statement: Statement[] }).Statement.flatMap(({ Action }) => Action).toSorted();
};

test("the policies in the manual allow exactly what taking alarms in asks of AWS", async () => {
  const metrics = ({ to }: { to: Date }) => [{ at: to.getTime() - 600_000, average: 1, maximum: 1, minimum: 1, sum: 1, sampleCount: 1 }];
  const from = await account({ lightsailDatabases: [{ name: "d" }], lightsailInstances: [{ name: "i" }], metrics });
  const sqs = new SQSClient({});
  const { QueueUrl: url = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "gumshoe-alarms" }));
  const Schedule = { Expression: "cron(* * * * *)", Duration: "PT1H" };
  await new CloudWatchClient({}).send(
    new PutAlarmMuteRuleCommand({ Name: "always", Rule: { Schedule }, MuteTargets: { AlarmNames: ["disk"] } }),
  );
  const into = store();
  const asked = new Set<string>();
  from.aws.world.allowed = ({ service, operation }) => {
    asked.add(`${service}:${operation}`);
    return [...actionsOf("queue"), ...actionsOf("watch"), "sqs:SendMessage"].includes(`${service}:${operation}`);
  };
  const { environments } = readConfig(
    "gumshoe.yml",
    `environments:
  prod:
    hosts: [local]
    channel: "#prod"
    aws: { region: us-east-1 }
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.internal }
    metrics: { lightsailDatabase: d, lightsailInstance: i }
    watch: { bridge: Gumshoe/Lightsail }
`,
  );
  await lookAtQueue({ url, region: "us-east-1" }, from.access);
  const stopping = new AbortController();
  const muted = mutedBy(environments, { log: into.log, now: into.now, accessOf: () => from.access });
  const poller = pollQueue({ url, region: "us-east-1", access: from.access, signal: stopping.signal, ...into, mutedBy: muted });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: alarmEvent("disk") }));
  await until(() => into.taken.length === 1);
  expect(into.taken[0]?.alarm.suppressedBy).toBe("always");
  // A store that is down is waited for with the messages in hand.
  into.down = true;
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: alarmMessage("cpu") }));
  await until(() => poller.state().holding !== undefined);
  stopping.abort();
  await poller.ended;
  const watch = watchLightsail({ environments, take: async () => undefined, log: into.log, accessOf: () => from.access });
  await watch.lookOnce(new Date(), new AbortController().signal);
  expect(watch.state()).toMatchObject([{ environment: "prod", failing: [] }]);
  asked.delete("sqs:SendMessage");
  expect([...asked].toSorted()).toEqual([...actionsOf("queue"), ...actionsOf("watch")].toSorted());
});

test("metrics may be put into no namespace but the bridge's", () => {
  const [, , json = ""] = blocks.find(([, name]) => name === "watch") ?? [];
  const { Statement } = JSON.parse(json) as { Statement: Statement[] };
  const put = Statement.filter(({ Action }) => [Action].flat().includes("cloudwatch:PutMetricData"));
  expect(put.map(({ Condition }) => Condition)).toEqual([{ StringEquals: { "cloudwatch:namespace": "Gumshoe/Lightsail" } }]);
});
