import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  RDSClient,
  type DBInstance,
} from "@aws-sdk/client-rds";
import type { LookAtDatabase, SeenDatabase } from "../../remediation/actions/database.ts";
import type { RebootDatabase } from "../../remediation/actions/reboot-database.ts";
import type { SnapshotDatabase } from "../../remediation/actions/snapshot-database.ts";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { cloudWatchSeries } from "../metrics/cloudwatch.ts";
import type { Database } from "./lightsail.ts";
import { refusalOf, sendApproved } from "./send.ts";

/** A snapshot's price for a GiB and month in most regions, where it is beyond what comes with the instance (RDS, pricing). */
const USD_PER_GIB_MONTH = 0.095;

/** Taking snapshots of an RDS instance. */
export function rdsSnapshots({ name, looks, acts }: Database): SnapshotDatabase {
  return {
    look: lookAt(looks, name),
    find: async (snapshot, signal) => {
      const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot, SnapshotType: "manual" });
      const { DBSnapshots: [seen] = [] } = await ask(looks, looks.open(RDSClient), command, { signal }).catch(unlessMissing);
      if (!seen) return undefined;
      const { Status: status = "unknown", AllocatedStorage: sizeGib = 0, PercentProgress: percent, TagList = [] } = seen;
      const tags = Object.fromEntries(TagList.map(({ Key = "", Value = "" }) => [Key, Value]));
      return { status, sizeGib, tags, ...(percent === undefined ? {} : { percent }) };
    },
    callFor: (database, snapshot, tags) => ({
      on: "aws",
      service: "rds",
      operation: "CreateDBSnapshot",
      resources: [database.arn, database.arn.replace(/:db:.*$/, `:snapshot:${snapshot}`)],
      input: {
        DBInstanceIdentifier: database.name,
        DBSnapshotIdentifier: snapshot,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
    }),
    create: async (plan, call, signal) => {
      try {
        await sendApproved(acts(plan), call, signal);
        return "sent";
      } catch (error) {
        if (refusalOf(error)?.code === "DBSnapshotAlreadyExistsFault") return "name-taken";
        throw error;
      }
    },
    usdPerGibMonth: USD_PER_GIB_MONTH,
  };
}

/** Rebooting an RDS instance. */
export function rdsReboots({ name, looks, acts }: Database): RebootDatabase {
  return {
    look: lookAt(looks, name),
    restartedSince: async (since, signal) => lastRestart(looks, name, since, signal),
    connections: async (signal) => connectionsOf(looks, name, signal).catch(() => undefined),
    callFor: ({ name: DBInstanceIdentifier, arn }) => ({
      on: "aws",
      service: "rds",
      operation: "RebootDBInstance",
      resources: [arn],
      input: { DBInstanceIdentifier },
    }),
    reboot: async (plan, call, signal) => sendApproved(acts(plan), call, signal),
    now: () => looks.clock.now(),
    sleep: async (ms, signal) => looks.clock.sleep(ms, signal),
  };
}

function lookAt(access: Access, name: string): LookAtDatabase {
  return async (signal) => seenFrom(await presentOf(access, name, signal), name);
}

/** The instance of this name as RDS tells it. Rejects where there is none. */
export async function presentOf(access: Access, name: string, signal: AbortSignal): Promise<DBInstance> {
  const seen = await instanceOf(access, name, signal);
  if (!seen) throw new Unseen(reason("notThere", "rds-database", name));
  return seen;
}

/** The instance of this name as RDS tells it; nothing where there is none. */
export async function instanceOf(access: Access, name: string, signal: AbortSignal): Promise<DBInstance | undefined> {
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: name });
  const { DBInstances: [seen] = [] } = await ask(access, access.open(RDSClient), command, { signal }).catch(unlessMissing);
  return seen;
}

/** What a plan sees of an instance that RDS told. */
export function seenFrom(seen: DBInstance, name: string): SeenDatabase {
  const { DBInstanceArn: arn = "", DBInstanceClass: kind = "", StorageType: storage = "" } = seen;
  return {
    service: "rds",
    name: seen.DBInstanceIdentifier ?? name,
    id: seen.DbiResourceId ?? arn,
    arn,
    status: seen.DBInstanceStatus ?? "unknown",
    plan: `${kind} ${storage}`.trim(),
    sizeGib: seen.AllocatedStorage ?? 0,
    endpoint: endpointOf(seen),
    standby: seen.MultiAZ === true,
  };
}

/** Where an instance listens; empty while it is not there. */
export function endpointOf({ Endpoint: at }: DBInstance): string {
  return at?.Address ? `${at.Address}:${at.Port ?? 5432}` : "";
}

async function lastRestart(access: Access, name: string, StartTime: Date, signal: AbortSignal): Promise<Date | undefined> {
  const wanted = { SourceType: "db-instance", SourceIdentifier: name, StartTime, EndTime: access.clock.now() } as const;
  const restarts: Date[] = [];
  let Marker: string | undefined;
  do {
    const command = new DescribeEventsCommand({ ...wanted, ...(Marker ? { Marker } : {}) });
    const page = await ask(access, access.open(RDSClient), command, { signal });
    for (const { Date: at, Message = "" } of page.Events ?? [])
      if (at && at >= StartTime && /DB instance restarted/i.test(Message)) restarts.push(at);
    Marker = page.Marker;
  } while (Marker);
  return restarts.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
}

async function connectionsOf(access: Access, instance: string, signal: AbortSignal): Promise<number | undefined> {
  const to = access.clock.now();
  const metric = { source: "rds", instance, name: "DatabaseConnections" } as const;
  const series = await cloudWatchSeries(access, [metric], { from: new Date(to.getTime() - 5 * 60_000), to, signal });
  const [text] = series.values();
  if (typeof text !== "string") return undefined;
  return (JSON.parse(text) as { Datapoints: { Maximum?: number }[] }).Datapoints.at(-1)?.Maximum;
}

function unlessMissing(error: unknown): Record<string, undefined> {
  if (error instanceof AwsFailure && /^DB(?:Instance|Snapshot)NotFound(?:Fault)?$/.test(error.code)) return {};
  throw error;
}
