import { CloudWatchClient, PutDashboardCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateRelationalDatabaseFromSnapshotCommand,
  CreateRelationalDatabaseSnapshotCommand,
  LightsailClient,
  RebootRelationalDatabaseCommand,
} from "@aws-sdk/client-lightsail";
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import type { AwsCall } from "../../remediation/actions/database.ts";
import { NotDone } from "../../remediation/durable.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { unmadeBy } from "./unmade.ts";

type Send = (access: Access, input: AwsCall["input"], how: { signal: AbortSignal; attempts: 1 }) => Promise<object>;

/** Every call that can be sent to change something at AWS; there is no way to send another one. */
const SENDS: Readonly<Record<string, Send>> = {
  "lightsail:CreateRelationalDatabaseSnapshot": async (access, input, how) =>
    ask(access, access.open(LightsailClient), new CreateRelationalDatabaseSnapshotCommand(input as never), how),
  "lightsail:RebootRelationalDatabase": async (access, input, how) =>
    ask(access, access.open(LightsailClient), new RebootRelationalDatabaseCommand(input as never), how),
  "lightsail:CreateRelationalDatabaseFromSnapshot": async (access, input, how) =>
    ask(access, access.open(LightsailClient), new CreateRelationalDatabaseFromSnapshotCommand(input as never), how),
  "rds:CreateDBSnapshot": async (access, input, how) =>
    ask(access, access.open(RDSClient), new CreateDBSnapshotCommand(input as never), how),
  "rds:RebootDBInstance": async (access, input, how) =>
    ask(access, access.open(RDSClient), new RebootDBInstanceCommand(input as never), how),
  "rds:CreateDBInstance": async (access, input, how) =>
    ask(access, access.open(RDSClient), new CreateDBInstanceCommand(input as never), how),
  "rds:RestoreDBInstanceFromDBSnapshot": async (access, input, how) =>
    ask(access, access.open(RDSClient), new RestoreDBInstanceFromDBSnapshotCommand(input as never), how),
  "rds:ModifyDBInstance": async (access, input, how) =>
    ask(access, access.open(RDSClient), new ModifyDBInstanceCommand(input as never), how),
  "cloudwatch:PutDashboard": async (access, input, how) =>
    ask(access, access.open(CloudWatchClient), new PutDashboardCommand(input as never), how),
  "cloudwatch:PutMetricAlarm": async (access, input, how) =>
    ask(access, access.open(CloudWatchClient), new PutMetricAlarmCommand(input as never), how),
};

/** A throttled call was not taken, so it is made again: so often, after such waits, from half to all of which is taken. */
const THROTTLED_WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * Sends an approved call as it stands, once: again only where AWS throttled it, which did nothing. Throws a NotDone where AWS refused it, and an AwsFailure
 * where nobody knows what came of it.
 */
export async function sendApproved(access: Access, { service, operation, input }: AwsCall, signal: AbortSignal): Promise<void> {
  const send = SENDS[`${service}:${operation}`];
  if (!send) throw new Error(`no action sends ${service}:${operation}`);
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await surely(send(access, input, { signal, attempts: 1 })));
    } catch (error) {
      const waitMs = unmadeBy(error) === "throttled" ? THROTTLED_WAITS_MS[attempt] : undefined;
      if (waitMs === undefined) throw error;
      await access.clock.sleep(waitMs * (0.5 + Math.random() / 2), signal);
      signal.throwIfAborted();
    }
  }
}

/** Turns a refusal into a NotDone: what was refused or throttled did nothing. */
export async function surely<Result>(call: Promise<Result>): Promise<Result> {
  return call.catch((error: unknown) => {
    throw error instanceof AwsFailure && error.kind !== "unclear"
      ? new NotDone(say("refusedBy", error.because, unmadeBy(error)), error)
      : error;
  });
}

/** What AWS itself said in the refusal behind an error: its code and message. */
export function refusalOf(error: unknown): { code: string; message: string } | undefined {
  const failure = error instanceof NotDone ? error.cause : error;
  if (!(failure instanceof AwsFailure)) return undefined;
  return { code: failure.code, message: failure.cause instanceof Error ? failure.cause.message : "" };
}
