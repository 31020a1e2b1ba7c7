import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { Account } from "../../account.ts";
import { authorityOf, snsHost, type Authority, type SignatureVersion } from "./certificate/authority.ts";
import { signatureVersion, type Subscription, type Topic } from "./topics.ts";

/** What SNS wraps: a message with its id, and what came with it. */
export type Sent = { id: string; message: string; subject?: string | undefined; attributes: Record<string, MessageAttributeValue> };

/** What SNS posts about a subscription, and asks to be confirmed. */
export type ConfirmationType = "SubscriptionConfirmation" | "UnsubscribeConfirmation";

type Unsigned = Readonly<Record<string, unknown>> & { Type: string };

/** Members that are signed, in the order in which they are; one that is not there is left out. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

/** The text of a message that SNS signs: each member's name and value on a line of its own. */
export function signedText(message: Unsigned): string {
  const members = (SIGNED[message.Type] ?? []).filter((name) => message[name] !== undefined);
  return members.map((name) => `${name}\n${String(message[name])}\n`).join("");
}

/** A message with its signature, as its own members or, for tests, by another authority. */
export function signed<Message extends Unsigned>(
  message: Message,
  version: SignatureVersion,
  { sign, url }: Omit<Authority, "root" | "chain">,
) {
  return { ...message, SignatureVersion: version, Signature: sign(signedText(message), version), SigningCertURL: url };
}

const publicUrl = (region: string, query: Record<string, string>) =>
  `https://${snsHost(region)}/?${Object.entries(query)
    .map(([name, value]) => `${name}=${value}`)
    .join("&")}`;

/** Whose message it is: the account that it is sent from, the topic, and who gets it. */
export type Addressed = { account: Account; topic: Topic; subscription: Subscription };

/** The envelope of a message for one subscription, signed. */
export function envelope({ account: { clock, region }, topic, subscription }: Addressed, sent: Sent): object {
  const told = Object.entries(sent.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString("base64") : StringValue }] as const;
  });
  const message = {
    Type: "Notification",
    MessageId: sent.id,
    TopicArn: topic.arn,
    ...(sent.subject === undefined ? {} : { Subject: sent.subject }),
    Message: sent.message,
    Timestamp: clock.now().toISOString(),
  };
  return {
    ...signed(message, signatureVersion(topic), authorityOf(region)),
    UnsubscribeURL: publicUrl(region, { Action: "Unsubscribe", SubscriptionArn: subscription.arn }),
    ...(told.length > 0 ? { MessageAttributes: Object.fromEntries(told) } : {}),
  };
}

/** What asks an endpoint whether it wants to be subscribed, or to stay so. */
export function confirmation(to: Addressed, { id, type }: { id: string; type: ConfirmationType }): object {
  const { account, topic, subscription } = to;
  const { arn, token } = subscription;
  const [what, how] =
    type === "SubscriptionConfirmation"
      ? [
          `You have chosen to subscribe to the topic ${topic.arn}.`,
          "To confirm the subscription, visit the SubscribeURL included in this message.",
        ]
      : [
          `You have chosen to deactivate subscription ${arn}.`,
          "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message.",
        ];
  const message = {
    Type: type,
    MessageId: id,
    Token: token,
    TopicArn: topic.arn,
    Message: `${what}\n${how}`,
    SubscribeURL: publicUrl(account.region, { Action: "ConfirmSubscription", TopicArn: topic.arn, Token: token }),
    Timestamp: account.clock.now().toISOString(),
  };
  return signed(message, signatureVersion(topic), authorityOf(account.region));
}
