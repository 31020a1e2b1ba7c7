import type { Subscription as ToldSubscription } from "@aws-sdk/client-sns";
import { AwsError } from "../../aws-error.ts";
import type { SignatureVersion } from "./certificate/authority.ts";

/** Who gets a topic's messages: a queue, by its ARN, or an endpoint that SNS posts to once it has confirmed its `token`. */
export type Subscription = {
  arn: string;
  topic: string;
  protocol: "sqs" | "http" | "https";
  endpoint: string;
  confirmed: boolean;
  token: string;
  /** Attributes that were set: RawMessageDelivery, RedrivePolicy. */
  settings: Record<string, string>;
};

/** A topic and its subscriptions. */
export type Topic = { arn: string; settings: Record<string, string>; subscriptions: Subscription[] };

/** One post to an endpoint, and its HTTP status; 0 where there was no answer. */
export type Push = { endpoint: string; type: string; messageId: string; status: number; at: Date };

/** The topics of an account by ARN; alarms publish to the same ones. */
export type Topics = Map<string, Topic>;

/** SNS's refusal of a parameter. */
export const wrong = (what: string) => new AwsError("InvalidParameterException", `Invalid parameter: ${what}`);

/** The topic of an ARN. */
export function find(topics: Topics, arn: string | undefined): Topic {
  const topic = topics.get(arn ?? "");
  if (!topic) throw new AwsError("NotFoundException", "Topic does not exist");
  return topic;
}

/** The subscription of an ARN; ARNs of subscriptions begin with their topic's. */
export function findSubscription(topics: Topics, arn: string): Subscription {
  const found = topics.get(arn.slice(0, arn.lastIndexOf(":")))?.subscriptions.find((each) => each.arn === arn);
  if (!found) throw new AwsError("NotFoundException", "Subscription does not exist");
  return found;
}

/** How a topic's messages are signed: version 1 unless it was set to 2. */
export const signatureVersion = ({ settings }: Topic): SignatureVersion => (settings["SignatureVersion"] === "2" ? "2" : "1");

/** Attributes that may be set, and what they may be. */
export const SETTINGS = {
  topic: { SignatureVersion: /^[12]$/, DisplayName: /^.{0,100}$/, Policy: /^\{/, KmsMasterKeyId: /^/ },
  subscription: { RawMessageDelivery: /^(?:true|false)$/, RedrivePolicy: /^\{/ },
} as const satisfies Record<string, Record<string, RegExp>>;

/** Sets attributes; one that the local AWS does not keep, or that cannot be so, is refused. */
export function set(kind: keyof typeof SETTINGS, settings: Record<string, string>, given: Partial<Record<string, string>>): void {
  for (const [name, value = ""] of Object.entries(given)) {
    const may = (SETTINGS[kind] as Record<string, RegExp>)[name];
    if (!may) throw wrong(`Attributes (the local AWS does not keep ${name})`);
    if (!may.test(value)) throw wrong(`Attributes Reason: ${name}: Invalid value [${value}].`);
    settings[name] = value;
  }
}

/** A subscription as it is listed. */
export function tell({ arn, topic, protocol, endpoint, confirmed }: Subscription): ToldSubscription {
  const SubscriptionArn = confirmed ? arn : "PendingConfirmation";
  return { SubscriptionArn, TopicArn: topic, Protocol: protocol, Endpoint: endpoint, Owner: topic.split(":")[4] };
}
