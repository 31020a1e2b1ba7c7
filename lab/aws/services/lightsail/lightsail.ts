import type { Alarm, GetRelationalDatabaseEventsRequest, Lightsail } from "@aws-sdk/client-lightsail";
import type { Account } from "../../account.ts";
import type { Filled, Operations, Room } from "../../operations.ts";
import { page } from "../../page.ts";
import { deleteAlarm, putAlarm, withState } from "./alarms.ts";
import { BUNDLES } from "./bundles.ts";
import { logEvents, logStreams } from "./log-events.ts";
import { metricData } from "./metric-data.ts";
import { findDatabase, findInstance, tellDatabase, tellInstance } from "./resources.ts";

/** Resources of one answer; Lightsail has a page token and no page size. */
const PAGE = 50;

/** Databases and instances of the world, their metrics, events, logs and alarms. Lightsail knows no resource-level permission for reading. */
export function lightsail(account: Account): Room<Lightsail> {
  return { operations: { ...databases(account), ...instances(account), ...alarms(account) } };
}

function databases(account: Account): Operations<Lightsail> {
  const { world } = account;
  return {
    GetRelationalDatabase: ({ relationalDatabaseName: name }) => ({
      relationalDatabase: tellDatabase(account, findDatabase(account, name)),
    }),
    GetRelationalDatabases: ({ pageToken }) => {
      const { items, ...more } = pageOf(world.lightsailDatabases, pageToken);
      return { relationalDatabases: items.map((database) => tellDatabase(account, database)), ...more };
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

function alarms(account: Account): Operations<Lightsail> {
  const known = new Map<string, Alarm>();
  return {
    PutAlarm: (input) => ({ operations: putAlarm(account, known, input) }),
    DeleteAlarm: ({ alarmName }) => ({ operations: deleteAlarm(account, known, alarmName) }),
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
