import type { PublishInput } from "@aws-sdk/client-sns";
import { randomUUID } from "node:crypto";
import type { Filled } from "../../operations.ts";
import { put } from "../sqs/queue.ts";
import { queueOf } from "../sqs/queues.ts";
import { confirmation, envelope, type Addressed, type ConfirmationType, type Sent } from "./envelope.ts";
import { push, type Pushing } from "./push.ts";
import { find, wrong, type Subscription, type Topics } from "./topics.ts";

/** Where messages are published from. */
export type Publishing = Pushing & { topics: Topics };

/** Publishes a message to every confirmed subscriber of the topic, and gives its id back. Queues have it at once; endpoints are posted to meanwhile. */
export function publish(from: Publishing, input: Filled<PublishInput>): string {
  const topic = find(from.topics, input.TopicArn ?? input.TargetArn);
  if (input.Message === "") throw wrong("Empty message");
  if (Buffer.byteLength(input.Message) > 262_144) throw wrong("Message too long");
  const id = randomUUID();
  for (const subscription of topic.subscriptions.filter(({ confirmed }) => confirmed)) {
    const message = input.MessageStructure === "json" ? forProtocol(input.Message, subscription.protocol) : input.Message;
    const sent: Sent = { id, message, subject: input.Subject, attributes: input.MessageAttributes ?? {} };
    deliver(from, { account: from.account, topic, subscription }, sent);
  }
  return id;
}

function forProtocol(text: string, protocol: string): string {
  let told: Record<string, string | undefined>;
  try {
    told = JSON.parse(text) as Record<string, string | undefined>;
  } catch {
    throw wrong("Message Structure - JSON message body failed to parse");
  }
  if (told["default"] === undefined) throw wrong("Message Structure - No default entry in JSON message body");
  return told[protocol] ?? told["default"];
}

function deliver(from: Publishing, to: Addressed, sent: Sent): void {
  const { subscription } = to;
  const raw = subscription.settings["RawMessageDelivery"] === "true";
  const body = raw ? sent.message : JSON.stringify(envelope(to, sent));
  if (subscription.protocol !== "sqs") return void push(from, subscription, { type: "Notification", id: sent.id, body, raw });
  const queue = queueOf(from.queues, subscription.endpoint);
  if (queue) put(queue, from.account.clock, { body, attributes: raw ? sent.attributes : {}, senderId: "AIDAISMY7JYY5F7RTT6AO" });
}

/** Posts to an endpoint that it is to be subscribed, or is no longer; SNS waits for no answer to its caller. */
export function askToConfirm(from: Publishing, subscription: Subscription, type: ConfirmationType): void {
  const id = randomUUID();
  const body = JSON.stringify(
    confirmation({ account: from.account, topic: find(from.topics, subscription.topic), subscription }, { id, type }),
  );
  void push(from, subscription, { type, id, body, raw: false });
}
