import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { expect, test, vi } from "vitest";
import { put } from "../../../lab/aws/services/sqs/queue.ts";
import { receive as receiveFrom } from "../../../lab/aws/services/sqs/receive.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started, worldOf } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");

async function queue(clock = virtualClock(NOW), Attributes: Record<string, string> = {}) {
  const aws = await started({}, clock);
  const client = new SQSClient(clientOf(aws));
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "alarms", Attributes }));
  const send = (MessageBody: string, more: object = {}) => client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
  const attributes = async (url = QueueUrl) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }))).Attributes!;
  return { aws, clock, client, QueueUrl, send, receive, attributes };
}

test("a message is received with its attributes, its checksums good, and is gone when it is deleted", async () => {
  const { aws, client, QueueUrl, send, receive } = await queue();
  expect(QueueUrl).toBe(`${aws.endpoint}/111122223333/alarms`);
  const MessageAttributes = {
    kind: { DataType: "String", StringValue: "한글 & <more>" },
    raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
  };
  const { MessageId } = await send("body & <more>", { MessageAttributes });
  const [message] = await receive({ MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] });
  expect(message).toMatchObject({
    MessageId,
    Body: "body & <more>",
    MessageAttributes,
    Attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(NOW.getTime()),
      ApproximateFirstReceiveTimestamp: String(NOW.getTime()),
    },
  });
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  expect((await refusal(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "made-up" })))).name).toBe(
    "ReceiptHandleIsInvalid",
  );
});

test("a received message is out of sight until its time is over, or as long as its receiver says", async () => {
  const { clock, client, QueueUrl, send, receive } = await queue();
  await send("one");
  const [first] = await receive();
  expect(await receive()).toEqual([]);
  await clock.advance(30_000);
  const [again] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
  expect([again?.MessageId, again?.Attributes]).toEqual([first?.MessageId, { ApproximateReceiveCount: "2" }]);
  const change = (VisibilityTimeout: number) =>
    client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle, VisibilityTimeout }));
  await change(120);
  await clock.advance(119_000);
  expect(await receive()).toEqual([]);
  await change(0);
  expect(await receive()).toHaveLength(1);
  await clock.advance(30_000);
  expect((await refusal(change(10))).name).toBe("MessageNotInflight");
});

test("a long poll ends with the message that comes, and empty when none does", async () => {
  const { aws, clock, send, receive } = await queue();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await vi.waitFor(() => expect(aws.calls.at(-1)?.operation).toBe("ReceiveMessage"), 15_000);
  await send("late");
  expect(await waiting).toMatchObject([{ Body: "late" }]);
  let empty: unknown[] | undefined;
  const nothing = receive({ WaitTimeSeconds: 20 }).then((messages) => (empty = messages));
  await vi.waitFor(() => expect(aws.calls.at(-1)?.operation).toBe("ReceiveMessage"), 15_000);
  await clock.advance(19_000);
  expect(empty).toBeUndefined();
  await clock.advance(1_000);
  expect(await nothing).toEqual([]);
});

test("a message is not handed to a receiver who has gone away", async () => {
  const clock = virtualClock(NOW);
  const known = {
    name: "alarms",
    arn: "",
    url: "",
    createdAt: NOW,
    changedAt: NOW,
    settings: {},
    messages: new Map(),
    waiting: new Set<() => void>(),
  };
  const account = {
    id: "",
    region: "",
    clock,
    world: worldOf(),
    keys: new Map(),
    endpoint: () => "",
    closing: new AbortController().signal,
  };
  const gone = new AbortController();
  const poll = (signal: AbortSignal) =>
    receiveFrom({ QueueUrl: "", WaitTimeSeconds: 20 }, { queue: known, account, find: () => undefined, signal });
  const waiting = poll(gone.signal);
  gone.abort();
  put(known, clock, { body: "for another", attributes: {}, senderId: "" });
  expect(await waiting).toEqual([]);
  expect(await poll(new AbortController().signal)).toMatchObject([{ Body: "for another" }]);
});

