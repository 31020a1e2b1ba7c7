import type { SNS, SubscribeInput } from "@aws-sdk/client-sns";
import { randomBytes, randomUUID } from "node:crypto";
import { arnOf } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Filled, Operations, Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { askToConfirm, publish, type Publishing } from "./publish.ts";
import { find, findSubscription, set, signatureVersion, tell, wrong, type Subscription } from "./topics.ts";

/** Topics that deliver to queues, in the envelope or raw, and to HTTP endpoints, signed. */
export function sns(from: Publishing): Room<SNS> {
  const onTopic = ({ TopicArn }: { TopicArn: string }) => [TopicArn];
  const ofSubscription = ({ SubscriptionArn }: { SubscriptionArn: string }) => [SubscriptionArn.replace(/:[^:]*$/, "")];
  const names = [
    "Subscribe",
    "Publish",
    "ConfirmSubscription",
    "SetTopicAttributes",
    "GetTopicAttributes",
    "DeleteTopic",
    "ListSubscriptionsByTopic",
  ];
  return {
    operations: { ...topicOperations(from), ...subscriptionOperations(from) },
    resources: {
      ...Object.fromEntries(names.map((name) => [name, onTopic] as const)),
      CreateTopic: ({ Name }: { Name: string }) => [arnOf(from.account, "sns", Name)],
      Unsubscribe: ofSubscription,
      GetSubscriptionAttributes: ofSubscription,
      SetSubscriptionAttributes: ofSubscription,
    },
  };
}

function topicOperations(from: Publishing): Operations<SNS> {
  const { account, topics } = from;
  return {
    CreateTopic: ({ Name, Attributes = {} }) => {
      if (!/^[\w-]{1,256}$/.test(Name)) throw wrong("Topic Name (the local AWS has no FIFO topics)");
      const arn = arnOf(account, "sns", Name);
      const topic = topics.get(arn) ?? { arn, settings: {}, subscriptions: [] };
      set("topic", topic.settings, Attributes);
      topics.set(arn, topic);
      return { TopicArn: arn };
    },
    DeleteTopic: ({ TopicArn }) => {
      topics.delete(TopicArn);
      return {};
    },
    SetTopicAttributes: ({ TopicArn, AttributeName, AttributeValue = "" }) => {
      set("topic", find(topics, TopicArn).settings, { [AttributeName]: AttributeValue });
      return {};
    },
    GetTopicAttributes: ({ TopicArn }) => {
      const topic = find(topics, TopicArn);
      const confirmed = topic.subscriptions.filter((each) => each.confirmed).length;
      const counts = { SubscriptionsConfirmed: `${confirmed}`, SubscriptionsPending: `${topic.subscriptions.length - confirmed}` };
      return { Attributes: { TopicArn, Owner: account.id, ...topic.settings, ...counts, SignatureVersion: signatureVersion(topic) } };
    },
    Publish: (input) => ({ MessageId: publish(from, input) }),
  };
}

function subscriptionOperations(from: Publishing): Operations<SNS> {
  const { topics } = from;
  return {
    Subscribe: (input) => {
      const { arn, confirmed } = subscribe(from, input);
      return { SubscriptionArn: confirmed || input.ReturnSubscriptionArn === true ? arn : "pending confirmation" };
    },
    ConfirmSubscription: ({ TopicArn, Token }) => ({ SubscriptionArn: confirm(from, TopicArn, Token) }),
    Unsubscribe: ({ SubscriptionArn }) => {
      unsubscribe(from, SubscriptionArn);
      return {};
    },
    ListSubscriptionsByTopic: ({ TopicArn, NextToken }) => {
      const { items, next } = page(find(topics, TopicArn).subscriptions, { token: NextToken, size: 100 });
      return { Subscriptions: items.map(tell), ...(next ? { NextToken: next } : {}) };
    },
    GetSubscriptionAttributes: ({ SubscriptionArn }) => {
      const found = findSubscription(topics, SubscriptionArn);
      const Attributes = { ...tell(found), ...found.settings, PendingConfirmation: String(!found.confirmed) } as Record<string, string>;
      return { Attributes };
    },
    SetSubscriptionAttributes: ({ SubscriptionArn, AttributeName, AttributeValue = "" }) => {
      set("subscription", findSubscription(topics, SubscriptionArn).settings, { [AttributeName]: AttributeValue });
      return {};
    },
  };
}

function subscribe(from: Publishing, { TopicArn, Protocol, Endpoint = "", Attributes = {} }: Filled<SubscribeInput>): Subscription {
  const topic = find(from.topics, TopicArn);
  if (Protocol !== "sqs" && Protocol !== "http" && Protocol !== "https") {
    throw wrong(`Protocol (the local AWS delivers to sqs, http and https only, not to ${Protocol})`);
  }
  if (Protocol === "sqs" && !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(Endpoint)) throw wrong("SQS endpoint ARN");
  if (Protocol !== "sqs" && !(URL.canParse(Endpoint) && Endpoint.startsWith(`${Protocol}://`)))
    throw wrong("Endpoint must match the specified protocol");
  const settings: Record<string, string> = {};
  set("subscription", settings, Attributes);
  const known = topic.subscriptions.find(({ endpoint }) => endpoint === Endpoint);
  const subscription: Subscription = known ?? {
    arn: `${topic.arn}:${randomUUID()}`,
    topic: topic.arn,
    protocol: Protocol,
    endpoint: Endpoint,
    confirmed: Protocol === "sqs",
    token: randomBytes(96).toString("hex"),
    settings,
  };
  if (!known) topic.subscriptions.push(subscription);
  if (!subscription.confirmed) askToConfirm(from, subscription, "SubscriptionConfirmation");
  return subscription;
}

/** Confirms the subscription that a token was sent for, and gives its ARN. */
export function confirm({ topics }: Publishing, topicArn: string, token: string): string {
  const subscription = find(topics, topicArn).subscriptions.find((each) => each.token === token);
  if (!subscription) throw new AwsError("InvalidParameterException", "Invalid parameter: Token");
  subscription.confirmed = true;
  return subscription.arn;
}

/** Ends a subscription; an endpoint is told so. One that is not there is no error. */
export function unsubscribe(from: Publishing, arn: string): void {
  const topic = from.topics.get(arn.slice(0, arn.lastIndexOf(":")));
  const ended = topic?.subscriptions.find((each) => each.arn === arn);
  if (!topic || !ended) return;
  topic.subscriptions = topic.subscriptions.filter((each) => each !== ended);
  if (ended.protocol !== "sqs" && ended.confirmed) askToConfirm(from, ended, "UnsubscribeConfirmation");
}
