import type { CreateRelationalDatabaseSnapshotRequest, Operation, RelationalDatabaseSnapshot } from "@aws-sdk/client-lightsail";
import { arnOf, type Account } from "../../../account.ts";
import { steadyUuid } from "../../../credentials.ts";
import { delayOf } from "../../../delays.ts";
import { backed } from "../../../hooks.ts";
import type { Filled } from "../../../operations.ts";
import { phasesFrom } from "../../../phases.ts";
import { bundleOf } from "../bundles.ts";
import { badInput, common, findDatabase, notFound } from "../resources.ts";
import { fateOf, operate, type LightsailBook, type Snapshot } from "./book.ts";
import { tellDatabase, usable } from "./tell.ts";

/** Whether a plan has a standby; a snapshot is taken from that, and the database goes on. */
export const highlyAvailable = (bundleId = ""): boolean => bundleId.includes("_ha_");

/** CreateRelationalDatabaseSnapshot: on a standard plan the database is `backing-up` at first, and cannot be used. */
export function createSnapshot(book: LightsailBook, input: Filled<CreateRelationalDatabaseSnapshotRequest>): Operation[] {
  const { account, snapshots, deeds } = book;
  const { relationalDatabaseName, relationalDatabaseSnapshotName: name, tags = [] } = input;
  const database = findDatabase(account, relationalDatabaseName);
  newName(book, name);
  usable(book, database);
  const told = { ...tellDatabase(book, database), name: database.name };
  const begunAt = account.clock.now();
  const endsBadly = fateOf(book, database.name, "snapshot");
  const backing = backed(() => account.world.hooks?.onSnapshot?.({ service: "lightsail", name: database.name, snapshot: name }));
  snapshots.push({ name, of: told, begunAt, tags, fails: endsBadly !== undefined, backing });
  if (!highlyAvailable(told.relationalDatabaseBundleId)) {
    const forMs = delayOf(account, "lightsailStall");
    const [phase] = phasesFrom(begunAt, [["backing-up", forMs]]);
    deeds.push({ database: database.name, does: "snapshot", phase: phase!, backing: { state: "there" }, endsBadly });
    account.world.hooks?.onStall?.({ service: "lightsail", name: database.name, forMs });
  }
  const until = new Date(begunAt.getTime() + delayOf(account, "lightsailSnapshot"));
  const begun = { type: "CreateRelationalDatabaseSnapshot" as const, until, backing, endsBadly };
  return [
    operate(book, { ...begun, on: name, resourceType: "RelationalDatabaseSnapshot", details: database.name }),
    operate(book, { ...begun, on: database.name, details: name }),
  ];
}

/** DeleteRelationalDatabaseSnapshot: it is gone at once, and its name can be had again. */
export function deleteSnapshot(book: LightsailBook, name: string): Operation[] {
  const { of } = findSnapshot(book, name);
  book.snapshots.splice(0, Infinity, ...book.snapshots.filter((each) => each.name !== name));
  const done = { until: book.account.clock.now(), backing: { state: "there" as const }, endsBadly: undefined };
  const type = "DeleteRelationalDatabaseSnapshot" as const;
  return [operate(book, { ...done, type, on: name, resourceType: "RelationalDatabaseSnapshot", details: of.name })];
}

/** A name that can be had: of 2 to 255 letters, digits and hyphens, and of nothing else in the region. */
export function newName({ account, snapshots }: LightsailBook, name: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,253}[a-z0-9]$/i.test(name)) {
    throw badInput(`The name ${name} is not valid: 2 to 255 letters, digits or hyphens, the first and last of them a letter or digit.`);
  }
  const { lightsailDatabases, lightsailInstances } = account.world;
  const used = [...lightsailDatabases, ...lightsailInstances, ...snapshots].some((resource) => resource.name === name);
  if (used) throw badInput(`Some names are already in use: ${name}`);
}

/** The snapshot of this name, or Lightsail's own refusal. */
export function findSnapshot({ snapshots }: LightsailBook, name: string): Snapshot {
  return snapshots.find((snapshot) => snapshot.name === name) ?? notFound("RelationalDatabaseSnapshot", name);
}

/** Whether a snapshot is in the making, there, or never will be. */
export function snapshotState(account: Account, { begunAt, fails, backing }: Snapshot): "creating" | "available" | "failed" {
  const passedMs = account.clock.now().getTime() - begunAt.getTime();
  if (passedMs < delayOf(account, "lightsailSnapshot") || backing.state === "pending") return "creating";
  return fails || backing.state === "failed" ? "failed" : "available";
}

/** A snapshot's ARN: AWS has an id there, not the name. */
export const snapshotArn = (account: Account, name: string): string =>
  arnOf(account, "lightsail", `RelationalDatabaseSnapshot/${steadyUuid(`snapshot ${name}`)}`);

/** A snapshot as AWS tells it, with its state now. */
export function tellSnapshot({ account }: LightsailBook, snapshot: Snapshot): RelationalDatabaseSnapshot {
  const { name, of, begunAt, tags } = snapshot;
  return {
    ...common(account, "RelationalDatabaseSnapshot", name),
    arn: snapshotArn(account, name),
    createdAt: begunAt,
    tags,
    engine: of.engine,
    engineVersion: of.engineVersion,
    sizeInGb: bundleOf(of.relationalDatabaseBundleId ?? "")?.diskSizeInGb,
    state: snapshotState(account, snapshot),
    fromRelationalDatabaseName: of.name,
    fromRelationalDatabaseArn: of.arn,
    fromRelationalDatabaseBundleId: of.relationalDatabaseBundleId,
    fromRelationalDatabaseBlueprintId: of.relationalDatabaseBlueprintId,
  };
}
