import {
  DescribeDBEngineVersionsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  RDSClient,
  type OrderableDBInstanceOption,
} from "@aws-sdk/client-rds";
import type { CreateRdsGp3, RdsWanted, Source } from "../../../remediation/actions/create-rds-gp3.ts";
import type { AwsCall } from "../../../remediation/actions/database.ts";
import { reason, Unseen } from "../../../words/because.ts";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { databaseOf, seenFrom, type Database } from "../lightsail.ts";
import { bundlesOf } from "./bundles.ts";
import { networkFor } from "./network.ts";
import { newRds, tagList } from "./new-rds.ts";

/** Days of automatic backups of a new instance, as Lightsail keeps them. */
const BACKUP_DAYS = 7;

/** Making an RDS instance on gp3 for a Lightsail database. */
export function rdsForLightsail({ name, looks, acts }: Database): CreateRdsGp3 {
  return {
    ...newRds({ looks, acts }),
    look: async (signal) => sourceOf(looks, name, signal),
    versions: async (major, signal) => versionsOf(looks, major, signal),
    orderable: async (kind, version, standby, signal) => {
      const options = await optionsOf(looks, kind, version, signal);
      return options.some(
        ({ StorageType, Vpc, SupportsStorageEncryption, MultiAZCapable }) =>
          StorageType === "gp3" && Vpc !== false && SupportsStorageEncryption === true && (!standby || MultiAZCapable === true),
      );
    },
    network: async (settings, signal) => networkFor(looks, settings, signal),
    callFor,
  };
}

async function sourceOf(looks: Access, name: string, signal: AbortSignal): Promise<Source> {
  const seen = await databaseOf(looks, name, signal);
  if (!seen) throw new Unseen(reason("notThere", "lightsail-database", name));
  const { engine = "unknown", engineVersion: version = "", masterUsername: username = "", masterDatabaseName: database = "" } = seen;
  const ramGib = seen.hardware?.ramSizeInGb ?? (await ramOf(looks, seen.relationalDatabaseBundleId, signal));
  return { ...(await seenFrom(looks, name, seen, signal)), engine, version, ramGib, username, database };
}

async function ramOf(looks: Access, plan: string | undefined, signal: AbortSignal): Promise<number> {
  const ram = (await bundlesOf(looks, signal)).find(({ bundleId }) => bundleId === plan)?.ramSizeInGb;
  if (ram === undefined) throw new Unseen(reason("notThere", "setting", `ramSizeInGb of ${plan ?? "its plan"}`));
  return ram;
}

/** A major's versions are those of its parameter groups' family. */
async function versionsOf(looks: Access, major: string, signal: AbortSignal): Promise<string[]> {
  const versions: string[] = [];
  let Marker: string | undefined;
  do {
    const wanted = { Engine: "postgres", DBParameterGroupFamily: `postgres${major}` };
    const command = new DescribeDBEngineVersionsCommand({ ...wanted, ...(Marker ? { Marker } : {}) });
    const page = await ask(looks, looks.open(RDSClient), command, { signal });
    for (const { EngineVersion: each, Status = "available" } of page.DBEngineVersions ?? [])
      if (each !== undefined && Status === "available") versions.push(each);
    Marker = page.Marker;
  } while (Marker);
  return versions;
}

async function optionsOf(looks: Access, DBInstanceClass: string, EngineVersion: string, signal: AbortSignal) {
  const options: OrderableDBInstanceOption[] = [];
  let Marker: string | undefined;
  do {
    const wanted = { Engine: "postgres", EngineVersion, DBInstanceClass };
    const command = new DescribeOrderableDBInstanceOptionsCommand({ ...wanted, ...(Marker ? { Marker } : {}) });
    const page = await ask(looks, looks.open(RDSClient), command, { signal });
    options.push(...(page.OrderableDBInstanceOptions ?? []));
    Marker = page.Marker;
  } while (Marker);
  return options;
}

/** Neither Iops nor StorageThroughput: below 400 GiB RDS refuses them, and Lightsail has no larger disk. */
function callFor({ name, source, administrator, kind, version, sizeGib, reach, settings, tags }: RdsWanted): AwsCall {
  const { subnetGroup, securityGroups, parameterGroup } = settings;
  const [major = ""] = version.split(".");
  const arn = (resource: string) => reach.subnetGroupArn.replace(/:subgrp:.*$/, `:${resource}`);
  return {
    on: "aws",
    service: "rds",
    operation: "CreateDBInstance",
    resources: [
      arn(`db:${name}`),
      reach.subnetGroupArn,
      arn(`pg:${parameterGroup ?? `default.postgres${major}`}`),
      arn(`og:default:postgres-${major}`),
    ],
    input: {
      DBInstanceIdentifier: name,
      DBInstanceClass: kind,
      Engine: "postgres",
      EngineVersion: version,
      AllocatedStorage: sizeGib,
      StorageType: "gp3",
      StorageEncrypted: true,
      MultiAZ: source.standby,
      MasterUsername: administrator,
      ManageMasterUserPassword: true,
      DBName: source.database,
      DBSubnetGroupName: subnetGroup,
      VpcSecurityGroupIds: [...securityGroups],
      ...(parameterGroup === undefined ? {} : { DBParameterGroupName: parameterGroup }),
      PubliclyAccessible: false,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      BackupRetentionPeriod: BACKUP_DAYS,
      Tags: tagList(tags),
    },
  };
}
