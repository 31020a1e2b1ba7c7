import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  RDSClient,
  type CreateDBInstanceCommandInput,
  type DBInstance,
} from "@aws-sdk/client-rds";
import type { AwsWorld } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { clientOf, started } from "../started.ts";

/** When the account's clock stands still at first. */
export const NOW = new Date("2026-11-05T09:00:00Z");

/** Minutes in ms. */
export const MINUTE = 60_000;

/** What a guarded repair asks for: everything said, nothing left to a default. */
export const WANTED = {
  DBInstanceIdentifier: "incident-7-db",
  DBInstanceClass: "db.t4g.small",
  Engine: "postgres",
  EngineVersion: "15.14",
  AllocatedStorage: 40,
  StorageType: "gp3",
  MasterUsername: "shopadmin",
  ManageMasterUserPassword: true,
  DBName: "shop",
  PubliclyAccessible: false,
  StorageEncrypted: true,
  BackupRetentionPeriod: 7,
  CopyTagsToSnapshot: true,
  DeletionProtection: true,
  MultiAZ: false,
  Tags: [{ Key: "incident", Value: "7" }],
} satisfies CreateDBInstanceCommandInput;

/** An account with one instance, `shop`, and what its tests ask of it. */
export async function rdsAccount(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(NOW);
  const aws = await started({ rdsInstances: [{ DBInstanceIdentifier: "shop" }], ...world }, clock);
  const client = new RDSClient(clientOf(aws));
  const told = async (DBInstanceIdentifier = WANTED.DBInstanceIdentifier): Promise<DBInstance | undefined> =>
    (await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
  return {
    aws,
    client,
    clock,
    told,
    status: async (name?: string) => (await told(name))?.DBInstanceStatus,
    create: (differs: Partial<CreateDBInstanceCommandInput> = {}) => client.send(new CreateDBInstanceCommand({ ...WANTED, ...differs })),
    events: async (SourceIdentifier = WANTED.DBInstanceIdentifier) =>
      (await client.send(new DescribeEventsCommand({ SourceType: "db-instance", SourceIdentifier, Duration: 1440 }))).Events?.map(
        ({ Message, Date: at, EventCategories }) => `${at!.toISOString().slice(11, 16)} ${EventCategories?.join()}: ${Message}`,
      ),
  };
}
