import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test, vi } from "vitest";
import { virtualClock } from "../../../lab/clock.ts";
import { setUpAlarms } from "../../../lab/demo/alarms.ts";
import { readDelivery } from "../../../src/alarm/read/read-delivery.ts";
import { clientOf, started } from "../aws/started.ts";

test("a shop that fails puts its alarms into the queue within a minute, as Gumshoe reads them, and their end when it is well", async () => {
  const clock = virtualClock(new Date("2026-11-05T09:00:00Z"));
  const aws = await started({}, clock);
  let now = { failed: 0, waiting: 0.7 };
  const measured = { failed: async () => now.failed, waiting: () => now.waiting };
  const alarms = await setUpAlarms(aws, { site: { instance: "shop-web-1", database: "shop-db" }, measured, clock });
  const sqs = new SQSClient(clientOf(aws));
  const published = () => aws.calls.filter(({ operation }) => operation === "PutMetricData").length;
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 2) {
      const before = published();
      await clock.advance(2_000);
      await vi.waitFor(() => expect(published()).toBeGreaterThan(before + 1), 15_000);
    }
  };
  const received = async () => {
    const input = { QueueUrl: alarms.queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 6_000 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    return Messages.flatMap(({ Body = "" }) => {
      const read = readDelivery(Body, "eventbridge");
      return "alarm" in read ? [read.alarm] : [];
    });
  };
  const told = async () => (await received()).map(({ name, state }) => `${name} ${state}`).toSorted();
  await pass(80);
  expect(await told()).toEqual(["shop-db-queue-depth ok", "shop-web-failing ok"]);
  now = { failed: 4, waiting: 24 };
  await pass(20);
  const watched = [{ namespace: "Shop/Web", metric: "FailedRequests", dimensions: { Instance: "shop-web-1" } }];
  expect(await received()).toMatchObject([{ name: "shop-web-failing", state: "alarm", value: 4, threshold: 2, kind: "metric", watched }]);
  await pass(60);
  expect(await told()).toEqual(["shop-db-queue-depth alarm"]);
  now = { failed: 0, waiting: 0.7 };
  await pass(80);
  expect(await told()).toEqual(["shop-db-queue-depth ok", "shop-web-failing ok"]);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: alarms.queueUrl, AttributeNames: ["RedrivePolicy"] }));
  expect(JSON.parse(Attributes?.["RedrivePolicy"] ?? "")).toMatchObject({ maxReceiveCount: 5 });
  await alarms.stop();
});
