import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { pollQueue, type Poller } from "../../../../src/aws/alarms/queue/poll-queue.ts";
import { lookAtQueue } from "../../../../src/aws/alarms/queue/look-at-queue.ts";
import { openAccess } from "../../../../src/aws/access.ts";
import { realClock } from "../../../../src/aws/clock.ts";
import { account, callsOf, type Account } from "../../account.ts";
import { alarmEvent, alarmMessage, store, until, type Store } from "../intake.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const sqs = () => new SQSClient({});
const ARN = "arn:aws:sqs:us-east-1:111122223333";

/** A queue whose messages go to the dead letters after 5 receives. */
async function queue(name = "alarms"): Promise<string> {
  await sqs().send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${ARN}:${name}-dead`, maxReceiveCount: 5 });
  const { QueueUrl } = await sqs().send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }));
  return QueueUrl ?? "";
}

const send = async (url: string, ...bodies: string[]) => {
  for (let nth = 0; nth < bodies.length; nth += 10)
    await sqs().send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: bodies.slice(nth, nth + 10).map((MessageBody, id) => ({ Id: String(id), MessageBody })),
      }),
    );
};

/** Messages that are there, seen or not. */
async function left(url: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await sqs().send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }));
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** Time for waiting that passes a hundred times as fast; calls take their own. */
const hasty = { now: () => new Date(), sleep: async (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 100, signal) };

type Polled = { poller: Poller; stop: () => Promise<void> };

function poll(url: string, into: Store): Polled {
  const stopping = new AbortController();
  const access = openAccess({ region: "us-east-1" }, { clock: hasty, limitsMs: { connect: 2_000, request: 30_000 } });
  const { taken: _taken, refused: _refused, lines: _lines, down: _down, chokesOn: _chokesOn, ...intake } = into;
  const poller = pollQueue({ url, region: "us-east-1", signal: stopping.signal, access, ...intake });
  const stop = async () => {
    stopping.abort();
    await poller.ended;
  };
  stops.push(stop);
  return { poller, stop };
}

const names = (into: Store) => into.taken.map(({ alarm }) => alarm.name).toSorted();
const deletions = (from: Account) => callsOf(from, "DeleteMessageBatch").length;

test("alarms are taken in from a queue, and their messages are deleted then", async () => {
  await account({});
  const url = await queue();
  const all = Array.from({ length: 25 }, (_, nth) => `disk-${String(nth).padStart(2, "0")}`);
  await send(url, ...all.map((name) => alarmMessage(name)));
  const into = store();
  const { poller } = poll(url, into);
  await until(async () => (await left(url)) === 0);
  expect(names(into)).toEqual(all);
  expect(into.taken[0]).toMatchObject({ source: "sns-raw", receivedAt: expect.any(Date) });
  expect(poller.state()).toEqual({ url, heardAt: expect.any(Date) });
});

test("nothing is deleted while nothing can be stored, and nothing comes nearer to the dead letters by it", async () => {
  const from = await account({});
  const url = await queue();
  await send(url, alarmMessage("disk"), alarmMessage("cpu"), "no alarm at all {");
  const into = store();
  into.down = true;
  const { poller } = poll(url, into);
  // The hold goes on far beyond five attempts.
  await until(() => callsOf(from, "ChangeMessageVisibilityBatch").length >= 8);
  expect(await left(url)).toBe(3);
  expect(deletions(from)).toBe(0);
  expect(poller.state().holding).toMatchObject({ messages: expect.any(Number) });
  into.down = false;
  await until(async () => (await left(url)) === 0);
  expect(names(into)).toEqual(["cpu", "disk"]);
  expect(into.refused).toEqual(["sqs: the body is not a JSON object"]);
  expect(await left(`${url}-dead`)).toBe(0);
  await until(() => poller.state().holding === undefined);
});

test("one alarm that cannot be stored keeps no other, waits longer each time, and is counted", async () => {
  const from = await account({});
  const url = await queue();
  await send(url, ...["a", "b", "poison", "c"].map((name) => alarmMessage(name)));
  const into = store();
  into.chokesOn = "poison";
  poll(url, into);
  await until(async () => (await left(url)) === 1);
  expect(names(into)).toEqual(["a", "b", "c"]);
  await until(() => callsOf(from, "ChangeMessageVisibilityBatch").length > 0);
  expect(callsOf(from, "ChangeMessageVisibilityBatch")[0]?.input).toMatchObject({ Entries: [{ VisibilityTimeout: 30 }] });
  expect(into.refused).toEqual(["sqs: it could not be stored, while others could"]);
  expect(into.lines).toContainEqual(expect.objectContaining({ level: "error", facts: expect.objectContaining({ receives: 1 }) }));
});

test("what is no alarm is deleted; what is not what it says is counted with its reason, and deleted", async () => {
  await account({});
  const url = await queue();
  await send(
    url,
    "",
    "{",
    "[]",
    '{"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification"}',
    alarmMessage("disk").replace("111122223333", "999999999999"),
  );
  await sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: alarmMessage("disk") }));
  const into = store();
  poll(url, into);
  await until(async () => (await left(url)) === 0);
  expect(names(into)).toEqual(["disk"]);
  expect(into.refused.toSorted()).toEqual([
    "sqs: AWSAccountId: not what the ARN says",
    "sqs: the body is not a JSON object",
    "sqs: the body is not a JSON object",
    "sqs: the body is not a JSON object",
  ]);
});

test("an alarm that one of CloudWatch's mute rules holds back says so; one that is well, or that came by SNS, is not asked about", async () => {
  await account({});
  const url = await queue();
  await send(url, alarmEvent("disk"), alarmEvent("cpu", { state: "OK" }), alarmMessage("web"));
  const into = store();
  const asked: string[] = [];
  poll(url, {
    ...into,
    mutedBy: async ({ name }) => {
      asked.push(name);
      return "cut-over";
    },
  });
  await until(async () => (await left(url)) === 0);
  expect(asked).toEqual(["disk"]);
  expect(Object.fromEntries(into.taken.map(({ alarm }) => [alarm.name, alarm.suppressedBy]))).toEqual({
    cpu: undefined,
    disk: "cut-over",
    web: undefined,
  });
});

test("messages that SQS does not delete at first are deleted again, and one that comes twice is taken once", async () => {
  const from = await account({});
  const url = await queue();
  from.aws.faults.add({ operation: "DeleteMessageBatch", kind: "http-500", times: 2 });
  await send(
    url,
    alarmMessage("disk", { at: new Date(0) }).replace("1970", "2026"),
    alarmMessage("disk", { at: new Date(0) }).replace("1970", "2026"),
  );
  const into = store();
  poll(url, into);
  await until(async () => (await left(url)) === 0);
  expect(names(into)).toEqual(["disk"]);
});

test("a queue that cannot be read is told with the missing permission, tried again, and read when it can be", async () => {
  const from = await account({});
  const url = await queue();
  await send(url, alarmMessage("disk"));
  let allowed = false;
  from.aws.world.allowed = ({ operation }) => operation !== "ReceiveMessage" || allowed;
  const into = store();
  const { poller } = poll(url, into);
  await until(() => callsOf(from, "ReceiveMessage").length >= 4);
  const failing = poller.state().failing;
  expect(failing?.because).toBe(`the role lacks sqs:ReceiveMessage on ${ARN}:alarms`);
  expect(into.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  allowed = true;
  await until(async () => (await left(url)) === 0);
  expect(poller.state().failing).toBeUndefined();
  expect(into.lines).toContainEqual(expect.objectContaining({ level: "info", doing: "reading the alarm queue works again" }));
});

test("a stop settles the batch in hand", async () => {
  await account({});
  const url = await queue();
  await send(url, alarmMessage("disk"));
  const into = store();
  const { promise: storing, resolve: begun } = Promise.withResolvers<void>();
  const { promise: stored, resolve: end } = Promise.withResolvers<void>();
  const { stop } = poll(url, {
    ...into,
    take: async (deliveries) => {
      begun();
      await stored;
      await into.take(deliveries);
    },
  });
  await storing;
  const stopped = stop();
  end();
  await stopped;
  expect(names(into)).toEqual(["disk"]);
  expect(await left(url)).toBe(0);
});

test("a stop while nothing can be stored gives the batch back to the queue at once", async () => {
  const from = await account({});
  const url = await queue();
  await send(url, alarmMessage("disk"));
  const into = store();
  into.down = true;
  const { poller, stop } = poll(url, into);
  await until(() => poller.state().holding !== undefined);
  await stop();
  expect(callsOf(from, "ChangeMessageVisibilityBatch").at(-1)?.input).toMatchObject({ Entries: [{ VisibilityTimeout: 0 }] });
  expect(poller.state().holding).toBeUndefined();
  const other = store();
  poll(url, other);
  await until(async () => (await left(url)) === 0);
  expect(names(other)).toEqual(["disk"]);
});

test("a queue is asked at the configured endpoint, whatever host its address names", async () => {
  await account({});
  await queue();
  await send(await queue(), alarmMessage("disk"));
  const into = store();
  poll("https://sqs.us-east-1.amazonaws.com/111122223333/alarms", into);
  await until(() => into.taken.length > 0);
});

test("a look at a queue tells where its dead letters go, and why it cannot be read", async () => {
  const from = await account({});
  const url = await queue();
  const at = { url, region: "us-east-1" };
  expect(await lookAtQueue(at, from.access)).toEqual({
    arn: `${ARN}:alarms`,
    waiting: 0,
    deadLetters: { arn: `${ARN}:alarms-dead`, after: 5 },
  });
  expect(callsOf(from, "ReceiveMessage")).toHaveLength(1);
  await send(url, alarmMessage("disk"));
  expect(await lookAtQueue({ ...at, url: `${url}-dead` }, from.access)).toEqual({ arn: `${ARN}:alarms-dead`, waiting: 0 });
  // A look at a queue with messages brings none of them nearer to the dead letters.
  expect(await lookAtQueue(at, from.access)).toMatchObject({ waiting: 1 });
  expect(callsOf(from, "ReceiveMessage")).toHaveLength(2);
  await expect(lookAtQueue({ ...at, url: `${url}-missing` }, from.access)).rejects.toThrow(
    /^SQS refused: .*(?:NonExistentQueue|QueueDoesNotExist)/,
  );
  from.aws.world.allowed = ({ operation }) => operation !== "GetQueueAttributes";
  await expect(lookAtQueue(at, from.access)).rejects.toThrow("the role lacks sqs:GetQueueAttributes");
});
