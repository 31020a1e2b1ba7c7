import { z } from "zod";
import { Refusal } from "./refusal.ts";

const Text = z.string().min(1).max(2_048);
const Signed = { MessageId: Text, TopicArn: Text, Message: z.string(), Timestamp: Text, Signature: Text, SigningCertURL: Text };
const SignatureVersion = z.enum(["1", "2"]);
const Confirmation = { ...Signed, SignatureVersion, Token: Text, SubscribeURL: Text };

const Envelope = z.discriminatedUnion("Type", [
  z.object({ Type: z.literal("Notification"), ...Signed, SignatureVersion, Subject: z.string().max(2_048).nullish() }),
  z.object({ Type: z.literal("SubscriptionConfirmation"), ...Confirmation }),
  z.object({ Type: z.literal("UnsubscribeConfirmation"), ...Confirmation }),
]);

/** A message as SNS posts it, in its own words. Nothing of it is true before its signature was verified. */
export type Envelope = z.infer<typeof Envelope>;

/** The fields that are signed, in this order, by "Verifying the signatures of Amazon SNS messages". */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

/** Reads an envelope. Throws a Refusal where the text is none: it is no JSON, a field is missing, or it is a raw message, which nobody signed. */
export function readEnvelope(body: string): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Refusal("it is not JSON", { status: 400 });
  }
  const read = Envelope.safeParse(json);
  if (read.success) return read.data;
  if (typeof json === "object" && json !== null && !("Type" in json))
    throw new Refusal("it has no envelope of SNS (raw message delivery carries no signature; turn it off)", { status: 400 });
  const [fault] = read.error.issues;
  throw new Refusal("it is not a message of SNS", { status: 400, detail: { field: fault?.path.join(".").slice(0, 100) } });
}

/** The text that SNS signed: `name\nvalue\n` for each signed field that is there. */
export function signedText(envelope: Envelope): string {
  const fields = envelope as Record<string, unknown>;
  return SIGNED[envelope.Type]
    .filter((name) => typeof fields[name] === "string")
    .map((name) => `${name}\n${fields[name] as string}\n`)
    .join("");
}
