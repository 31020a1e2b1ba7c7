import { bodyOf } from "./bodies.ts";
import type { StormChange } from "./changes.ts";
import type { Chance } from "./chance.ts";
import { PLACE } from "./fleet.ts";

/** Bodies that must be refused: no JSON, cut off, of another account or region than the alarm's, without an ARN, with a time that is none, too deep. */
export const BAD = ["no-json", "cut-off", "other-account", "other-region", "no-arn", "no-time", "deep"] as const;

/** One of them. */
export type Bad = (typeof BAD)[number];

/** A body of a change that was forged or broken on its way. */
export function badBody(change: StormChange, bad: Bad, chance: Chance): string {
  const event = bodyOf(change, "eventbridge", chance.uuid());
  const message = bodyOf(change, "sns-raw", chance.uuid());
  if (bad === "no-json") return `${change.alarm.name} is in ALARM`;
  if (bad === "cut-off") return event.slice(0, Math.floor(event.length / 2));
  if (bad === "other-account") return event.replace(`"account":"${PLACE.id}"`, '"account":"999988887777"');
  if (bad === "other-region") return event.replace(`"region":"${PLACE.region}"`, '"region":"eu-west-1"');
  if (bad === "no-arn") return message.replace(/"AlarmArn":"[^"]*"/, '"AlarmArn":"made-up"');
  if (bad === "no-time") return message.replace(/"StateChangeTime":"[^"]*"/, '"StateChangeTime":"yesterday"');
  return "[".repeat(20_000) + "]".repeat(20_000);
}

/** The body of an alarm that belongs to no environment of the storm. */
export function unmatchedBody(change: StormChange, nth: number, chance: Chance): string {
  const name = `elsewhere-${nth}`;
  const Message = bodyOf({ ...change, to: "ALARM" }, "sns-raw", chance.uuid());
  return Message.replaceAll(change.alarm.name, name).replaceAll(change.alarm.environment, "elsewhere");
}
