import type { CreateDBInstanceMessage, DBInstance } from "@aws-sdk/client-rds";
import type { Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import type { Filled } from "../../../operations.ts";
import type { Named, RdsBook } from "../deeds.ts";
import { addressOf } from "../instances.ts";
import { classOf, familyOf, versionOf } from "../offers.ts";
import { identifier } from "./identifier.ts";
import { placed } from "./network.ts";
import { CARRIED, asAsked, carried, firstPhases, newcomer, raise } from "./newcomer.ts";
import { managePassword, passwordOf, secretName } from "./password.ts";
import { storageOf } from "./storage.ts";

const MEMBERS = [
  ...CARRIED,
  "Engine",
  "EngineVersion",
  "MasterUsername",
  "MasterUserPassword",
  "ManageMasterUserPassword",
  "BackupRetentionPeriod",
  "StorageEncrypted",
  "KmsKeyId",
];

/** CreateDBInstance: everything is checked before anything is made; then the instance is `creating`, and its password is in its secret. */
export function createInstance(book: RdsBook, input: Filled<CreateDBInstanceMessage>): Named {
  const { account } = book;
  carried("CreateDBInstance", input, MEMBERS);
  const name = identifier("DBInstanceIdentifier", input.DBInstanceIdentifier);
  const { password, ...good } = checked(account, input);
  const { EngineVersion, MasterUsername, DBName, AllocatedStorage, BackupRetentionPeriod } = good;
  const rest = newcomer(book, name, { ...input, family: familyOf(EngineVersion), size: AllocatedStorage });
  const managed = password === "managed" ? managePassword(book, name, MasterUsername) : undefined;
  const instance: Named = {
    ...asAsked(input),
    ...rest,
    ...good,
    DBInstanceIdentifier: name,
    Engine: "postgres",
    StorageEncrypted: input.StorageEncrypted ?? false,
    ...(input.KmsKeyId === undefined ? {} : { KmsKeyId: input.KmsKeyId }),
    ...(managed ? { MasterUserSecret: managed.MasterUserSecret } : {}),
    Endpoint: { Address: addressOf(account, name), Port: input.Port ?? 5432 },
  };
  const made = {
    service: "rds" as const,
    name,
    engineVersion: EngineVersion,
    databaseName: DBName,
    username: MasterUsername,
    password: managed?.password ?? (password as { given: string }).given,
  };
  const phases = firstPhases(account, "rdsCreating", BackupRetentionPeriod);
  raise(book, { instance, does: "create", phases, message: "DB instance created", category: "creation" }, () =>
    account.world.hooks?.onCreated?.(made),
  );
  return instance;
}

/** What an instance is to have, each part found good. */
function checked(account: Account, input: Filled<CreateDBInstanceMessage>) {
  if (input.Engine !== "postgres") throw new AwsError("InvalidParameterValue", `Invalid DB engine: ${input.Engine}`);
  return {
    EngineVersion: versionOf(account, input.EngineVersion),
    ...storageOf(input),
    MasterUsername: usernameOf(input.MasterUsername),
    DBName: databaseOf(input.DBName),
    password: passwordOf(input),
    DBInstanceClass: classOf(input.DBInstanceClass),
    BackupRetentionPeriod: retentionOf(input.BackupRetentionPeriod),
    ...placed(account, input),
  };
}

/** Names that a master user of PostgreSQL cannot have. */
const RESERVED = ["admin", "rdsadmin", "rdsrepladmin", "public"];

function usernameOf(given: string | undefined): string {
  if (given === undefined || given === "") {
    throw new AwsError("InvalidParameterValue", "The parameter MasterUsername must be provided and must not be blank.");
  }
  if (!/^[A-Za-z]\w{0,62}$/.test(given)) {
    throw new AwsError("InvalidParameterValue", "MasterUsername must begin with a letter and contain only alphanumeric characters.");
  }
  if (RESERVED.includes(given.toLowerCase())) {
    throw new AwsError("InvalidParameterValue", `MasterUsername ${given} cannot be used as it is a reserved word used by the engine`);
  }
  return given;
}

function databaseOf(given: DBInstance["DBName"] = "postgres"): string {
  if (/^[A-Za-z]\w{0,62}$/.test(given)) return given;
  throw new AwsError("InvalidParameterValue", "DBName must begin with a letter and contain only alphanumeric characters.");
}

/** Days of automatic backups. */
export function retentionOf(given = 1): number {
  if (Number.isInteger(given) && given >= 0 && given <= 35) return given;
  throw new AwsError("InvalidParameterValue", `Invalid backup retention period: ${given}. Must be between 0 and 35.`);
}

/** What else must be allowed to whoever lets RDS manage a password. */
export function secretPermissions(region: string, accountId: string, instance: string) {
  const secret = `arn:aws:secretsmanager:${region}:${accountId}:secret:${secretName(instance)}`;
  return [
    { service: "kms", operation: "DescribeKey" },
    { service: "secretsmanager", operation: "CreateSecret", resource: secret },
    { service: "secretsmanager", operation: "TagResource", resource: secret },
  ];
}
