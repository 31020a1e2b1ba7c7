import type {
  CreateDBInstanceMessage,
  ModifyDBInstanceMessage,
  RDS,
  RestoreDBInstanceFromDBSnapshotMessage,
  Tag,
} from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../account.ts";
import { networkOf } from "../../network.ts";
import type { Filled, Operations, Permission, Room } from "../../operations.ts";
import type { Secrets } from "../secrets-manager/secrets.ts";
import type { Named, RdsBook } from "./deeds.ts";
import { describeEvents } from "./events.ts";
import { describeInstances, pageOf, tellInstance } from "./instances.ts";
import { createInstance, secretPermissions } from "./making/create.ts";
import { modifyInstance } from "./making/modify.ts";
import { subnetGroup } from "./making/network.ts";
import { rebootInstance } from "./making/reboot.ts";
import { restoreInstance } from "./making/restore.ts";
import { describeEngineVersions, describeOrderable, familyOf, versionOf } from "./offers.ts";
import { createSnapshot, describeSnapshots, findSnapshot, tellSnapshot } from "./snapshots.ts";
import { addTags, tagsOf } from "./tags.ts";

/** Instances of the world and those that are made here, what happens to them, and snapshots; all in their own time on the account's clock. */
export function rds(account: Account, secrets: Secrets): Room<RDS> {
  const book: RdsBook = { account, snapshots: [], deeds: [], waiting: new Map(), secrets };
  return { operations: { ...looks(book), ...changes(book) }, resources: resources(book), also: also(book) };
}

function looks(book: RdsBook): Operations<RDS> {
  const { account } = book;
  return {
    DescribeDBInstances: (input) => describeInstances(book, input),
    DescribeEvents: (input) => describeEvents(book, input),
    DescribeDBSnapshots: (input) => describeSnapshots(book, input),
    DescribeDBEngineVersions: (input) => describeEngineVersions(account, input),
    DescribeOrderableDBInstanceOptions: (input) => describeOrderable(account, input),
    DescribeDBSubnetGroups: ({ DBSubnetGroupName: name, MaxRecords, Marker }) => {
      const names = name === undefined ? networkOf(account).dbSubnetGroups.map((group) => group.name) : [name];
      const { items, ...more } = pageOf(names, { MaxRecords, Marker });
      return { DBSubnetGroups: items.map((each) => subnetGroup(account, each)), ...more };
    },
    ListTagsForResource: ({ ResourceName }) => ({ TagList: tagsOf(book, ResourceName) }),
  };
}

function changes(book: RdsBook): Operations<RDS> {
  const told = (instance: Named) => ({ DBInstance: tellInstance(book, instance) });
  return {
    CreateDBSnapshot: (input) => ({ DBSnapshot: tellSnapshot(book.account, createSnapshot(book, input)) }),
    CreateDBInstance: (input) => told(createInstance(book, input)),
    RestoreDBInstanceFromDBSnapshot: (input) => told(restoreInstance(book, input)),
    ModifyDBInstance: (input) => told(modifyInstance(book, input)),
    RebootDBInstance: (input) => told(rebootInstance(book, input)),
    AddTagsToResource: (input) => (addTags(book, input), {}),
  };
}

type OnInstance = { DBInstanceIdentifier?: string };
type OnSnapshot = { DBSnapshotIdentifier?: string };
type New = Filled<CreateDBInstanceMessage> | Filled<RestoreDBInstanceFromDBSnapshotMessage>;

/** What permission is asked for: names as the caller gave them, and the groups that a new instance comes to lie in. */
function resources(book: RdsBook): NonNullable<Room<RDS>["resources"]> {
  const { account } = book;
  const arn = (resource: string) => arnOf(account, "rds", resource);
  const db = ({ DBInstanceIdentifier = "*" }: OnInstance) => arn(`db:${DBInstanceIdentifier}`);
  const snapshot = ({ DBSnapshotIdentifier = "*" }: OnSnapshot) => arn(`snapshot:${DBSnapshotIdentifier}`);
  const groups = (input: New, family: string) => [
    arn(`og:default:${family.replace("postgres", "postgres-")}`),
    arn(`pg:${input.DBParameterGroupName ?? `default.${family}`}`),
    arn(`subgrp:${input.DBSubnetGroupName ?? "default"}`),
  ];
  const onResource = ({ ResourceName }: { ResourceName: string }) => [ResourceName];
  return {
    DescribeDBInstances: (input: OnInstance) => [db(input)],
    DescribeDBSnapshots: (input: OnSnapshot) => [snapshot(input)],
    DescribeDBSubnetGroups: ({ DBSubnetGroupName = "*" }: { DBSubnetGroupName?: string }) => [arn(`subgrp:${DBSubnetGroupName}`)],
    CreateDBSnapshot: (input: OnInstance & OnSnapshot) => [db(input), snapshot(input)],
    CreateDBInstance: (input: Filled<CreateDBInstanceMessage>) => [
      db(input),
      ...groups(input, familyOf(versionOf(account, input.EngineVersion))),
    ],
    RestoreDBInstanceFromDBSnapshot: (input: Filled<RestoreDBInstanceFromDBSnapshotMessage>) => [
      db(input),
      snapshot(input as OnSnapshot),
      ...groups(input, familyOf(findSnapshot(book, input.DBSnapshotIdentifier ?? "").of.EngineVersion ?? "")),
    ],
    ModifyDBInstance: (input: OnInstance) => [db(input)],
    RebootDBInstance: (input: OnInstance) => [db(input)],
    ListTagsForResource: onResource,
    AddTagsToResource: onResource,
  };
}

/** Tags on something new need the permission to tag it, and a managed password those to make its secret. */
function also({ account }: RdsBook): NonNullable<Room<RDS>["also"]> {
  const { region, id } = account;
  const tags = (Tags: Tag[] | undefined, resource: string): Permission[] =>
    Tags?.length ? [{ service: "rds", operation: "AddTagsToResource", resource: arnOf(account, "rds", resource) }] : [];
  const onNew = (input: New) => tags(input.Tags, `db:${input.DBInstanceIdentifier}`);
  const secret = (input: { DBInstanceIdentifier: string; ManageMasterUserPassword?: boolean | undefined }) =>
    input.ManageMasterUserPassword ? secretPermissions(region, id, input.DBInstanceIdentifier.toLowerCase()) : [];
  return {
    CreateDBSnapshot: ({ Tags, DBSnapshotIdentifier }: { Tags?: Tag[]; DBSnapshotIdentifier: string }) =>
      tags(Tags, `snapshot:${DBSnapshotIdentifier}`),
    CreateDBInstance: (input: Filled<CreateDBInstanceMessage>) => [...onNew(input), ...secret(input)],
    RestoreDBInstanceFromDBSnapshot: onNew,
    ModifyDBInstance: (input: Filled<ModifyDBInstanceMessage>) => secret(input),
  };
}
