import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { stormConfig, stormWorld } from "../../../lab/storm/config.ts";
import { ENVIRONMENTS } from "../../../lab/storm/fleet.ts";
import { sendStorm } from "../../../lab/storm/send.ts";
import { stormOf } from "../../../lab/storm/storm.ts";
import { deliveryId } from "../../../src/alarm/alarm.ts";
import { readDelivery } from "../../../src/alarm/read/read-delivery.ts";
import { loadConfig } from "../../../src/config/config.ts";
import { clientOf, started } from "../aws/started.ts";

const FROM = new Date("2026-11-05T09:00:00Z");
const SOURCES = { eventbridge: "eventbridge", sns: "sns", "sns-raw": "sns-raw" } as const;

test("a storm of 10,000 deliveries has 60 alarms of five kinds in five environments, each change at least once, and many twice", () => {
  const { deliveries, count, truth } = stormOf({ seed: 1, from: FROM });
  expect([count, truth.alarms.size, truth.environments.toSorted()]).toEqual([10_000, 60, [...ENVIRONMENTS].toSorted()]);
  expect(new Set([...truth.alarms.values()].map(({ kind }) => kind))).toEqual(new Set(["metric", "math", "anomaly", "composite", "log"]));
  expect(truth.distinct.size + truth.duplicates).toBe(10_000);
  expect(truth.duplicates).toBeGreaterThan(2_000);
  const told = [...deliveries()];
  expect(new Set(told.flatMap((one) => (one.is === "change" ? one.id : [])))).toEqual(truth.distinct);
  expect(told.filter((one) => one.is === "change" && one.shape === "sns").length).toBeGreaterThan(3_000);
});

test("whoever reads all of it, in the order in which it comes, has what is true at its end", () => {
  const { deliveries, truth } = stormOf({ seed: 2, from: FROM, deliveries: 2_000, bad: 60, unmatched: 7 });
  const latest = new Map<string, { at: Date; state: string; kind: string }>();
  const seen = new Set<string>();
  let [refused, unmatched, late] = [0, 0, 0];
  for (const one of deliveries()) {
    const read = readDelivery(one.body, one.is === "change" ? SOURCES[one.shape] : "eventbridge");
    if (one.is === "bad") {
      expect("refused" in read, one.bad).toBe(true);
      refused++;
      continue;
    }
    if (!("alarm" in read)) throw new Error(`${JSON.stringify(read)} of ${one.body}`);
    const { alarm } = read;
    if (one.is === "unmatched") {
      expect(alarm.name).toBe(one.alarm);
      unmatched++;
      continue;
    }
    expect(deliveryId(alarm)).toBe(one.id);
    seen.add(one.id);
    const known = latest.get(alarm.key);
    if (known && known.at > alarm.changedAt) late++;
    else latest.set(alarm.key, { at: alarm.changedAt, state: alarm.state, kind: alarm.kind });
  }
  expect([refused, unmatched, truth.bad, truth.unmatched]).toEqual([60, 7, 60, 7]);
  expect(seen).toEqual(truth.distinct);
  expect(late).toBeGreaterThan(100);
  const told = [...truth.alarms].map(([arn, { state, changedAt, kind }]) => [arn, { at: changedAt, state, kind }] as const);
  expect(latest).toEqual(new Map(told));
});

test("the same seed is the same storm, another seed another one, and it ends as it is told to", () => {
  const bodies = (seed: number) => [...stormOf({ seed, from: FROM, deliveries: 300 }).deliveries()].map(({ body }) => body);
  expect(bodies(3)).toEqual(bodies(3));
  expect(bodies(3)).not.toEqual(bodies(4));
  for (const [end, state] of [["quiet", "ok"] as const, ["firing", "alarm"] as const]) {
    const { truth } = stormOf({ seed: 5, from: FROM, deliveries: 3_000, end });
    expect(new Set([...truth.alarms.values()].map((alarm) => alarm.state))).toEqual(new Set([state]));
  }
  expect(() => stormOf({ seed: 1, from: FROM, deliveries: 10 })).toThrow("at least as many");
});

test("a storm is sent into a queue whole", async () => {
  const aws = await started(stormWorld(async () => ({ exitCode: 0, stdout: "", stderr: "" })));
  const client = new SQSClient(clientOf(aws));
  const { QueueUrl: queueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "alarms" }));
  const storm = stormOf({ seed: 6, from: FROM, deliveries: 500, bad: 12 });
  expect(await sendStorm(storm.deliveries(), { client, queueUrl })).toBe(500);
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) break;
    bodies.push(...Messages.map(({ Body = "" }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  expect(bodies.toSorted()).toEqual([...storm.deliveries()].map(({ body }) => body).toSorted());
});

test("the configuration of a storm's environments is one that Gumshoe takes", async () => {
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-storm-"));
  const path = join(dir, "gumshoe.yml");
  const setting = { queueUrl: "http://127.0.0.1:4566/111122223333/alarms", folder: dir, health: "127.0.0.1:8321" };
  try {
    await writeFile(path, stringify(stormConfig(setting)));
    expect([...(await loadConfig(path)).environments.keys()]).toEqual([...ENVIRONMENTS]);
  } finally {
    await rm(dir, { recursive: true });
  }
});
