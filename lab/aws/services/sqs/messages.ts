import type { BatchResultErrorEntry, MessageAttributeValue, SQS } from "@aws-sdk/client-sqs";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Operations } from "../../operations.ts";
import { md5, md5OfAttributes, put, setting, type Queue } from "./queue.ts";
import { find, queueOf, type Queues } from "./queues.ts";
import { findByReceipt, receive } from "./receive.ts";

/** Entries of a batch, and bytes of all its bodies together. */
const [BATCH, BATCH_BYTES] = [10, 262_144];

/** What may be done with messages, one by one and ten at a time. */
export function messageOperations(account: Account, queues: Queues): Operations<SQS> {
  const { clock } = account;
  return {
    SendMessage: ({ QueueUrl, ...sent }, { principal }) => send(account, find(queues, QueueUrl), { ...sent, senderId: principal.userId }),
    SendMessageBatch: ({ QueueUrl, Entries }, { principal }) => {
      const queue = find(queues, QueueUrl);
      const bytes = Entries.reduce((sum, { MessageBody = "" }) => sum + Buffer.byteLength(MessageBody), 0);
      if (bytes > BATCH_BYTES) {
        throw new AwsError(
          "BatchRequestTooLong",
          `Batch requests cannot be longer than ${BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return batch(Entries, ({ MessageBody = "", ...sent }) => send(account, queue, { ...sent, MessageBody, senderId: principal.userId }));
    },
    ReceiveMessage: async (input, { signal }) => {
      const messages = await receive(input, { queue: find(queues, input.QueueUrl), account, find: (arn) => queueOf(queues, arn), signal });
      return messages.length > 0 ? { Messages: messages } : {};
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => remove(find(queues, QueueUrl), ReceiptHandle),
    DeleteMessageBatch: ({ QueueUrl, Entries }) => {
      const queue = find(queues, QueueUrl);
      return batch(Entries, ({ ReceiptHandle = "" }) => remove(queue, ReceiptHandle));
    },
    ChangeMessageVisibility: ({ QueueUrl, ...change }) => hide(find(queues, QueueUrl), clock.now(), change),
    ChangeMessageVisibilityBatch: ({ QueueUrl, Entries }) => {
      const queue = find(queues, QueueUrl);
      return batch(Entries, ({ ReceiptHandle = "", VisibilityTimeout = 0 }) =>
        hide(queue, clock.now(), { ReceiptHandle, VisibilityTimeout }),
      );
    },
  };
}

type Sent = {
  MessageBody: string;
  MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  DelaySeconds?: number | undefined;
  senderId: string;
};

function send(account: Account, queue: Queue, { MessageBody, MessageAttributes = {}, DelaySeconds, senderId }: Sent) {
  const longest = setting(queue, "MaximumMessageSize");
  if (Buffer.byteLength(MessageBody) > longest) {
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${longest} bytes.`,
    );
  }
  const { id } = put(queue, account.clock, { body: MessageBody, attributes: MessageAttributes, senderId, delayS: DelaySeconds });
  const ofAttributes = Object.keys(MessageAttributes).length > 0 ? { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) } : {};
  return { MessageId: id, MD5OfMessageBody: md5(MessageBody), ...ofAttributes };
}

function remove(queue: Queue, receipt: string): object {
  const message = findByReceipt(queue, receipt);
  if (message) queue.messages.delete(message.id);
  return {};
}

function hide(queue: Queue, now: Date, { ReceiptHandle, VisibilityTimeout }: { ReceiptHandle: string; VisibilityTimeout: number }): object {
  const message = findByReceipt(queue, ReceiptHandle);
  if (!message || message.visibleAt <= now) throw new AwsError("MessageNotInflight", "The specified message isn't in flight.");
  message.visibleAt = new Date(now.getTime() + VisibilityTimeout * 1000);
  return {};
}

/** What came of each entry; one that is refused does not keep the others from being carried out. */
function batch<Entry extends { Id?: string | undefined }, Done extends object>(
  entries: readonly Entry[],
  carryOut: (entry: Entry) => Done,
) {
  if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > BATCH) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${BATCH}. You have sent ${entries.length}.`,
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  }
  const Successful: (Done & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? "";
    try {
      Successful.push({ ...carryOut(entry), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.name, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
