import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { openQueue, receive, type QueueAt } from "./queue.ts";

/**
 * What a queue is like before it is read. `waiting`: messages that can be received now; `deadLetters`: where messages go that were received so often,
 * absent where there is no such queue, and a message that cannot be taken would come again for days.
 */
export type QueueLook = { arn: string; waiting: number; deadLetters?: { arn: string; after: number } };

/** A look may take this long, with all its attempts. */
const LIMIT_MS = 15_000;

/** Looks whether a queue is there and can be read. Throws an Unseen that says why not: no such queue, no permission, no answer. */
export async function lookAtQueue(at: QueueAt, access?: Access): Promise<QueueLook> {
  const queue = openQueue(at, access);
  const signal = AbortSignal.timeout(LIMIT_MS);
  const wanted = new GetQueueAttributesCommand({
    QueueUrl: at.url,
    AttributeNames: ["QueueArn", "RedrivePolicy", "ApproximateNumberOfMessages"],
  });
  const { Attributes = {} } = await ask(queue.access, queue.client, wanted, { signal });
  const look = { arn: Attributes.QueueArn ?? "", waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0) };
  // A receive counts towards the dead letters, so the right to it is tried only where it is likely to find nothing, and hides nothing.
  if (look.waiting === 0) await receive(queue, signal, { waitS: 0, hiddenS: 0 });
  const deadLetters = redriveOf(Attributes.RedrivePolicy);
  return deadLetters ? { ...look, deadLetters } : look;
}

function redriveOf(policy: string | undefined): QueueLook["deadLetters"] {
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as {
    deadLetterTargetArn?: string;
    maxReceiveCount?: number | string;
  };
  return deadLetterTargetArn === undefined ? undefined : { arn: deadLetterTargetArn, after: Number(maxReceiveCount) };
}
