import type { SQS } from "@aws-sdk/client-sqs";
import { arnOf, type Account } from "../../account.ts";
import type { Operations, Room } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import { messageOperations } from "./messages.ts";
import { attributesOf, checked, create, find, nameIn, type Queues } from "./queues.ts";

/** Standard queues, with visibility time-outs, long polling and dead-letter queues. */
export function sqs(account: Account, queues: Queues): Room<SQS> {
  const onQueue = ({ QueueUrl }: { QueueUrl: string }) => [arnOf(account, "sqs", nameIn(QueueUrl))];
  const byName = ({ QueueName }: { QueueName: string }) => [arnOf(account, "sqs", QueueName)];
  const ofQueues = { ...queueOperations(account, queues), ...messageOperations(account, queues) };
  const onUrl = Object.keys(ofQueues).map((operation) => [operation, onQueue] as const);
  const all = () => [arnOf(account, "sqs", "*")];
  return {
    operations: ofQueues,
    resources: { ...Object.fromEntries(onUrl), CreateQueue: byName, GetQueueUrl: byName, ListQueues: all },
  };
}

function queueOperations(account: Account, queues: Queues): Operations<SQS> {
  return {
    CreateQueue: (input) => ({ QueueUrl: create(account, queues, input).url }),
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: find(queues, QueueName).url }),
    ListQueues: ({ QueueNamePrefix = "", MaxResults, NextToken }) => {
      const found = [...queues.values()].filter(({ name }) => name.startsWith(QueueNamePrefix)).map(({ url }) => url);
      const { items, next } = page(found, { token: NextToken, size: pageSize(MaxResults, { most: 1000 }) });
      return { QueueUrls: items, ...(next ? { NextToken: next } : {}) };
    },
    DeleteQueue: ({ QueueUrl }) => {
      queues.delete(find(queues, QueueUrl).name);
      return {};
    },
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
      find(queues, QueueUrl).messages.clear();
      return {};
    },
  };
}
