import type { Target } from "@aws-sdk/client-eventbridge";
import { randomUUID } from "node:crypto";
import type { Account } from "../../account.ts";
import { put } from "../sqs/queue.ts";
import { queueOf, type Queues } from "../sqs/queues.ts";
import { matches } from "./pattern.ts";
import type { Rule, Rules } from "./rules.ts";

/** What happened, by whom, to what; the rest of an event is the account's own. */
export type Happened = { source: string; detailType: string; resources: readonly string[]; detail: object; at?: Date };

/** An event as its targets get it, its fields in EventBridge's own order. */
export type BusEvent = {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** Whole seconds: `2019-10-02T17:04:40Z`. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: object;
};

/** The event of something that happened. */
export function eventOf({ id: account, region, clock }: Account, { source, detailType, resources, detail, at }: Happened): BusEvent {
  const time = (at ?? clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  return { version: "0", id: randomUUID(), "detail-type": detailType, source, account, time, region, resources, detail };
}

/** Puts an event into the queues of every enabled rule whose pattern fits. A queue that is not there is no error, as at EventBridge. */
export function emit(account: Account, { rules, queues }: { rules: Rules; queues: Queues }, event: BusEvent): void {
  for (const rule of rules.values()) {
    if (rule.told.State !== "DISABLED" && matches(rule.pattern, event))
      for (const target of rule.targets.values()) send({ account, queues, rule, target, event });
  }
}

type Sent = { account: Account; queues: Queues; rule: Rule; target: Target; event: BusEvent };

function send({ account, queues, rule, target, event }: Sent): void {
  const message = { body: bodyOf(target, event), attributes: {}, senderId: "AIDAIE2XMPL3EVENTBRDG" };
  const queue = queueOf(queues, target.Arn ?? "");
  if (queue) return void put(queue, account.clock, message);
  const dead = queueOf(queues, target.DeadLetterConfig?.Arn ?? "");
  if (!dead) return;
  const why = { ERROR_CODE: "NO_RESOURCE", RULE_ARN: rule.told.Arn ?? "", TARGET_ARN: target.Arn ?? "" };
  const attributes = Object.entries(why).map(([name, StringValue]) => [name, { DataType: "String", StringValue }] as const);
  put(dead, account.clock, { ...message, attributes: Object.fromEntries(attributes) });
}

function bodyOf({ Input, InputPath, InputTransformer }: Target, event: BusEvent): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(at(event, InputPath));
  if (!InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate = "" } = InputTransformer;
  return InputTemplate.replace(/<([\w.-]+)>/g, (whole, name: string) => {
    const path = InputPathsMap[name];
    if (path === undefined) return whole;
    const value = at(event, path);
    return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  });
}

/** What stands at a path such as `$.detail.alarmName`. */
function at(event: unknown, path: string): unknown {
  const names = path.replace(/^\$\.?/, "").split(".");
  return names
    .filter((name) => name !== "")
    .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], event);
}
