import { DescribeDBSnapshotsCommand, RDSClient, type DBSnapshot, type Tag } from "@aws-sdk/client-rds";
import type { SeenDatabase } from "../../../remediation/actions/database.ts";
import type { MakeDatabase, OwnSnapshot } from "../../../remediation/actions/new-database.ts";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import type { Database } from "../lightsail.ts";
import { endpointOf, instanceOf } from "../rds.ts";
import { makes } from "./making.ts";

/** Making RDS instances, and finding them by their name. */
export function newRds({ looks, acts }: Pick<Database, "looks" | "acts">): MakeDatabase {
  return {
    find: async (name, signal) => {
      const seen = await instanceOf(looks, name, signal);
      if (!seen) return undefined;
      const { MasterUserSecret: secret } = seen;
      return {
        status: seen.DBInstanceStatus ?? "unknown",
        endpoint: endpointOf(seen),
        tags: tagsOf(seen.TagList),
        has: {
          class: seen.DBInstanceClass ?? "unknown",
          storage: seen.StorageType ?? "unknown",
          GiB: seen.AllocatedStorage ?? 0,
          public: seen.PubliclyAccessible ?? "unknown",
          encrypted: seen.StorageEncrypted ?? "unknown",
          protected: seen.DeletionProtection ?? "unknown",
          secret: secret !== undefined,
        },
        ...(secret?.SecretArn && secret.SecretStatus === "active" ? { secret: secret.SecretArn } : {}),
      };
    },
    create: makes(acts, /DBInstanceAlreadyExists/),
  };
}

/** The manual snapshots of an instance; of one that had its name before, none. */
export async function snapshotsOf(looks: Access, { name, id }: SeenDatabase, signal: AbortSignal): Promise<OwnSnapshot[]> {
  const snapshots: DBSnapshot[] = [];
  let Marker: string | undefined;
  do {
    const command = new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: name, SnapshotType: "manual", ...(Marker ? { Marker } : {}) });
    const page = await ask(looks, looks.open(RDSClient), command, { signal });
    snapshots.push(...(page.DBSnapshots ?? []));
    Marker = page.Marker;
  } while (Marker);
  return snapshots
    .filter(({ DbiResourceId }) => DbiResourceId === undefined || DbiResourceId === id)
    .map((each) => ({
      name: each.DBSnapshotIdentifier ?? "",
      arn: each.DBSnapshotArn ?? "",
      status: each.Status ?? "unknown",
      sizeGib: each.AllocatedStorage ?? 0,
      takenAt: each.SnapshotCreateTime ?? new Date(0),
      tags: tagsOf(each.TagList),
    }));
}

/** Tags as RDS takes them. */
export const tagList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const tagsOf = (tags: readonly Tag[] = []) => Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
