import type { MessageAttributeValue, PublishInput, SNS, SubscribeInput } from "@aws-sdk/client-sns";
import { randomUUID } from "node:crypto";
import { arnOf, type Account } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Filled, Room } from "../operations.ts";
import { put } from "./sqs/queue.ts";
import type { Queues } from "./sqs/sqs.ts";

type Subscription = { arn: string; queueArn: string; raw: boolean };
type Topic = { arn: string; subscriptions: Subscription[] };

/** The topics of an account; alarms publish to the same ones. */
export type Topics = Map<string, Topic>;

/** Topics that deliver to queues, in the envelope or raw. */
export function sns(account: Account, topics: Topics, queues: Queues): Room<SNS> {
  const onTopic = ({ TopicArn }: { TopicArn: string }) => [TopicArn];
  return {
    operations: {
      CreateTopic: ({ Name }) => {
        if (!/^[\w-]{1,256}$/.test(Name)) throw wrong("Topic Name (the local AWS has no FIFO topics)");
        const arn = arnOf(account, "sns", Name);
        if (!topics.has(arn)) topics.set(arn, { arn, subscriptions: [] });
        return { TopicArn: arn };
      },
      Subscribe: (input) => ({ SubscriptionArn: subscribe(topics, input).arn }),
      Publish: (input) => ({ MessageId: publish(account, { topics, queues }, input) }),
    },
    resources: { CreateTopic: ({ Name }: { Name: string }) => [arnOf(account, "sns", Name)], Subscribe: onTopic, Publish: onTopic },
  };
}

const wrong = (what: string) => new AwsError("InvalidParameterException", `Invalid parameter: ${what}`);

function find(topics: Topics, arn: string | undefined): Topic {
  const topic = topics.get(arn ?? "");
  if (!topic) throw new AwsError("NotFoundException", "Topic does not exist");
  return topic;
}

function subscribe(topics: Topics, { TopicArn, Protocol, Endpoint = "", Attributes = {} }: Filled<SubscribeInput>): Subscription {
  const topic = find(topics, TopicArn);
  if (Protocol !== "sqs") throw wrong(`Protocol (the local AWS delivers to sqs only, not to ${Protocol})`);
  if (!/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(Endpoint)) throw wrong("SQS endpoint ARN");
  const unknown = Object.keys(Attributes).find((name) => name !== "RawMessageDelivery");
  if (unknown !== undefined) throw wrong(`Attributes (the local AWS does not keep ${unknown})`);
  const known = topic.subscriptions.find(({ queueArn }) => queueArn === Endpoint);
  if (known) return known;
  const subscription = { arn: `${topic.arn}:${randomUUID()}`, queueArn: Endpoint, raw: Attributes.RawMessageDelivery === "true" };
  topic.subscriptions.push(subscription);
  return subscription;
}

/** Publish a message to every queue that subscribes to the topic; the message's id is given back. */
export function publish(account: Account, { topics, queues }: { topics: Topics; queues: Queues }, input: Filled<PublishInput>): string {
  const { arn, subscriptions } = find(topics, input.TopicArn ?? input.TargetArn);
  const { Subject, MessageAttributes = {} } = input;
  if (input.Message === "") throw wrong("Empty message");
  const message = input.MessageStructure === "json" ? forQueues(input.Message) : input.Message;
  const id = randomUUID();
  for (const { arn: subscription, queueArn, raw } of subscriptions) {
    const queue = [...queues.values()].find((each) => each.arn === queueArn);
    if (!queue) continue;
    const body = raw ? message : envelope(account, { id, arn, subscription, message, subject: Subject, attributes: MessageAttributes });
    put(queue, account.clock, { body, attributes: raw ? MessageAttributes : {}, senderId: "AIDAISMY7JYY5F7RTT6AO" });
  }
  return id;
}

function forQueues(text: string): string {
  try {
    const { sqs: forSqs, default: otherwise } = JSON.parse(text) as { sqs?: string; default?: string };
    if (otherwise !== undefined) return forSqs ?? otherwise;
  } catch {
    throw wrong("Message Structure - JSON message body failed to parse");
  }
  throw wrong("Message Structure - No default entry in JSON message body");
}

type Sent = {
  id: string;
  arn: string;
  subscription: string;
  message: string;
  subject: string | undefined;
  attributes: Record<string, MessageAttributeValue>;
};

/** The envelope as SNS has it. Its signature is not one: there is no key of Amazon here, and a queue's reader trusts the queue. */
function envelope({ clock, endpoint }: Account, { id, arn, subscription, message, subject, attributes }: Sent): string {
  const told = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue }] as const;
  });
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: clock.now().toISOString(),
    SignatureVersion: "1",
    Signature: "not-signed-by-the-local-aws",
    SigningCertURL: `${endpoint()}/no-certificate.pem`,
    UnsubscribeURL: `${endpoint()}/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
    ...(told.length > 0 ? { MessageAttributes: Object.fromEntries(told) } : {}),
  });
}
