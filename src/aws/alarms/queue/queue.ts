import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import { openAccess, type Access, type Settings } from "../../access.ts";
import { ask } from "../../ask.ts";

/** Where a queue is, as the configuration has it. */
export type QueueAt = { url: string; region: string; role?: string | undefined };

/** A queue with the way to it. */
export type Queue = { url: string; access: Access; client: SQSClient };

/** A message that was received; its receipt deletes it. */
export type Received = { id: string; receipt: string; body: string; receives: number };

/** A long poll (WaitTimeSeconds 20 is the longest) has to come back before it is given up. */
const LIMITS_MS = { connect: 2_000, request: 30_000 };
const WAIT_S = 20;
const MOST = 10;

/** How long a received message is kept from others, SQS's own default: after a crash it comes again so soon. */
export const HIDDEN_S = 30;

/** A deletion or a change of a message's visibility may take this long, with all its attempts. */
const SETTLE_MS = 20_000;
const ROUNDS = 3;

/**
 * The SDK would send to the host in the queue's address, whatever endpoint is configured (AWS_ENDPOINT_URL, a VPC endpoint): this client goes
 * where its region and those settings say.
 */
class QueueClient extends SQSClient {
  constructor(settings: Settings) {
    super({ ...settings, useQueueUrlAsEndpoint: false });
  }
}

/** Opens the way to a queue. */
export function openQueue({ url, region, role }: QueueAt, access?: Access): Queue {
  const way = access ?? openAccess({ region, ...(role === undefined ? {} : { role }) }, { limitsMs: LIMITS_MS });
  return { url, access: way, client: way.open(QueueClient) };
}

/** One receive: at most 10 messages, after at most `waitS`. Throws an AwsFailure with the reason; it is for the caller to come again. */
export async function receive(
  { url, access, client }: Queue,
  signal: AbortSignal,
  { waitS = WAIT_S, hiddenS = HIDDEN_S } = {},
): Promise<Received[]> {
  const wanted = new ReceiveMessageCommand({
    QueueUrl: url,
    WaitTimeSeconds: waitS,
    MaxNumberOfMessages: MOST,
    VisibilityTimeout: hiddenS,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  const { Messages = [] } = await ask(access, client, wanted, { signal, attempts: 1 });
  return Messages.map(receivedOf);
}

function receivedOf({ MessageId = "", ReceiptHandle = "", Body = "", Attributes }: Message): Received {
  return { id: MessageId, receipt: ReceiptHandle, body: Body, receives: Number(Attributes?.ApproximateReceiveCount ?? 1) };
}

/** Deletes messages, again those that SQS did not manage at first; gives back how many stay (they come again). Throws an AwsFailure. */
export async function remove({ url, access, client }: Queue, messages: readonly Received[]): Promise<number> {
  const signal = AbortSignal.timeout(SETTLE_MS);
  let left = messages;
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    const Entries = left.map(({ receipt }, nth) => ({ Id: String(nth), ReceiptHandle: receipt }));
    const { Failed = [] } = await ask(access, client, new DeleteMessageBatchCommand({ QueueUrl: url, Entries }), { signal });
    const before = left;
    left = Failed.flatMap(({ Id }) => before[Number(Id)] ?? []);
  }
  return left.length;
}

/** Keeps messages from others for so long from now; 0 lets them come at once. Throws an AwsFailure. */
export async function hide({ url, access, client }: Queue, messages: readonly Received[], seconds: number): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ receipt }, nth) => ({ Id: String(nth), ReceiptHandle: receipt, VisibilityTimeout: seconds }));
  const signal = AbortSignal.timeout(SETTLE_MS);
  await ask(access, client, new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }), { signal });
}
