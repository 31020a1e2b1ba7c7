import type { CreateQueueRequest, SQS } from "@aws-sdk/client-sqs";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled, Operations, Room } from "../../operations.ts";
import { DEFAULTS, md5, md5OfAttributes, OTHER_SETTINGS, put, setting, type Queue } from "./queue.ts";
import { findByReceipt, receive } from "./receive.ts";

/** The queues of an account; SNS delivers into the same map. */
export type Queues = Map<string, Queue>;

/** Standard queues, with visibility time-outs, long polling and dead-letter queues. */
export function sqs(account: Account, queues: Queues): Room<SQS> {
  const onQueue = ({ QueueUrl }: { QueueUrl: string }) => [arnOf(account, "sqs", nameIn(QueueUrl))];
  const byName = ({ QueueName }: { QueueName: string }) => [arnOf(account, "sqs", QueueName)];
  const ofQueues = { ...queueOperations(account, queues), ...messageOperations(account, queues) };
  const onUrl = Object.keys(ofQueues).map((operation) => [operation, onQueue] as const);
  return { operations: ofQueues, resources: { ...Object.fromEntries(onUrl), CreateQueue: byName, GetQueueUrl: byName } };
}

const nameIn = (url: string) => url.split("/").at(-1) ?? "";

function find(queues: Queues, url: string): Queue {
  const queue = queues.get(nameIn(url));
  if (!queue) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}

function queueOperations(account: Account, queues: Queues): Operations<SQS> {
  return {
    CreateQueue: (input) => ({ QueueUrl: create(account, queues, input).url }),
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: find(queues, QueueName).url }),
    GetQueueAttributes: ({ QueueUrl, AttributeNames = [] }) => {
      const all = attributesOf(find(queues, QueueUrl), account.clock.now());
      const wanted = new Set<string>(AttributeNames);
      return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has("All") || wanted.has(name))) };
    },
    SetQueueAttributes: ({ QueueUrl, Attributes }) => {
      const queue = find(queues, QueueUrl);
      Object.assign(queue.settings, checked(Attributes));
      queue.changedAt = account.clock.now();
      return {};
    },
    PurgeQueue: ({ QueueUrl }) => {
      find(queues, QueueUrl).messages = [];
      return {};
    },
  };
}

function create(account: Account, queues: Queues, { QueueName: name, Attributes = {} }: Filled<CreateQueueRequest>): Queue {
  if (!/^[\w-]{1,80}$/.test(name)) {
    const rule = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.";
    throw new AwsError("InvalidParameterValue", `${rule} (The local AWS has no FIFO queues.)`);
  }
  const settings = checked(Attributes);
  const known = queues.get(name);
  if (known && Object.entries(settings).some(([setting, value]) => (known.settings[setting] ?? DEFAULTS[setting]) !== value)) {
    throw new AwsError("QueueNameExists", "A queue already exists with the same name and a different value for attributes.");
  }
  const now = account.clock.now();
  const url = `${account.endpoint()}/${account.id}/${name}`;
  const fresh = {
    name,
    url,
    arn: arnOf(account, "sqs", name),
    createdAt: now,
    changedAt: now,
    settings,
    messages: [],
    waiting: new Set<() => void>(),
  };
  const queue: Queue = known ?? fresh;
  queues.set(name, queue);
  return queue;
}

function checked(attributes: Partial<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(attributes).find((name) => !(name in DEFAULTS) && !OTHER_SETTINGS.includes(name));
  if (unknown !== undefined) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const wrong = Object.entries(attributes).find(
    ([name, value]) => name in DEFAULTS && name !== "SqsManagedSseEnabled" && !/^\d+$/.test(value ?? ""),
  );
  if (wrong) throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${wrong[0]}.`);
  return attributes as Record<string, string>;
}

function attributesOf({ arn, createdAt, changedAt, settings, messages }: Queue, now: Date): Record<string, string> {
  const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000));
  const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
  return {
    ...DEFAULTS,
    ...settings,
    QueueArn: arn,
    CreatedTimestamp: seconds(createdAt),
    LastModifiedTimestamp: seconds(changedAt),
    ApproximateNumberOfMessages: String(messages.length - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(hidden.filter(({ receives }) => receives > 0).length),
    ApproximateNumberOfMessagesDelayed: String(hidden.filter(({ receives }) => receives === 0).length),
  };
}

function messageOperations(account: Account, queues: Queues): Operations<SQS> {
  const byArn = (arn: string) => [...queues.values()].find((queue) => queue.arn === arn);
  return {
    SendMessage: ({ QueueUrl, MessageBody, MessageAttributes = {}, DelaySeconds }, { principal }) => {
      const queue = find(queues, QueueUrl);
      const longest = setting(queue, "MaximumMessageSize");
      if (Buffer.byteLength(MessageBody) > longest) {
        throw new AwsError(
          "InvalidParameterValue",
          `One or more parameters are invalid. Reason: Message must be shorter than ${longest} bytes.`,
        );
      }
      const sent = put(queue, account.clock, {
        body: MessageBody,
        attributes: MessageAttributes,
        senderId: principal.userId,
        delayS: DelaySeconds,
      });
      const ofAttributes = Object.keys(MessageAttributes).length > 0 ? { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) } : {};
      return { MessageId: sent.id, MD5OfMessageBody: md5(MessageBody), ...ofAttributes };
    },
    ReceiveMessage: async (input, { signal }) => {
      const messages = await receive(input, { queue: find(queues, input.QueueUrl), account, find: byArn, signal });
      return messages.length > 0 ? { Messages: messages } : {};
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => {
      const queue = find(queues, QueueUrl);
      const deleted = findByReceipt(queue, ReceiptHandle);
      queue.messages = queue.messages.filter((message) => message !== deleted);
      return {};
    },
    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
      const now = account.clock.now();
      const message = findByReceipt(find(queues, QueueUrl), ReceiptHandle);
      if (!message || message.visibleAt <= now) throw new AwsError("MessageNotInflight", "The specified message isn't in flight.");
      message.visibleAt = new Date(now.getTime() + VisibilityTimeout * 1000);
      return {};
    },
  };
}
