import type { Message as WireMessage, ReceiveMessageRequest } from "@aws-sdk/client-sqs";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import { md5, md5OfAttributes, setting, take, waitForMessage, type Message, type Queue } from "./queue.ts";

type From = { queue: Queue; account: Account; find: (arn: string) => Queue | undefined; signal: AbortSignal };

/** ReceiveMessage: what is visible now, or, with a wait time, what becomes visible before it is over. */
export async function receive(input: ReceiveMessageRequest, { queue, account, find, signal }: From): Promise<WireMessage[]> {
  const { MaxNumberOfMessages: most = 1, WaitTimeSeconds: waitS = setting(queue, "ReceiveMessageWaitTimeSeconds") } = input;
  const visibilityS = input.VisibilityTimeout ?? setting(queue, "VisibilityTimeout");
  if (most < 1 || most > 10) throw outOfRange(most, "MaxNumberOfMessages", 1, 10);
  if (waitS < 0 || waitS > 20) throw outOfRange(waitS, "WaitTimeSeconds", 0, 20);
  const { clock, closing } = account;
  const until = new Date(clock.now().getTime() + waitS * 1000);
  const gone = AbortSignal.any([signal, closing]);
  while (!gone.aborted) {
    const messages = take(queue, clock, { most, visibilityS, find });
    if (messages.length > 0 || clock.now() >= until) return messages.map((message) => tell(message, input));
    await waitForMessage(queue, clock, until, gone);
  }
  return [];
}

function outOfRange(value: number, name: string, from: number, to: number): AwsError {
  return new AwsError(
    "InvalidParameterValue",
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
  );
}

function tell(
  message: Message,
  { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] }: ReceiveMessageRequest,
): WireMessage {
  const system = systemAttributes(message);
  const wanted = new Set<string>([...AttributeNames, ...MessageSystemAttributeNames]);
  const Attributes = Object.fromEntries(Object.entries(system).filter(([name]) => wanted.has("All") || wanted.has(name)));
  const MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => MessageAttributeNames.some((asked) => names(asked, name))),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: receiptOf(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length > 0 ? { Attributes } : {}),
    ...(Object.keys(MessageAttributes).length > 0 ? { MessageAttributes, MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) } : {}),
  };
}

function systemAttributes({ receives, sentAt, firstReceivedAt, senderId }: Message): Record<string, string> {
  return {
    SenderId: senderId,
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt.getTime()),
    ApproximateFirstReceiveTimestamp: String((firstReceivedAt ?? sentAt).getTime()),
  };
}

/** `All`, `.*`, `prefix.*`, or a name. */
const names = (asked: string, name: string) =>
  asked === "All" || asked === name || (asked.endsWith(".*") && name.startsWith(asked.slice(0, -2)));

/** A receipt of the latest receive; it says which message it is for. */
const receiptOf = ({ id, receives }: Message) => Buffer.from(`receipt:${id}:${receives}`).toString("base64");

/** The message that a receipt is for, or nothing when it has been deleted. A text that is no receipt is refused. */
export function findByReceipt({ messages }: Queue, receipt: string): Message | undefined {
  const [, id] = /^receipt:([0-9a-f-]{36}):\d+$/.exec(Buffer.from(receipt, "base64").toString()) ?? [];
  if (id === undefined) {
    throw new AwsError("ReceiptHandleIsInvalid", `The input receipt handle "${receipt}" is not a valid receipt handle.`);
  }
  return messages.get(id);
}
