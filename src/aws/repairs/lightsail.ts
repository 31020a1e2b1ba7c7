import {
  GetRelationalDatabaseCommand,
  GetRelationalDatabaseEventsCommand,
  GetRelationalDatabaseSnapshotCommand,
  LightsailClient,
  type RelationalDatabase,
} from "@aws-sdk/client-lightsail";
import type { LookAtDatabase, SeenDatabase } from "../../remediation/actions/database.ts";
import type { RebootDatabase } from "../../remediation/actions/reboot-database.ts";
import type { SnapshotDatabase } from "../../remediation/actions/snapshot-database.ts";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { lightsailPoints } from "../metrics/lightsail.ts";
import { bundlesOf } from "./disk/bundles.ts";
import type { actingAs } from "./session.ts";
import { refusalOf, sendApproved } from "./send.ts";

/** A database at Lightsail: who it is, the way by which it is looked at, and the way by which an approved plan changes it. */
export type Database = { name: string; looks: Access; acts: ReturnType<typeof actingAs> };

/** A snapshot's price for a GB and month, the same in all regions (Lightsail, pricing). */
const USD_PER_GIB_MONTH = 0.05;

/** Lightsail's events are kept, and asked for, by the minute: 14 days at most. */
const MOST_MINUTES = 20_160;

/** Taking snapshots of a Lightsail database. */
export function lightsailSnapshots({ name, looks, acts }: Database): SnapshotDatabase {
  return {
    look: lookAt(looks, name),
    find: async (snapshot, signal) => {
      const command = new GetRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: snapshot });
      const { relationalDatabaseSnapshot: seen } = await ask(looks, looks.open(LightsailClient), command, { signal }).catch(unlessMissing);
      if (!seen) return undefined;
      const tags = Object.fromEntries((seen.tags ?? []).map(({ key = "", value = "" }) => [key, value]));
      return { status: seen.state ?? "unknown", sizeGib: seen.sizeInGb ?? 0, tags };
    },
    callFor: (database, snapshot, tags) => ({
      on: "aws",
      service: "lightsail",
      operation: "CreateRelationalDatabaseSnapshot",
      // IAM knows no resources for it.
      resources: ["*"],
      input: {
        relationalDatabaseName: database.name,
        relationalDatabaseSnapshotName: snapshot,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
    }),
    create: async (plan, call, signal) => {
      try {
        await sendApproved(acts(plan), call, signal);
        return "sent";
      } catch (error) {
        if (/names? (?:are|is) already in use|already exists/i.test(refusalOf(error)?.message ?? "")) return "name-taken";
        throw error;
      }
    },
    usdPerGibMonth: USD_PER_GIB_MONTH,
  };
}

/** Rebooting a Lightsail database. */
export function lightsailReboots({ name, looks, acts }: Database): RebootDatabase {
  return {
    look: lookAt(looks, name),
    restartedSince: async (since, signal) => lastRestart(looks, name, since, signal),
    connections: async (signal) => {
      const to = looks.clock.now();
      const span = { from: new Date(to.getTime() - 5 * 60_000), to, signal, statistics: ["Maximum" as const] };
      const points = await lightsailPoints(looks, { source: "database", name, metric: "DatabaseConnections" }, span).catch(() => []);
      return points.toSorted((a, b) => (a.timestamp?.getTime() ?? 0) - (b.timestamp?.getTime() ?? 0)).at(-1)?.maximum;
    },
    callFor: ({ name: relationalDatabaseName, arn }) => ({
      on: "aws",
      service: "lightsail",
      operation: "RebootRelationalDatabase",
      resources: [arn],
      input: { relationalDatabaseName },
    }),
    reboot: async (plan, call, signal) => sendApproved(acts(plan), call, signal),
    now: () => looks.clock.now(),
    sleep: async (ms, signal) => looks.clock.sleep(ms, signal),
  };
}

/** Looks at the Lightsail database of this name. */
export function lookAt(access: Access, name: string): LookAtDatabase {
  return async (signal) => {
    const seen = await databaseOf(access, name, signal);
    if (!seen) throw new Unseen(reason("notThere", "lightsail-database", name));
    return seenFrom(access, name, seen, signal);
  };
}

/** The database of this name as Lightsail tells it; nothing where there is none. */
export async function databaseOf(access: Access, name: string, signal: AbortSignal): Promise<RelationalDatabase | undefined> {
  const command = new GetRelationalDatabaseCommand({ relationalDatabaseName: name });
  return (await ask(access, access.open(LightsailClient), command, { signal }).catch(unlessMissing)).relationalDatabase;
}

/** What a plan sees of a database that Lightsail told. */
export async function seenFrom(access: Access, name: string, seen: RelationalDatabase, signal: AbortSignal): Promise<SeenDatabase> {
  const { arn = "", state = "unknown", relationalDatabaseBundleId: plan = "", masterEndpoint: at, secondaryAvailabilityZone } = seen;
  return {
    service: "lightsail",
    name,
    id: arn,
    arn,
    status: state,
    plan,
    sizeGib: await sizeOf(access, seen, signal),
    endpoint: at?.address ? `${at.address}:${at.port ?? 5432}` : "",
    standby: secondaryAvailabilityZone !== undefined || plan.includes("_ha_"),
  };
}

/** The size of the disk, which follows from the plan where the database itself does not tell it. */
async function sizeOf(access: Access, { hardware, relationalDatabaseBundleId: plan }: RelationalDatabase, signal: AbortSignal) {
  if (hardware?.diskSizeInGb !== undefined) return hardware.diskSizeInGb;
  const bundle = (await bundlesOf(access, signal)).find(({ bundleId }) => bundleId === plan);
  if (bundle?.diskSizeInGb !== undefined) return bundle.diskSizeInGb;
  throw new Unseen(reason("notThere", "setting", `diskSizeInGb of ${plan ?? "its plan"}`));
}

async function lastRestart(access: Access, name: string, since: Date, signal: AbortSignal): Promise<Date | undefined> {
  const minutes = Math.ceil((access.clock.now().getTime() - since.getTime()) / 60_000) + 1;
  const restarts: Date[] = [];
  let pageToken: string | undefined;
  do {
    const command = new GetRelationalDatabaseEventsCommand({
      relationalDatabaseName: name,
      durationInMinutes: Math.min(MOST_MINUTES, Math.max(1, minutes)),
      ...(pageToken ? { pageToken } : {}),
    });
    const page = await ask(access, access.open(LightsailClient), command, { signal });
    for (const { createdAt, message = "" } of page.relationalDatabaseEvents ?? [])
      if (createdAt && createdAt >= since && /restarted/i.test(message)) restarts.push(createdAt);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return restarts.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
}

function unlessMissing(error: unknown): Record<string, undefined> {
  if (error instanceof AwsFailure && error.code === "NotFoundException") return {};
  throw error;
}
