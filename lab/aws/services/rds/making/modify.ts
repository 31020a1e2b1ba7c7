import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from "@aws-sdk/client-rds";
import type { Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import { delayOf, type DatabaseDelays } from "../../../delays.ts";
import type { Filled } from "../../../operations.ts";
import { phasesFrom } from "../../../phases.ts";
import { begin, statusOf, type Named, type RdsBook, type Told } from "../deeds.ts";
import { findInstance, tellInstance } from "../instances.ts";
import { classOf } from "../offers.ts";
import { retentionOf } from "./create.ts";
import { securityGroups } from "./network.ts";
import { carried } from "./newcomer.ts";
import { managePassword, passwordOf } from "./password.ts";
import { combination, storageOf } from "./storage.ts";

/** Members that take effect in a maintenance window unless they are to be applied at once. */
const WAITING = ["AllocatedStorage", "StorageType", "Iops", "StorageThroughput", "DBInstanceClass", "MultiAZ"] as const;
/** Members that RDS changes as soon as it can, whatever else is said. */
const AT_ONCE = ["BackupRetentionPeriod", "CopyTagsToSnapshot", "DeletionProtection", "PubliclyAccessible", "VpcSecurityGroupIds"] as const;
const PASSWORD = ["ManageMasterUserPassword", "MasterUserPassword", "RotateMasterUserPassword"] as const;

type Input = Filled<ModifyDBInstanceMessage>;

/** ModifyDBInstance: what is asked for is so after `modifying`; storage is optimized after that, and a password is reset. */
export function modifyInstance(book: RdsBook, input: Input): Named {
  carried("ModifyDBInstance", input, ["DBInstanceIdentifier", "ApplyImmediately", ...WAITING, ...AT_ONCE, ...PASSWORD]);
  const instance = findInstance(book.account, input.DBInstanceIdentifier);
  const name = instance.DBInstanceIdentifier;
  const status = statusOf(book, instance);
  const waiting = { ...book.waiting.get(name), ...pick(input, WAITING) } as PendingModifiedValues;
  const storage = pick(waiting, ["AllocatedStorage", "StorageType", "Iops", "StorageThroughput"]);
  if (status === "storage-optimization" && Object.keys(storage).length > 0) {
    throw combination("You can't currently modify the storage of this DB instance because the previous storage change is being optimized.");
  }
  usable(status);
  const told = tellInstance(book, instance);
  const changes = { ...changedStorage(told, storage), ...changed(waiting) };
  const atOnce = immediately(book.account, told, input);
  // Everything has been found good by now; from here on the instance changes.
  const password = reset(book, instance, input);
  Object.assign(instance, atOnce);
  if (password) instance.MasterUserSecret = password.secret;
  if (!input.ApplyImmediately && Object.keys(pick(input, WAITING)).length > 0) {
    book.waiting.set(name, { ...book.waiting.get(name), ...changes });
  } else if (Object.keys(changes).length > 0) {
    book.waiting.delete(name);
    apply(book, name, changes);
  }
  if (password) credentials(book, name);
  return instance;
}

const pick = <Key extends string>(from: Partial<Record<Key, unknown>>, keys: readonly Key[]) =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));

/** Refuse what only an instance that is in use can have done to it. */
export function usable(status: string): void {
  if (status === "available" || status === "storage-optimization") return;
  throw new AwsError("InvalidDBInstanceStateFault", "Database instance is not in available state.");
}

/** The storage after a change: never less, and when it is more, a tenth more at least. */
function changedStorage(told: DBInstance, asked: PendingModifiedValues): PendingModifiedValues {
  if (Object.keys(asked).length === 0) return {};
  const { AllocatedStorage: had = 0, StorageType: type = "gp3" } = told;
  const wanted = asked.AllocatedStorage ?? had;
  if (wanted < had)
    throw combination(`Invalid storage size: ${wanted} GiB is less than the current ${had} GiB; storage can't be decreased.`);
  const AllocatedStorage = wanted > had ? Math.max(wanted, Math.ceil(had * 1.1)) : had;
  const kept = (asked.StorageType ?? type) === type && type.startsWith("io") ? { Iops: told.Iops } : {};
  const after = storageOf({ ...kept, ...asked, AllocatedStorage, StorageType: asked.StorageType ?? type });
  const differs = Object.entries(after).filter(([member, value]) => told[member as keyof DBInstance] !== value);
  return Object.fromEntries(differs);
}

