import type { Alarm, GetRelationalDatabaseEventsRequest, Lightsail, Operation, Tag } from "@aws-sdk/client-lightsail";
import { arnOf, type Account } from "../../account.ts";
import { lightsailPeered } from "../../network.ts";
import type { Filled, Operations, Permission, Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { deleteAlarm, putAlarm, withState } from "./alarms.ts";
import { BUNDLES } from "./bundles.ts";
import type { LightsailBook } from "./databases/book.ts";
import { rebootDatabase, updateDatabase } from "./databases/change.ts";
import { masterPassword } from "./databases/passwords.ts";
import { restoreDatabase } from "./databases/restore.ts";
import { createSnapshot, deleteSnapshot, findSnapshot, snapshotArn, tellSnapshot } from "./databases/snapshots.ts";
import { tellDatabase } from "./databases/tell.ts";
import { logEvents, logStreams } from "./log-events.ts";
import { metricData } from "./metric-data.ts";
import { findDatabase, findInstance, notFound, tellInstance } from "./resources.ts";

/** Resources of one answer; Lightsail has a page token and no page size. */
const PAGE = 50;

/** Databases and instances, what is done to databases, and their metrics, events, logs and alarms; without resource-level permissions for reading. */
export function lightsail(account: Account): Room<Lightsail> {
  const book: LightsailBook = { account, snapshots: [], deeds: [], operations: new Map(), passwords: new Map() };
  const operations = { ...databases(book), ...changes(book), ...instances(account), ...alarms(book), ...rest(book) };
  return { operations, resources: resources(account), also: onNew() };
}

function databases(book: LightsailBook): Operations<Lightsail> {
  const { account } = book;
  const { world } = account;
  return {
    GetRelationalDatabase: ({ relationalDatabaseName: name }) => ({
      relationalDatabase: tellDatabase(book, findDatabase(account, name)),
    }),
    GetRelationalDatabases: ({ pageToken }) => {
      const { items, ...more } = pageOf(world.lightsailDatabases, pageToken);
      return { relationalDatabases: items.map((database) => tellDatabase(book, database)), ...more };
    },
    GetRelationalDatabaseMetricData: ({ relationalDatabaseName, ...wanted }) => {
      const { name } = findDatabase(account, relationalDatabaseName);
      return metricData(account, { ...wanted, namespace: "lightsail-database", dimension: name });
    },
    GetRelationalDatabaseEvents: (input) => events(account, input),
    GetRelationalDatabaseBundles: ({ pageToken }) => {
      const { items, ...more } = pageOf(BUNDLES, pageToken);
      return { bundles: items, ...more };
    },
    GetRelationalDatabaseLogStreams: ({ relationalDatabaseName: name }) => ({
      logStreams: logStreams(account, findDatabase(account, name).name),
    }),
    GetRelationalDatabaseLogEvents: (input) => logEvents(account, input),
  };
}

function changes(book: LightsailBook): Operations<Lightsail> {
  return {
    CreateRelationalDatabaseSnapshot: (input) => ({ operations: createSnapshot(book, input) }),
    GetRelationalDatabaseSnapshot: ({ relationalDatabaseSnapshotName: name }) => ({
      relationalDatabaseSnapshot: tellSnapshot(book, findSnapshot(book, name)),
    }),
    GetRelationalDatabaseSnapshots: ({ pageToken }) => {
      const { items, ...more } = pageOf(book.snapshots, pageToken);
      return { relationalDatabaseSnapshots: items.map((snapshot) => tellSnapshot(book, snapshot)), ...more };
    },
    DeleteRelationalDatabaseSnapshot: ({ relationalDatabaseSnapshotName: name }) => ({ operations: deleteSnapshot(book, name) }),
    CreateRelationalDatabaseFromSnapshot: (input) => ({ operations: restoreDatabase(book, input) }),
    RebootRelationalDatabase: (input) => ({ operations: rebootDatabase(book, input) }),
    UpdateRelationalDatabase: (input) => ({ operations: updateDatabase(book, input) }),
    GetRelationalDatabaseMasterUserPassword: (input) => masterPassword(book, input),
  };
}

function rest({ account, operations }: LightsailBook): Operations<Lightsail> {
  return {
    GetOperation: ({ operationId }) => ({ operation: operations.get(operationId)?.() ?? notFound("Operation", operationId) }),
    IsVpcPeered: () => ({ isPeered: lightsailPeered(account) }),
  };
}

type OnDatabase = { relationalDatabaseName: string };
type FromSnapshot = OnDatabase & { relationalDatabaseSnapshotName?: string; sourceRelationalDatabaseName?: string; tags?: Tag[] };

function resources(account: Account): NonNullable<Room<Lightsail>["resources"]> {
  const database = (name: string) =>
    account.world.lightsailDatabases.find((each) => each.name === name)?.arn ?? arnOf(account, "lightsail", `RelationalDatabase/${name}`);
  const onDatabase = ({ relationalDatabaseName }: OnDatabase) => [database(relationalDatabaseName)];
  return {
    RebootRelationalDatabase: onDatabase,
    UpdateRelationalDatabase: onDatabase,
    GetRelationalDatabaseMasterUserPassword: onDatabase,
    DeleteRelationalDatabaseSnapshot: ({ relationalDatabaseSnapshotName }: { relationalDatabaseSnapshotName: string }) => [
      snapshotArn(account, relationalDatabaseSnapshotName),
    ],
    CreateRelationalDatabaseFromSnapshot: ({ relationalDatabaseSnapshotName: snapshot, sourceRelationalDatabaseName }: FromSnapshot) => [
      snapshot === undefined ? database(sourceRelationalDatabaseName ?? "*") : snapshotArn(account, snapshot),
    ],
  };
}

/** Tags on something new need the permission to tag. */
function onNew() {
  const tagging = ({ tags }: { tags?: Tag[] }): Permission[] => (tags?.length ? [{ service: "lightsail", operation: "TagResource" }] : []);
  return { CreateRelationalDatabaseSnapshot: tagging, CreateRelationalDatabaseFromSnapshot: tagging };
}

function events(
  account: Account,
  { relationalDatabaseName, durationInMinutes = 60, pageToken }: Filled<GetRelationalDatabaseEventsRequest>,
) {
  const { name } = findDatabase(account, relationalDatabaseName);
  const now = account.clock.now();
  const since = now.getTime() - durationInMinutes * 60_000;
  const told = (account.world.events ?? []).filter(
    (event) => event.of === "lightsail" && event.name === name && event.at.getTime() >= since && event.at <= now,
  );
  const { items, ...more } = pageOf(told, pageToken);
  const relationalDatabaseEvents = items.map(({ at, message, categories = [] }) => ({
    resource: name,
    createdAt: at,
    message,
    eventCategories: categories,
  }));
  return { relationalDatabaseEvents, ...more };
}

function instances(account: Account): Operations<Lightsail> {
  return {
    GetInstance: ({ instanceName }) => ({ instance: tellInstance(account, findInstance(account, instanceName)) }),
    GetInstances: ({ pageToken }) => {
      const { items, ...more } = pageOf(account.world.lightsailInstances, pageToken);
      return { instances: items.map((instance) => tellInstance(account, instance)), ...more };
    },
    GetInstanceMetricData: ({ instanceName, ...wanted }) => {
      const { name } = findInstance(account, instanceName);
      return metricData(account, { ...wanted, namespace: "lightsail-instance", dimension: name });
    },
  };
}

function alarms({ account, operations }: LightsailBook): Operations<Lightsail> {
  const known = new Map<string, Alarm>();
  const noted = (ended: Operation[]) => {
    for (const operation of ended) operations.set(operation.id ?? "", () => operation);
    return { operations: ended };
  };
  return {
    PutAlarm: (input) => noted(putAlarm(account, known, input)),
    DeleteAlarm: ({ alarmName }) => noted(deleteAlarm(account, known, alarmName)),
    GetAlarms: ({ alarmName, monitoredResourceName, pageToken }) => {
      const found = [...known.values()].filter(
        ({ name, monitoredResourceInfo }) =>
          (alarmName ?? name) === name && (monitoredResourceName ?? monitoredResourceInfo?.name) === monitoredResourceInfo?.name,
      );
      const { items, ...more } = pageOf(found, pageToken);
      return { alarms: items.map((alarm) => withState(account, alarm)), ...more };
    },
  };
}

function pageOf<Item>(all: readonly Item[], token: string | undefined): { items: Item[]; nextPageToken?: string } {
  const { items, next } = page(all, { token, size: PAGE, error: "InvalidInputException" });
  return next ? { items, nextPageToken: next } : { items };
}
