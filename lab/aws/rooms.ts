import { authorize, type Account } from "./account.ts";
import { notGiven } from "./aws-error.ts";
import { contextOf } from "./context.ts";
import type { Caller, Permission } from "./operations.ts";
import type { AlarmBook } from "./services/cloudwatch/alarms/kept.ts";
import { cloudwatch } from "./services/cloudwatch/cloudwatch.ts";
import { ec2 } from "./services/ec2/ec2.ts";
import { emit, eventOf } from "./services/eventbridge/deliver.ts";
import { eventbridge } from "./services/eventbridge/eventbridge.ts";
import type { Rules } from "./services/eventbridge/rules.ts";
import { iam } from "./services/iam.ts";
import { lightsail } from "./services/lightsail/lightsail.ts";
import { rds } from "./services/rds/rds.ts";
import { secretsManager } from "./services/secrets-manager/secrets-manager.ts";
import type { Secrets } from "./services/secrets-manager/secrets.ts";
import { publish, type Publishing } from "./services/sns/publish.ts";
import { sns } from "./services/sns/sns.ts";
import type { Queues } from "./services/sqs/queues.ts";
import { sqs } from "./services/sqs/sqs.ts";
import { ssm } from "./services/ssm/ssm.ts";
import { sts } from "./services/sts.ts";
import { missingMembers, type OperationSchema } from "./wire/schemas.ts";
import type { Ask } from "./wire/server.ts";

type AnyOperation = (input: object, caller: Caller) => object | Promise<object>;
type ByOperation<Answer> = Partial<Record<string, (input: object) => Answer>>;
type AnyRoom = { operations: Record<string, AnyOperation>; resources?: ByOperation<string[]>; also?: ByOperation<Permission[]> };

/** All services of an account, by name. */
export type Rooms = Record<string, AnyRoom | undefined>;

/** The services, and what of them goes on without being called: alarms, and SNS's public addresses. */
export type Opened = { rooms: Rooms; alarms: AlarmBook; publishing: Publishing };

/**
 * Open every service. Which input belongs to which operation is known by name from here on: the server reads it by that operation's schema.
 * `reach` leads origins of endpoints that SNS posts to elsewhere.
 */
export function openRooms(account: Account, reach: Readonly<Record<string, string>>): Opened {
  const queues: Queues = new Map();
  const secrets: Secrets = new Map();
  const rules: Rules = new Map();
  const publishing: Publishing = { account, queues, reach, pushes: [], topics: new Map() };
  const alarms: AlarmBook = {
    account,
    store: new Map(),
    alarms: new Map(),
    history: [],
    mutes: new Map(),
    held: new Map(),
    results: new Map(),
    notify: (topic, Subject, Message) => {
      if (publishing.topics.has(topic)) publish(publishing, { TopicArn: topic, Subject, Message });
    },
    emit: (happened) => emit(account, { rules, queues }, eventOf(account, happened)),
  };
  const rooms = {
    ssm: ssm(account),
    lightsail: lightsail(account),
    rds: rds(account, secrets),
    cloudwatch: cloudwatch(alarms),
    sqs: sqs(account, queues),
    sns: sns(publishing),
    events: eventbridge(account, rules, queues),
    sts: sts(account),
    iam: iam(account),
    secretsmanager: secretsManager(account, secrets),
    ec2: ec2(account),
  } as unknown as Rooms;
  return { rooms, alarms, publishing };
}

/** Carry one call out: nothing required may be missing, the permissions must allow it, and then its service does it (or does not know it). */
export async function carryOut(account: Account, rooms: Rooms, ask: Ask, schema: OperationSchema): Promise<object | undefined> {
  const { service, operation, input, principal } = ask;
  const { operations, resources, also } = rooms[service] ?? {};
  const found = operations?.[operation];
  if (!found) return undefined;
  const missing = missingMembers(schema.input, input);
  if (missing.length > 0) throw notGiven(missing);
  // AWS lets everybody ask who they are.
  if (operation !== "GetCallerIdentity") {
    // SQS asks for the same permission whether one message or ten are meant.
    const action = service === "sqs" ? operation.replace(/Batch$/, "") : operation;
    const context = contextOf(service, input, principal);
    authorize(account, { service, operation: action, principal, resources: resources?.[operation]?.(input) ?? [], context });
    for (const { resource, ...needed } of also?.[operation]?.(input) ?? []) {
      authorize(account, { ...needed, principal, resources: resource === undefined ? [] : [resource], context });
    }
  }
  return found(input, ask);
}
