import { authorize, type Account } from "./account.ts";
import { notGiven } from "./aws-error.ts";
import type { Caller } from "./operations.ts";
import { cloudwatch } from "./services/cloudwatch/cloudwatch.ts";
import { lightsail } from "./services/lightsail/lightsail.ts";
import { rds } from "./services/rds/rds.ts";
import { publish, sns, type Topics } from "./services/sns.ts";
import { sqs, type Queues } from "./services/sqs/sqs.ts";
import { ssm } from "./services/ssm/ssm.ts";
import { sts } from "./services/sts.ts";
import { missingMembers, type OperationSchema } from "./wire/schemas.ts";
import type { Ask } from "./wire/server.ts";

type AnyOperation = (input: object, caller: Caller) => object | Promise<object>;
type AnyRoom = { operations: Record<string, AnyOperation>; resources?: Partial<Record<string, (input: object) => string[]>> };

/** All services of an account, by name. */
export type Rooms = Record<string, AnyRoom | undefined>;

/** Open every service. Which input belongs to which operation is known by name from here on: the server reads it by that operation's schema. */
export function openRooms(account: Account): Rooms {
  const queues: Queues = new Map();
  const topics: Topics = new Map();
  const notify = (topic: string, Subject: string, Message: string) => {
    if (topics.has(topic)) publish(account, { topics, queues }, { TopicArn: topic, Subject, Message });
  };
  return {
    ssm: ssm(account),
    lightsail: lightsail(account),
    rds: rds(account),
    cloudwatch: cloudwatch(account, notify),
    sqs: sqs(account, queues),
    sns: sns(account, topics, queues),
    sts: sts(account),
  } as unknown as Rooms;
}

/** Carry one call out: nothing required may be missing, the permissions must allow it, and then its service does it (or does not know it). */
export async function carryOut(account: Account, rooms: Rooms, ask: Ask, schema: OperationSchema): Promise<object | undefined> {
  const { service, operation, input, principal } = ask;
  const { operations, resources } = rooms[service] ?? {};
  const found = operations?.[operation];
  if (!found) return undefined;
  const missing = missingMembers(schema.input, input);
  if (missing.length > 0) throw notGiven(missing);
  // AWS lets everybody ask who they are.
  if (operation !== "GetCallerIdentity") {
    authorize(account, { service, operation, principal, resources: resources?.[operation]?.(input) ?? [] });
  }
  return found(input, ask);
}
