import type { RelationalDatabase } from "@aws-sdk/client-lightsail";
import { AwsError } from "../../../aws-error.ts";
import { bundleOf } from "../bundles.ts";
import { common } from "../resources.ts";
import { deedsOf, stateOf, type LightsailBook, type Named } from "./book.ts";

/** A database as AWS tells it: what the world leaves out is filled in, and what was done to it shows. */
export function tellDatabase(book: LightsailBook, database: Named): RelationalDatabase {
  const { account } = book;
  const bundle = bundleOf(database.relationalDatabaseBundleId ?? "micro_2_0");
  const { cpuCount, diskSizeInGb, ramSizeInGb } = bundle ?? {};
  const now = account.clock.now();
  const done = deedsOf(book, database.name).filter(({ phase, backing }) => phase.until <= now && backing.state === "there");
  const told = {
    ...common(account, "RelationalDatabase", database.name),
    relationalDatabaseBlueprintId: "postgres_15",
    relationalDatabaseBundleId: "micro_2_0",
    masterDatabaseName: "dbmaster",
    masterUsername: "dbmasteruser",
    engine: "postgres",
    engineVersion: "15.14",
    backupRetentionEnabled: true,
    pendingModifiedValues: {},
    pendingMaintenanceActions: [],
    parameterApplyStatus: "in-sync",
    preferredBackupWindow: "19:30-20:00",
    preferredMaintenanceWindow: "sun:18:00-sun:18:30",
    publiclyAccessible: false,
    caCertificateIdentifier: "rds-ca-rsa2048-g1",
    latestRestorableTime: latestRestorable(book),
    hardware: bundle ? { cpuCount, diskSizeInGb, ramSizeInGb } : {},
    ...database,
    ...Object.assign({}, ...done.map(({ changes }) => changes ?? {})),
    state: stateOf(book, database),
  };
  return unmade(book, database.name) ? { ...told, masterEndpoint: undefined, latestRestorableTime: undefined } : told;
}

/** Backups of the log are five minutes behind. */
export const latestRestorable = ({ account }: LightsailBook): Date => new Date(account.clock.now().getTime() - 5 * 60_000);

/** A new database has no endpoint before it is there. */
function unmade(book: LightsailBook, name: string): boolean {
  const made = deedsOf(book, name).find(({ does }) => does === "restore");
  return (
    made !== undefined && (made.backing.state !== "there" || made.endsBadly !== undefined || made.phase.until > book.account.clock.now())
  );
}

/** Refuse what only a database that is available can have done to it. */
export function usable(book: LightsailBook, database: Named): void {
  const state = stateOf(book, database);
  if (state === "available") return;
  throw new AwsError("OperationFailureException", `The RelationalDatabase ${database.name} is not available: its state is ${state}.`, {
    code: "OperationFailureException",
    docs: "",
    tip: "",
  });
}
