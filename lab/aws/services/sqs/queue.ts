import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../../clock.ts";

/** A message in a queue. It can be received from `visibleAt` on. */
export type Message = {
  id: string;
  body: string;
  attributes: Record<string, MessageAttributeValue>;
  senderId: string;
  sentAt: Date;
  visibleAt: Date;
  receives: number;
  firstReceivedAt?: Date;
};

/** A queue: its settings as the attributes that SetQueueAttributes takes, its messages, and who waits for some. */
export type Queue = {
  name: string;
  arn: string;
  url: string;
  createdAt: Date;
  changedAt: Date;
  settings: Record<string, string>;
  /** By id, in the order in which they came. */
  messages: Map<string, Message>;
  waiting: Set<() => void>;
};

/** What a queue is set to when nothing is said. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  DelaySeconds: "0",
  MaximumMessageSize: "262144",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
  VisibilityTimeout: "30",
};

/** Settings that may be given besides the defaults. */
export const OTHER_SETTINGS: readonly string[] = [
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
];

/** A setting that is a number of seconds or bytes. */
export const setting = ({ settings }: Queue, name: string): number => Number(settings[name] ?? DEFAULTS[name]);

/** Put a message into a queue and wake those who wait for one. */
export function put(
  queue: Queue,
  clock: Clock,
  sent: Pick<Message, "body" | "attributes" | "senderId"> & { delayS?: number | undefined },
): Message {
  const now = clock.now();
  const { delayS = setting(queue, "DelaySeconds"), ...rest } = sent;
  const message = { ...rest, id: randomUUID(), sentAt: now, visibleAt: new Date(now.getTime() + delayS * 1000), receives: 0 };
  queue.messages.set(message.id, message);
  for (const wake of queue.waiting) wake();
  return message;
}

/**
 * Take up to `most` messages out of sight for `visibilityS`. A message that was received as often as the redrive policy allows goes to the
 * dead-letter queue instead of to the receiver; what is older than the retention period is gone.
 */
export function take(
  queue: Queue,
  clock: Clock,
  how: { most: number; visibilityS: number; find: (arn: string) => Queue | undefined },
): Message[] {
  const now = clock.now();
  const oldest = now.getTime() - setting(queue, "MessageRetentionPeriod") * 1000;
  const { deadLetterTargetArn = "", maxReceiveCount = Infinity } = redriveOf(queue);
  const dead = how.find(deadLetterTargetArn);
  const taken: Message[] = [];
  for (const message of queue.messages.values()) {
    if (message.sentAt.getTime() <= oldest) queue.messages.delete(message.id);
    else if (message.visibleAt > now) continue;
    else if (dead && message.receives >= maxReceiveCount) {
      queue.messages.delete(message.id);
      dead.messages.set(message.id, { ...message, visibleAt: now });
      for (const wake of dead.waiting) wake();
    } else {
      if (taken.length === how.most) break;
      message.receives++;
      message.firstReceivedAt ??= now;
      message.visibleAt = new Date(now.getTime() + how.visibilityS * 1000);
      taken.push(message);
    }
  }
  return taken;
}

function redriveOf({ settings }: Queue): { deadLetterTargetArn?: string; maxReceiveCount?: number } {
  if (settings.RedrivePolicy === undefined) return {};
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(settings.RedrivePolicy) as {
    deadLetterTargetArn: string;
    maxReceiveCount: number | string;
  };
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}

/** Wait until a message may be there: one is put, one becomes visible again, or the time is over. */
export async function waitForMessage(queue: Queue, clock: Clock, until: Date, signal: AbortSignal): Promise<void> {
  let next = until.getTime();
  for (const { visibleAt } of queue.messages.values()) next = Math.min(next, visibleAt.getTime());
  const over = new AbortController();
  const wake = () => over.abort();
  queue.waiting.add(wake);
  await clock.sleep(next - clock.now().getTime(), AbortSignal.any([signal, over.signal]));
  queue.waiting.delete(wake);
}

/** MD5 as SQS gives it for bodies, and the SDK checks. */
export const md5 = (bytes: string | Buffer): string => createHash("md5").update(bytes).digest("hex");

/** MD5 of message attributes: names in order, each with its length, its type and its value, as documented for SQS. */
export function md5OfAttributes(attributes: Record<string, MessageAttributeValue>): string {
  const sized = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const names = Object.keys(attributes).sort();
  const parts = names.flatMap((name) => {
    const { DataType = "", StringValue = "", BinaryValue } = attributes[name]!;
    const value = BinaryValue ? [Buffer.from([2]), sized(Buffer.from(BinaryValue))] : [Buffer.from([1]), sized(Buffer.from(StringValue))];
    return [sized(Buffer.from(name)), sized(Buffer.from(DataType)), ...value];
  });
  return md5(Buffer.concat(parts));
}
