import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { StormDelivery } from "./storm.ts";

/** Entries of one SendMessageBatch, and bytes of all its bodies together (SQS). */
const [ENTRIES, BYTES] = [10, 262_144];

/** Batches on their way at once: enough to keep a queue of this machine busy, few enough that little is in memory. */
const AT_ONCE = 4;

/** Puts deliveries into a queue in their order, ten at a time, and gives back how many there were. Throws where the queue refuses one. */
export async function sendStorm(
  deliveries: Iterable<StormDelivery>,
  { client, queueUrl }: { client: SQSClient; queueUrl: string },
): Promise<number> {
  const batches = batchesOf(deliveries);
  let sent = 0;
  const sender = async (): Promise<void> => {
    for (let next = batches.next(); !next.done; next = batches.next()) {
      const Entries = next.value.map((MessageBody, index) => ({ Id: `m${index}`, MessageBody }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`sending the storm: ${Failed[0]?.Code}, ${Failed[0]?.Message}`);
      sent += Entries.length;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return sent;
}

function* batchesOf(deliveries: Iterable<StormDelivery>): Generator<string[], void> {
  let [batch, bytes]: [string[], number] = [[], 0];
  for (const { body } of deliveries) {
    const size = Buffer.byteLength(body);
    if (batch.length === ENTRIES || (batch.length > 0 && bytes + size > BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(body);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
