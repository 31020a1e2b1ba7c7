import { deliveryId, type Delivery, type DeliverySource } from "../../alarm/alarm.ts";
import { readDelivery } from "../../alarm/read/read-delivery.ts";

/** What a body says: an alarm with its delivery, something that is none, or something that is not what it says. Never throws. */
export function readBody(
  body: string,
  receivedAt: Date,
  source: DeliverySource = sourceOf(body),
): { delivery: Delivery } | { refused: string } | { ignored: string } {
  const read = readDelivery(body, source);
  return "alarm" in read ? { delivery: { id: deliveryId(read.alarm), source, receivedAt, alarm: read.alarm } } : read;
}

/** How a queue's message came, by a field that only this way has; it decides nothing. */
function sourceOf(body: string): DeliverySource {
  if (/"TopicArn"\s*:/.test(body)) return "sns";
  return /"detail-type"\s*:/.test(body) ? "eventbridge" : "sns-raw";
}
