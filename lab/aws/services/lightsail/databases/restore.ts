import type { CreateRelationalDatabaseFromSnapshotRequest, Operation, RelationalDatabaseBundle } from "@aws-sdk/client-lightsail";
import { arnOf } from "../../../account.ts";
import { steadyHex, steadyUuid } from "../../../credentials.ts";
import { delayOf } from "../../../delays.ts";
import { backed } from "../../../hooks.ts";
import type { Filled } from "../../../operations.ts";
import { phasesFrom } from "../../../phases.ts";
import { bundleOf } from "../bundles.ts";
import { badInput, common, findDatabase, locationOf } from "../resources.ts";
import { fateOf, operate, type LightsailBook, type Named } from "./book.ts";
import { thinkUp } from "./passwords.ts";
import { findSnapshot, highlyAvailable, newName, snapshotState } from "./snapshots.ts";
import { latestRestorable, tellDatabase } from "./tell.ts";

type Input = Filled<CreateRelationalDatabaseFromSnapshotRequest>;

/** What a new database is made from: a snapshot, or a database as it was at a time. */
type Source = { of: Named; at: Date; snapshot?: string };

/** CreateRelationalDatabaseFromSnapshot: a new database with the old one's data, on the same plan or a larger one, and with a new password. */
export function restoreDatabase(book: LightsailBook, input: Input): Operation[] {
  const { account, deeds } = book;
  const { relationalDatabaseName: name, availabilityZone = locationOf(account).availabilityZone } = input;
  newName(book, name);
  const source = sourceOf(book, input);
  const bundle = planOf(source.of, input.relationalDatabaseBundleId);
  if (!/^[a-f]$/.test(availabilityZone.slice(account.region.length)))
    throw badInput(`${availabilityZone} is not a zone of ${account.region}.`);
  const database = newDatabase(book, { input: { ...input, availabilityZone }, source, bundle });
  const { masterDatabaseName: databaseName = "", masterUsername: username = "", engineVersion = "" } = database;
  const password = thinkUp(book, name);
  const from = { database: source.of.name, at: source.at, ...(source.snapshot === undefined ? {} : { snapshot: source.snapshot }) };
  const made = { service: "lightsail" as const, name, engineVersion, databaseName, username, password, from };
  account.world.lightsailDatabases.push(database);
  const backing = backed(
    () => account.world.hooks?.onRestored?.(made),
    ({ address, port }) => void (database.masterEndpoint = { address, port }),
  );
  const endsBadly = fateOf(book, name, "restore");
  const [phase] = phasesFrom(account.clock.now(), [["creating", delayOf(account, "lightsailCreating")]]);
  deeds.push({ database: name, does: "restore", phase: phase!, backing, endsBadly });
  const details = source.snapshot ?? source.of.name;
  return [operate(book, { type: "CreateRelationalDatabaseFromSnapshot", on: name, details, until: phase!.until, backing, endsBadly })];
}

function sourceOf(book: LightsailBook, input: Input): Source {
  const {
    relationalDatabaseSnapshotName: snapshotName,
    sourceRelationalDatabaseName: sourceName,
    restoreTime,
    useLatestRestorableTime,
  } = input;
  if ((snapshotName === undefined) === (sourceName === undefined)) {
    throw badInput("Either relationalDatabaseSnapshotName or sourceRelationalDatabaseName must be given, and not both.");
  }
  if (snapshotName !== undefined) {
    const snapshot = findSnapshot(book, snapshotName);
    const state = snapshotState(book.account, snapshot);
    if (state !== "available") throw badInput(`The snapshot ${snapshotName} is not available: its state is ${state}.`);
    return { of: snapshot.of, at: snapshot.begunAt, snapshot: snapshotName };
  }
  const of = { ...tellDatabase(book, findDatabase(book.account, sourceName!)), name: sourceName! };
  if ((restoreTime === undefined) === !useLatestRestorableTime) {
    throw badInput("Either restoreTime or useLatestRestorableTime must be given, and not both.");
  }
  const latest = latestRestorable(book);
  const earliest = new Date(latest.getTime() - 7 * 86_400_000);
  const at = restoreTime ?? latest;
  if (at > latest || at < earliest)
    throw badInput(`The restore time must be between ${earliest.toISOString()} and ${latest.toISOString()}.`);
  return { of, at };
}

/** The plan of a new database; one with less memory or less disk than before cannot be had. */
function planOf(of: Named, asked: string | undefined): RelationalDatabaseBundle {
  const had = bundleOf(of.relationalDatabaseBundleId ?? "");
  const wanted = asked === undefined ? had : bundleOf(asked);
  if (!wanted) throw badInput(`The bundle ${asked ?? of.relationalDatabaseBundleId} is not valid.`);
  const smaller = (wanted.ramSizeInGb ?? 0) < (had?.ramSizeInGb ?? 0) || (wanted.diskSizeInGb ?? 0) < (had?.diskSizeInGb ?? 0);
  if (smaller) throw badInput(`The bundle ${wanted.bundleId} is smaller than ${had?.bundleId}, the one of the database it is made from.`);
  return wanted;
}

type Wanted = { input: Input & { availabilityZone: string }; source: Source; bundle: RelationalDatabaseBundle };

function newDatabase({ account }: LightsailBook, { input, source: { of }, bundle }: Wanted): Named {
  const { relationalDatabaseName: name, availabilityZone: zone } = input;
  const { cpuCount, diskSizeInGb, ramSizeInGb } = bundle;
  return {
    ...common(account, "RelationalDatabase", name),
    arn: arnOf(account, "lightsail", `RelationalDatabase/${steadyUuid(`database ${name}`)}`),
    createdAt: account.clock.now(),
    tags: input.tags ?? [],
    location: { ...locationOf(account), availabilityZone: zone },
    ...(highlyAvailable(bundle.bundleId) ? { secondaryAvailabilityZone: `${account.region}${zone.endsWith("a") ? "b" : "a"}` } : {}),
    relationalDatabaseBlueprintId: of.relationalDatabaseBlueprintId,
    relationalDatabaseBundleId: bundle.bundleId,
    hardware: { cpuCount, diskSizeInGb, ramSizeInGb },
    masterDatabaseName: of.masterDatabaseName,
    masterUsername: of.masterUsername,
    engine: of.engine,
    engineVersion: of.engineVersion,
    publiclyAccessible: input.publiclyAccessible ?? false,
    masterEndpoint: { address: `ls-${steadyHex(name, 40)}.c1.${account.region}.rds.amazonaws.com`, port: 5432 },
  };
}
