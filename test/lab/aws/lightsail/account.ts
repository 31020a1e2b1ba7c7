import {
  CreateRelationalDatabaseFromSnapshotCommand,
  CreateRelationalDatabaseSnapshotCommand,
  GetOperationCommand,
  GetRelationalDatabaseCommand,
  GetRelationalDatabaseMasterUserPasswordCommand,
  GetRelationalDatabaseSnapshotCommand,
  LightsailClient,
  RebootRelationalDatabaseCommand,
  UpdateRelationalDatabaseCommand,
  type CreateRelationalDatabaseFromSnapshotCommandInput,
  type Operation,
  type UpdateRelationalDatabaseCommandInput,
} from "@aws-sdk/client-lightsail";
import type { AwsWorld } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { clientOf, started } from "../started.ts";

/** When the account's clock stands still at first. */
export const NOW = new Date("2026-11-05T09:00:00Z");

/** Minutes in ms. */
export const MINUTE = 60_000;

/** How what a repair makes is marked. */
export const TAGS = [{ key: "managed-by", value: "incident-bot" }];

/** An account with a database on a standard plan, `shop-db`, and one with a standby, `ha-db`. */
export async function lightsail(world: Partial<AwsWorld> = {}) {
  const clock = virtualClock(NOW);
  const databases = [
    { name: "shop-db", relationalDatabaseBundleId: "small_2_0" },
    { name: "ha-db", relationalDatabaseBundleId: "small_ha_2_0" },
  ];
  const aws = await started({ lightsailDatabases: databases, lightsailInstances: [{ name: "shop-web" }], ...world }, clock);
  const client = new LightsailClient(clientOf(aws));
  const told = async (relationalDatabaseName = "shop-db") =>
    (await client.send(new GetRelationalDatabaseCommand({ relationalDatabaseName }))).relationalDatabase;
  return {
    aws,
    client,
    clock,
    told,
    state: async (name?: string) => (await told(name))?.state,
    snapshot: (relationalDatabaseSnapshotName = "incident-7", relationalDatabaseName = "shop-db") =>
      client.send(new CreateRelationalDatabaseSnapshotCommand({ relationalDatabaseName, relationalDatabaseSnapshotName, tags: TAGS })),
    snapshotState: async () =>
      (await client.send(new GetRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: "incident-7" })))
        .relationalDatabaseSnapshot?.state,
    restore: (differs: Partial<CreateRelationalDatabaseFromSnapshotCommandInput> = {}) =>
      client.send(
        new CreateRelationalDatabaseFromSnapshotCommand({
          relationalDatabaseName: "incident-7-db",
          relationalDatabaseSnapshotName: "incident-7",
          tags: TAGS,
          ...differs,
        }),
      ),
    update: (input: Omit<UpdateRelationalDatabaseCommandInput, "relationalDatabaseName">) =>
      client.send(new UpdateRelationalDatabaseCommand({ relationalDatabaseName: "shop-db", ...input })),
    reboot: () => client.send(new RebootRelationalDatabaseCommand({ relationalDatabaseName: "shop-db" })),
    password: async (relationalDatabaseName = "shop-db", passwordVersion: "CURRENT" | "PREVIOUS" | "PENDING" = "CURRENT") =>
      (await client.send(new GetRelationalDatabaseMasterUserPasswordCommand({ relationalDatabaseName, passwordVersion })))
        .masterUserPassword,
    operation: async (operations: Operation[] | undefined) =>
      (await client.send(new GetOperationCommand({ operationId: operations?.[0]?.id }))).operation,
  };
}
