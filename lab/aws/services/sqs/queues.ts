import type { CreateQueueRequest } from "@aws-sdk/client-sqs";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import { DEFAULTS, OTHER_SETTINGS, type Message, type Queue } from "./queue.ts";

/** The queues of an account by name; SNS and EventBridge deliver into the same map. */
export type Queues = Map<string, Queue>;

/** The name in a queue's address. */
export const nameIn = (url: string) => url.split("/").at(-1) ?? "";

/** The queue that an address, or a name, is of. */
export function find(queues: Queues, url: string): Queue {
  const queue = queues.get(nameIn(url));
  if (!queue) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}

/** The queue of an ARN, where there is one. */
export function queueOf(queues: Queues, arn: string): Queue | undefined {
  const queue = queues.get(arn.split(":").at(-1) ?? "");
  return queue?.arn === arn ? queue : undefined;
}

/** CreateQueue: a new queue, or the one of this name, if it is set in the same way. */
export function create(account: Account, queues: Queues, { QueueName: name, Attributes = {} }: Filled<CreateQueueRequest>): Queue {
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
    messages: new Map<string, Message>(),
    waiting: new Set<() => void>(),
  };
  const queue: Queue = known ?? fresh;
  queues.set(name, queue);
  return queue;
}

/** Settings that SQS knows, and would take. */
export function checked(attributes: Partial<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(attributes).find((name) => !(name in DEFAULTS) && !OTHER_SETTINGS.includes(name));
  if (unknown !== undefined) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const wrong = Object.entries(attributes).find(
    ([name, value]) => name in DEFAULTS && name !== "SqsManagedSseEnabled" && !/^\d+$/.test(value ?? ""),
  );
  if (wrong) throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${wrong[0]}.`);
  return attributes as Record<string, string>;
}

/** All attributes of a queue, with its counts now. */
export function attributesOf({ arn, createdAt, changedAt, settings, messages }: Queue, now: Date): Record<string, string> {
  const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000));
  const hidden = [...messages.values()].filter(({ visibleAt }) => visibleAt > now);
  return {
    ...DEFAULTS,
    ...settings,
    QueueArn: arn,
    CreatedTimestamp: seconds(createdAt),
    LastModifiedTimestamp: seconds(changedAt),
    ApproximateNumberOfMessages: String(messages.size - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(hidden.filter(({ receives }) => receives > 0).length),
    ApproximateNumberOfMessagesDelayed: String(hidden.filter(({ receives }) => receives === 0).length),
  };
}
