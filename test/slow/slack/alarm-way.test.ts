import { setTimeout as pause } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { startLocalSlack } from "../../../lab/slack/local-slack.ts";
import { readFileSync } from "node:fs";
import { deliveryId, type Alarm, type Delivery } from "../../../src/alarm/alarm.ts";
import { intakeOf } from "../../../src/alarm/take-in.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readConfig } from "../../../src/config/config.ts";
import { faultsOf } from "../../../src/slack/contract/check-message.ts";
import type { OpenStore } from "../../../src/store/open.ts";
import { storeOf } from "../../../src/store/store.ts";
import { connect } from "../../../src/store/database/connect.ts";
import { account } from "../../aws/account.ts";
import { alarmMessage } from "../../aws/alarms/intake.ts";
import { copyOn, freshStore } from "../../store/fresh-store.ts";
import { founding, keyOf, partOf, startGumshoe, type MadeGumshoe } from "../../slack/made-gumshoe.ts";
import { reachOfCase } from "../../slack/made-reach.ts";

/** Time goes on from when the founding incident was recorded. */
const now = () => new Date(founding.at.getTime() + performance.now());

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const HOST = "hosts: [local], caddy: { accessLog: /var/log/caddy/access.log }, database: { host: db.shop.internal }";
const YAML = `environments:\n  prod: { ${HOST}, channel: "#prod", alarms: { names: ["prod-*"] }, onCall: { call: U0MINA } }\n`;
const { library } = await openLibrary();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };

async function started(options: Parameters<typeof startGumshoe>[0] = {}): Promise<MadeGumshoe> {
  const gumshoe = await startGumshoe({ yaml: YAML, now, ...options });
  stops.push(gumshoe.stop);
  return gumshoe;
}

/** Takes alarms in as any copy does. */
function takeInto({ db, copies }: OpenStore): (...alarms: Alarm[]) => Promise<void> {
  const { environments } = readConfig("gumshoe.yml", YAML.replace('"#prod"', "C0PROD"));
  const take = intakeOf({ ledger: storeOf({ db, copies, now }).ledger, environments, library, log: silent, now });
  return async (...alarms) =>
    take(alarms.map((alarm): Delivery => ({ id: deliveryId(alarm), source: "eventbridge", receivedAt: now(), alarm })));
}

function alarmOf(name: string, state: Alarm["state"] = "alarm", value = 31): Alarm {
  return {
    key: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`,
    name,
    kind: "metric",
    account: "111122223333",
    region: "eu-west-1",
    state,
    changedAt: now(),
    reason: "Threshold Crossed",
    watched: [{ namespace: "AWS/RDS", metric: name, dimensions: {} }],
    value,
    threshold: 10,
  };
}

const parts = (gumshoe: MadeGumshoe) =>
  gumshoe
    .messages()
    .map(partOf)
    .filter((part) => part !== "");
const headline = (gumshoe: MadeGumshoe) => gumshoe.messages().find((each) => partOf(each) === "headline");

function expectOnce(gumshoe: MadeGumshoe): void {
  const keys = gumshoe.messages().map(keyOf).filter(Boolean);
  expect(keys).toEqual([...new Set(keys)]);
  for (const message of gumshoe.messages()) if (keyOf(message)) expect(faultsOf(message)).toEqual([]);
  const root = headline(gumshoe)!;
  for (const message of gumshoe.messages()) if (keyOf(message) && message !== root) expect(message.threadTs).toBe(root.ts);
}

test("an alarm leads, untouched, to a thread with the right verdict; another one joins it", { timeout: 120_000 }, async () => {
  const gumshoe = await started();
  const take = takeInto(gumshoe.store);
  await take(alarmOf("prod-disk-queue"));
  await gumshoe.until(() => headline(gumshoe)?.text.includes("root cause found") === true, "the verdict in the headline");
  await gumshoe.until(() => parts(gumshoe).includes("ran") && gumshoe.idle(), "the thread");
  await take(alarmOf("prod-5xx"));
  await gumshoe.until(() => headline(gumshoe)?.text.includes("prod-5xx") === true && gumshoe.idle(), "the second alarm in the headline");
  expect(parts(gumshoe).filter((part) => part === "headline")).toHaveLength(1);
  expectOnce(gumshoe);
});

test("what a copy leaves when it is gone, another goes on with: each message is there once", { timeout: 120_000 }, async () => {
  const slack = await startLocalSlack({ manifest: readFileSync("manifest.yml", "utf8") });
  stops.push(slack.stop);
  const store = await freshStore();
  const first = await started({ slack, store, reach: () => reachOfCase(founding, async () => new Promise(() => {})) });
  await takeInto(store)(alarmOf("prod-disk-queue"));
  await first.until(() => parts(first).includes("steps"), "the first copy looks");
  const second = await started({ slack, store: await copyOn(store.url) });
  await store.copies.close();
  await second.until(() => headline(second)?.text.includes("root cause found") === true, "the second copy's verdict");
  await second.until(() => parts(second).includes("ran") && second.idle(), "the thread");
  expect(parts(second).filter((part) => part === "steps")).toHaveLength(1);
  expectOnce(second);
});

test("while the store is away, who asks is told so, and it is well again by itself", { timeout: 120_000 }, async () => {
  const gumshoe = await started();
  const name = new URL(gumshoe.store.url).pathname.slice(1);
  const asAdmin = async (...statements: string[]) => {
    const { client, leave } = await connect(Object.assign(new URL(gumshoe.store.url), { pathname: "/postgres" }).href);
    for (const statement of statements) await client.query(statement);
    await leave();
  };
  const ask = async () => gumshoe.slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
  await asAdmin(
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  await gumshoe.until(() => !gumshoe.health().store.ok, "it knows that the store is away");
  expect(gumshoe.health().ok).toBe(false);
  expect(await ask()).toMatchObject({ acked: true });
  await gumshoe.until(() => gumshoe.private("U0ALEX").length === 1, "a private answer");
  expect(gumshoe.private("U0ALEX")[0]?.text).toContain("cannot write down anything");
  await asAdmin(`alter database ${name} allow_connections true`);
  await gumshoe.until(() => gumshoe.health().ok && gumshoe.health().copy.onDuty, "it is well again");
  await pause(100);
  await ask();
  await gumshoe.until(() => headline(gumshoe)?.text.includes("prod") === true && parts(gumshoe).includes("ran"), "the thread");
  await gumshoe.until(gumshoe.idle, "all is told");
  expectOnce(gumshoe);
});

test("an alarm in a queue leads to a thread, and is taken out of the queue once that is written down", { timeout: 120_000 }, async () => {
  await account({});
  const sqs = new SQSClient({});
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "alarms" }));
  const gumshoe = await started({
    yaml: `intake: { queues: [{ url: "${QueueUrl}", region: us-east-1 }] }\n${YAML}`,
    now: () => new Date(),
  });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: alarmMessage("prod-disk-queue") }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{" }));
  await gumshoe.until(() => headline(gumshoe)?.text.includes("prod-disk-queue") === true && parts(gumshoe).includes("ran"), "the thread");
  await gumshoe.until(gumshoe.idle, "all is told");
  await gumshoe.until(() => gumshoe.health().refused?.[0]?.count === 1, "what was refused is counted");
  expect(gumshoe.health().intake.queues).toMatchObject([{ url: QueueUrl, heardAt: expect.any(Date) }]);
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }));
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
  expectOnce(gumshoe);
});