function changed({ DBInstanceClass, MultiAZ }: PendingModifiedValues): PendingModifiedValues {
  return {
    ...(DBInstanceClass === undefined ? {} : { DBInstanceClass: classOf(DBInstanceClass) }),
    ...(MultiAZ === undefined ? {} : { MultiAZ }),
  };
}

function immediately(account: Account, told: DBInstance, input: Input): Partial<DBInstance> {
  if (input.BackupRetentionPeriod !== undefined) retentionOf(input.BackupRetentionPeriod);
  const { VpcSecurityGroupIds: groups, ...rest } = pick(input, AT_ONCE);
  const vpc = told.DBSubnetGroup?.VpcId;
  return groups === undefined ? rest : { ...rest, VpcSecurityGroups: securityGroups(account, input.VpcSecurityGroupIds ?? [], vpc) };
}

/** Let RDS manage the password, have it think up another, or take the caller's; its secret follows. */
function reset(book: RdsBook, instance: Named, input: Input): { secret: DBInstance["MasterUserSecret"] } | undefined {
  const { ManageMasterUserPassword: manage, MasterUserPassword: given, RotateMasterUserPassword: rotate = false } = input;
  const managed = instance.MasterUserSecret !== undefined;
  if (rotate && !managed)
    throw combination("You can't rotate the password of an instance whose password isn't managed in Secrets Manager.");
  if (manage === undefined && given === undefined && !rotate) return undefined;
  if (managed && manage === undefined && given !== undefined) {
    throw combination("You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
  }
  if (managed && manage === true && !rotate) return undefined;
  const { MasterUsername: username = "postgres" } = tellInstance(book, instance);
  const name = instance.DBInstanceIdentifier;
  const whose = rotate ? "managed" : passwordOf({ ManageMasterUserPassword: manage, MasterUserPassword: given });
  const made = whose === "managed" ? managePassword(book, name, username) : { password: whose.given, MasterUserSecret: undefined };
  if (!made.MasterUserSecret && instance.MasterUserSecret) {
    for (const [key, { arn }] of book.secrets) if (arn === instance.MasterUserSecret.SecretArn) book.secrets.delete(key);
  }
  book.account.world.hooks?.onPassword?.({ service: "rds", name, username, password: made.password });
  return { secret: made.MasterUserSecret };
}

function apply(book: RdsBook, name: string, values: PendingModifiedValues): void {
  const stored = values.AllocatedStorage !== undefined || values.StorageType !== undefined || values.Iops !== undefined;
  const [first, last] = stepsOf(book, ["modifying", "rdsModifying"], stored ? ["storage-optimization", "rdsOptimizing"] : undefined);
  const what = values.AllocatedStorage === undefined ? (stored ? "storage type" : "DB instance class") : "allocated storage";
  const told: Told[] = [
    { at: first.from, message: `Applying modification to ${what}`, category: "configuration change" },
    { at: last.until, message: `Finished applying modification to ${what}`, category: "configuration change" },
  ];
  const phases = first === last ? [first] : [first, last];
  const changes = { at: first.until, values, pending: values };
  begin(book, { instance: name, does: "modify", phases, backing: { state: "there" }, told, changes });
}

function credentials(book: RdsBook, name: string): void {
  const [phase] = stepsOf(book, ["resetting-master-credentials", "rdsPassword"], undefined);
  const told = [{ at: phase.until, message: "Reset master credentials", category: "configuration change" }];
  begin(book, { instance: name, does: "modify", phases: [phase], backing: { state: "there" }, told });
}

type Step = readonly [status: string, delay: keyof DatabaseDelays];

function stepsOf({ account }: RdsBook, first: Step, second: Step | undefined) {
  const steps = second ? [first, second] : [first];
  const phases = phasesFrom(
    account.clock.now(),
    steps.map(([status, delay]) => [status, delayOf(account, delay)] as const),
  );
  return [phases[0]!, phases.at(-1)!] as const;
}