test("a message that was received too often goes to the dead-letter queue", async () => {
  const { clock, client, QueueUrl, send, receive, attributes } = await queue();
  const dead = (await client.send(new CreateQueueCommand({ QueueName: "dead" }))).QueueUrl!;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: (await attributes(dead)).QueueArn, maxReceiveCount: 2 });
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy, VisibilityTimeout: "10" } }));
  await send("poison");
  for (const expected of [1, 1, 0]) {
    expect(await receive()).toHaveLength(expected);
    await clock.advance(10_000);
  }
  expect(await receive({ QueueUrl: dead })).toMatchObject([{ Body: "poison" }]);
});

test("a queue tells its counts and settings, delays, and is purged", async () => {
  const { clock, client, QueueUrl, send, receive, attributes } = await queue(virtualClock(NOW), { VisibilityTimeout: "60" });
  await send("now");
  await send("later", { DelaySeconds: 30 });
  expect(await receive({ MaxNumberOfMessages: 1 })).toMatchObject([{ Body: "now" }]);
  expect(await attributes()).toMatchObject({
    QueueArn: "arn:aws:sqs:us-east-1:111122223333:alarms",
    VisibilityTimeout: "60",
    MessageRetentionPeriod: "345600",
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "1",
    ApproximateNumberOfMessagesDelayed: "1",
  });
  await clock.advance(30_000);
  expect(await receive()).toMatchObject([{ Body: "later" }]);
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await attributes()).toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
});

test("queues are created once, found by name, and unknown ones do not exist", async () => {
  const { client, QueueUrl, receive } = await queue(virtualClock(NOW), { VisibilityTimeout: "60" });
  const create = (Attributes: Record<string, string>, QueueName = "alarms") =>
    client.send(new CreateQueueCommand({ QueueName, Attributes }));
  expect((await create({ VisibilityTimeout: "60" })).QueueUrl).toBe(QueueUrl);
  expect((await refusal(create({ VisibilityTimeout: "90" }))).name).toBe("QueueNameExists");
  expect((await refusal(create({ Colour: "red" }))).name).toBe("InvalidAttributeName");
  expect((await refusal(create({}, "orders.fifo"))).message).toContain("no FIFO queues");
  expect((await client.send(new GetQueueUrlCommand({ QueueName: "alarms" }))).QueueUrl).toBe(QueueUrl);
  const told = await refusal(client.send(new GetQueueUrlCommand({ QueueName: "nothing" })));
  expect(told).toMatchObject({ name: "QueueDoesNotExist", message: "The specified queue does not exist.", status: 400 });
  expect((await refusal(receive({ MaxNumberOfMessages: 11 }))).message).toContain("MaxNumberOfMessages");
});

test("batches are carried out entry by entry, and too large ones not at all", async () => {
  const { client, QueueUrl, receive } = await queue();
  const bodies = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: bodies }));
  expect([sent.Successful?.length, sent.Failed]).toEqual([10, []]);
  const messages = await receive();
  expect(messages.map(({ Body }) => Body)).toEqual(bodies.map(({ MessageBody }) => MessageBody));
  const receipts = messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
  const shown = receipts.slice(0, 2).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: shown }));
  expect(await receive()).toHaveLength(2);
  const Entries = [...receipts.slice(1), { Id: "wrong", ReceiptHandle: "made-up" }];
  const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(deleted.Successful).toHaveLength(9);
  expect(deleted.Failed).toMatchObject([{ Id: "wrong", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  const refused = (Entries: { Id: string; MessageBody: string }[]) =>
    refusal(client.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
  expect((await refused([...bodies, { Id: "m10", MessageBody: "x" }])).name).toContain("TooManyEntriesInBatchRequest");
  expect((await refused([bodies[0]!, bodies[0]!])).name).toContain("BatchEntryIdsNotDistinct");
  const large = bodies.slice(0, 2).map((entry) => ({ ...entry, MessageBody: "x".repeat(200_000) }));
  expect((await refused(large)).name).toContain("BatchRequestTooLong");
});

test("queues are listed by the beginning of their names, and are gone when they are deleted", async () => {
  const { client, QueueUrl } = await queue();
  const listed = async (QueueNamePrefix: string) => (await client.send(new ListQueuesCommand({ QueueNamePrefix }))).QueueUrls;
  expect([await listed("al"), await listed("x")]).toEqual([[QueueUrl], []]);
  await client.send(new DeleteQueueCommand({ QueueUrl }));
  expect(await listed("")).toEqual([]);
});
