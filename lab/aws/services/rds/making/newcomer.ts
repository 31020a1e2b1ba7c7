import type { DBInstance, Tag } from "@aws-sdk/client-rds";
import { arnOf, type Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import { steadyHex } from "../../../credentials.ts";
import { delayOf } from "../../../delays.ts";
import { backed } from "../../../hooks.ts";
import { phasesFrom, type Phase } from "../../../phases.ts";
import { begin, type Named, type RdsBook } from "../deeds.ts";
import { tellInstance } from "../instances.ts";
import { combination } from "./storage.ts";

/** AWS's own limits for an account that has asked for no more. */
const QUOTAS = { rdsInstances: 40, rdsStorageGiB: 100_000 };

/** Members that an instance tells as they were asked for. */
const ASKED = [
  "AutoMinorVersionUpgrade",
  "CACertificateIdentifier",
  "CopyTagsToSnapshot",
  "DatabaseInsightsMode",
  "DeletionProtection",
  "MaxAllocatedStorage",
  "MonitoringInterval",
  "MultiAZ",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
] as const;

/** Members that both CreateDBInstance and RestoreDBInstanceFromDBSnapshot carry out here. */
export const CARRIED: readonly string[] = [
  ...ASKED,
  "AllocatedStorage",
  "AvailabilityZone",
  "DBInstanceClass",
  "DBInstanceIdentifier",
  "DBName",
  "DBParameterGroupName",
  "DBSubnetGroupName",
  "EnablePerformanceInsights",
  "Engine",
  "Iops",
  "LicenseModel",
  "Port",
  "PubliclyAccessible",
  "StorageThroughput",
  "StorageType",
  "Tags",
  "VpcSecurityGroupIds",
];

/** Refuse what this AWS does not carry out, so that nobody believes that it did. */
export function carried(operation: string, input: object, members: readonly string[]): void {
  const strange = Object.keys(input).find((member) => !members.includes(member));
  if (strange !== undefined) throw combination(`The local AWS does not carry out ${operation} with ${strange}.`);
}

/** What an instance tells as it was asked for. */
export function asAsked(input: object): Partial<DBInstance> {
  const given = Object.entries(input).filter(([member]) => (ASKED as readonly string[]).includes(member));
  return { MultiAZ: false, DeletionProtection: false, ...Object.fromEntries(given) };
}

type Asked = {
  family: string;
  size: number;
  AvailabilityZone?: string | undefined;
  DBParameterGroupName?: string | undefined;
  EnablePerformanceInsights?: boolean | undefined;
  MultiAZ?: boolean | undefined;
  Tags?: Tag[] | undefined;
};

/** What every new instance has; its name must be new, and the account's quotas must have room for it. */
export function newcomer(book: RdsBook, name: string, asked: Asked): Partial<DBInstance> {
  const { world, region, clock } = book.account;
  if (world.rdsInstances.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name)) {
    throw new AwsError("DBInstanceAlreadyExistsFault", "DB instance already exists");
  }
  if (asked.MultiAZ && asked.AvailabilityZone !== undefined) {
    throw combination("Requesting a specific availability zone is not valid for Multi-AZ instances.");
  }
  const group = asked.DBParameterGroupName ?? `default.${asked.family}`;
  if (group !== `default.${asked.family}` && !world.dbParameterGroups?.includes(group)) {
    throw new AwsError("DBParameterGroupNotFoundFault", `DBParameterGroup not found: ${group}`);
  }
  withinQuotas(book, asked.size);
  return {
    DbiResourceId: `db-${steadyHex(name, 26).toUpperCase()}`,
    DBInstanceArn: arnOf(book.account, "rds", `db:${name}`),
    InstanceCreateTime: clock.now(),
    AvailabilityZone: asked.AvailabilityZone ?? `${region}a`,
    ...(asked.MultiAZ ? { SecondaryAvailabilityZone: `${region}b` } : {}),
    DBParameterGroups: [{ DBParameterGroupName: group, ParameterApplyStatus: "in-sync" }],
    OptionGroupMemberships: [{ OptionGroupName: `default:${asked.family.replace("postgres", "postgres-")}`, Status: "in-sync" }],
    PerformanceInsightsEnabled: asked.EnablePerformanceInsights ?? false,
    TagList: asked.Tags ?? [],
  };
}

function withinQuotas(book: RdsBook, size: number): void {
  const { world } = book.account;
  const { rdsInstances = QUOTAS.rdsInstances, rdsStorageGiB = QUOTAS.rdsStorageGiB } = world.quotas ?? {};
  if (world.rdsInstances.length >= rdsInstances) {
    throw new AwsError(
      "InstanceQuotaExceededFault",
      "The request cannot be processed because it would exceed the maximum number of instances.",
    );
  }
  const used = world.rdsInstances.reduce((sum, instance) => sum + (tellInstance(book, instance).AllocatedStorage ?? 0), 0);
  if (used + size > rdsStorageGiB) {
    throw new AwsError("StorageQuotaExceededFault", "The request cannot be processed because it would exceed the maximum allowed storage.");
  }
}

/** A new instance is `creating`, and where it has automatic backups it makes the first one before it is available. */
export function firstPhases(account: Account, making: "rdsCreating" | "rdsRestoring", retentionDays: number): Phase[] {
  const backup = ["backing-up", delayOf(account, "rdsBackingUp")] as const;
  return phasesFrom(account.clock.now(), [["creating", delayOf(account, making)], ...(retentionDays > 0 ? [backup] : [])]);
}

type Raised = { instance: Named; does: "create" | "restore"; phases: readonly Phase[]; message: string; category: string };

/** Put a new instance into the world, and have what stands behind it started; where that listens is where the instance is. */
export function raise(book: RdsBook, { instance, does, phases, message, category }: Raised, hook: Parameters<typeof backed>[0]): void {
  const backing = backed(hook, ({ address, port }) => {
    instance.Endpoint = { Address: address, Port: port };
  });
  const made = phases[0]!.until;
  const backup = phases.find(({ status }) => status === "backing-up");
  const told = [
    { at: made, message, category },
    ...(backup
      ? [
          { at: backup.from, message: "Backing up DB instance", category: "backup" },
          { at: backup.until, message: "Finished DB Instance backup", category: "backup" },
        ]
      : []),
  ];
  book.account.world.rdsInstances.push(instance);
  begin(book, { instance: instance.DBInstanceIdentifier, does, phases, backing, told });
}
