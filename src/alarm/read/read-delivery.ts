import { z } from "zod";
import type { Alarm, DeliverySource } from "../alarm.ts";
import { bounded } from "./bounded.ts";
import { fromEventBridge, StateChange } from "./from-eventbridge.ts";
import { AlarmMessage, fromSns } from "./from-sns.ts";

/** The most that SNS and EventBridge deliver in one message: 256 KB. */
const MOST_BYTES = 262_144;

/** What a delivery is: an alarm; refused, as it is not what it says; or nothing to do with alarms. Reasons of refusals hold nothing of the body. */
export type ReadDelivery = { alarm: Alarm } | { refused: string } | { ignored: string };

const Envelope = z.object({ Type: z.string(), TopicArn: z.string(), Message: z.string() });

type Json = Record<string, unknown>;

/**
 * Reads a body, whichever of the three it is: EventBridge's event, SNS's envelope around an alarm's message (or around such an event), or the message
 * itself. Over HTTPS only the envelope counts: it alone is signed. Never throws.
 */
export function readDelivery(body: string, source: DeliverySource): ReadDelivery {
  if (Buffer.byteLength(body) > MOST_BYTES) return { refused: "the body is larger than 256 KB" };
  const json = jsonOf(body);
  if (!json) return { refused: "the body is not a JSON object" };
  if (typeof json["Type"] === "string" && "TopicArn" in json) return readEnvelope(json);
  if (source === "sns-https") return { refused: "the body is not an SNS envelope" };
  return readMessage(json);
}

function readEnvelope(json: Json): ReadDelivery {
  if (json["Type"] === "SubscriptionConfirmation" || json["Type"] === "UnsubscribeConfirmation")
    return { ignored: "SNS's own message on a subscription" };
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) return { refused: sayWhere(envelope.error) };
  if (envelope.data.Type !== "Notification") return { refused: "Type: not one of SNS's" };
  const text = envelope.data.Message.trimStart();
  const message = jsonOf(text);
  if (message) return readMessage(message);
  return text.startsWith("{") ? { refused: "Message: not whole JSON" } : { ignored: "a message that is plain text" };
}

function readMessage(json: Json): ReadDelivery {
  if ("detail-type" in json) return readEvent(json);
  if (!["AlarmArn", "AlarmName", "NewStateValue"].some((key) => key in json)) return { ignored: "a message that is no alarm's" };
  return alarmOf(AlarmMessage.safeParse(json), fromSns);
}

function readEvent(json: Json): ReadDelivery {
  const { source, "detail-type": type } = json;
  if (source !== "aws.cloudwatch" || type !== "CloudWatch Alarm State Change")
    return { ignored: `an event that is no alarm's change of state: ${bounded(JSON.stringify([source, type]), 100)}` };
  return alarmOf(StateChange.safeParse(json), fromEventBridge);
}

function alarmOf<T>(parsed: z.ZodSafeParseResult<T>, read: (data: T) => Alarm | { contradicts: string }): ReadDelivery {
  if (!parsed.success) return { refused: sayWhere(parsed.error) };
  const alarm = read(parsed.data);
  return "contradicts" in alarm ? { refused: `${alarm.contradicts}: not what the ARN says` } : { alarm };
}

function jsonOf(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** The first field that is wrong, by its path, in which nothing is the sender's: dimensions have names of the sender's making. */
function sayWhere({ issues: [issue] }: z.ZodError): string {
  const path = (issue?.path ?? []).map((part) => (typeof part === "number" ? "[]" : String(part)));
  const dimensions = path.findIndex((part) => part.toLowerCase() === "dimensions");
  const field = (dimensions < 0 ? path : path.slice(0, dimensions + 1)).join(".");
  return `${field || "the message"}: ${issue?.message ?? "not as it should be"}`;
}
