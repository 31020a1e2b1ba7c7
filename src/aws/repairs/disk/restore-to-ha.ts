import {
  GetRelationalDatabaseSnapshotsCommand,
  LightsailClient,
  type RelationalDatabaseSnapshot,
  type Tag,
} from "@aws-sdk/client-lightsail";
import type { SeenDatabase } from "../../../remediation/actions/database.ts";
import type { OwnSnapshot, SeenNew } from "../../../remediation/actions/new-database.ts";
import type { RestoreToHa } from "../../../remediation/actions/restore-to-ha.ts";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { databaseOf, lookAt, type Database } from "../lightsail.ts";
import { bundlesOf } from "./bundles.ts";
import { makes } from "./making.ts";

/** Restoring a Lightsail database to a high-availability plan. */
export function lightsailHa({ name, looks, acts }: Database): RestoreToHa {
  return {
    look: lookAt(looks, name),
    snapshots: async (database, signal) => snapshotsOf(looks, database, signal),
    bundles: async (signal) =>
      (await bundlesOf(looks, signal)).map(({ bundleId: id = "", price = NaN, ramSizeInGb, diskSizeInGb, isActive }) => ({
        id,
        usdPerMonth: price,
        ramGib: ramSizeInGb ?? 0,
        diskGib: diskSizeInGb ?? 0,
        standby: id.includes("_ha_"),
        offered: isActive === true && Number.isFinite(price),
      })),
    find: async (wanted, signal) => findNew(looks, wanted, signal),
    callFor: ({ name: relationalDatabaseName, snapshot, bundle, tags }) => ({
      on: "aws",
      service: "lightsail",
      operation: "CreateRelationalDatabaseFromSnapshot",
      resources: [snapshot.arn],
      input: {
        relationalDatabaseName,
        relationalDatabaseSnapshotName: snapshot.name,
        relationalDatabaseBundleId: bundle.id,
        publiclyAccessible: false,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
    }),
    create: makes(acts, /names? (?:are|is) already in use|already exists/i),
  };
}

async function findNew(looks: Access, name: string, signal: AbortSignal): Promise<SeenNew | undefined> {
  const seen = await databaseOf(looks, name, signal);
  if (!seen) return undefined;
  const { state: status = "unknown", relationalDatabaseBundleId: plan = "", publiclyAccessible, masterEndpoint: at } = seen;
  return {
    status,
    endpoint: at?.address ? `${at.address}:${at.port ?? 5432}` : "",
    tags: tagsOf(seen.tags),
    has: { plan, public: publiclyAccessible ?? "unknown", standby: Boolean(seen.secondaryAvailabilityZone) },
  };
}

/** The snapshots of a database; of one that had its name before, none. */
async function snapshotsOf(looks: Access, { name, arn }: SeenDatabase, signal: AbortSignal): Promise<OwnSnapshot[]> {
  const snapshots: RelationalDatabaseSnapshot[] = [];
  let pageToken: string | undefined;
  do {
    const command = new GetRelationalDatabaseSnapshotsCommand(pageToken ? { pageToken } : {});
    const page = await ask(looks, looks.open(LightsailClient), command, { signal });
    snapshots.push(...(page.relationalDatabaseSnapshots ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return snapshots
    .filter(({ fromRelationalDatabaseName, fromRelationalDatabaseArn }) =>
      fromRelationalDatabaseArn ? fromRelationalDatabaseArn === arn : fromRelationalDatabaseName === name,
    )
    .map((each) => ({
      name: each.name ?? "",
      arn: each.arn ?? "",
      status: each.state ?? "unknown",
      sizeGib: each.sizeInGb ?? 0,
      takenAt: each.createdAt ?? new Date(0),
      tags: tagsOf(each.tags),
    }));
}

const tagsOf = (tags: readonly Tag[] = []) => Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));
