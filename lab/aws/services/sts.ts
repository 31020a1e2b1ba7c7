import type { AssumeRoleRequest, STS } from "@aws-sdk/client-sts";
import { randomBytes } from "node:crypto";
import { accessDenied, type Account } from "../account.ts";
import { invalid } from "../aws-error.ts";
import { newId, newKey, type Principal } from "../credentials.ts";
import type { Filled, Permission, Room } from "../operations.ts";

const ROLE = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,64})$/;
const NAME = /^[\w+=,.@-]{2,64}$/;

/** Who am I, and sessions of roles: their keys sign calls until they expire on the account's clock. */
export function sts(account: Account): Room<STS> {
  return {
    operations: {
      GetCallerIdentity: (_, { principal }) => ({ UserId: principal.userId, Account: accountOf(principal.arn), Arn: principal.arn }),
      AssumeRole: (input, { principal }) => assumeRole(account, input, principal),
    },
    resources: { AssumeRole: ({ RoleArn }: { RoleArn: string }) => [RoleArn] },
    also: {
      AssumeRole: ({ RoleArn, SourceIdentity }: { RoleArn: string; SourceIdentity?: string }): Permission[] =>
        SourceIdentity === undefined ? [] : [{ service: "sts", operation: "SetSourceIdentity", resource: RoleArn }],
    },
  };
}

/** AssumeRole: a session that names itself in every call; who is behind it stays the same through all sessions that it opens in turn. */
function assumeRole(account: Account, input: Filled<AssumeRoleRequest>, principal: Principal) {
  const { RoleArn, RoleSessionName, DurationSeconds = 3600 } = input;
  const { accountId, role } = checked(account, input, principal);
  const SourceIdentity = principal.sourceIdentity ?? input.SourceIdentity;
  if (input.SourceIdentity !== undefined && input.SourceIdentity !== SourceIdentity) {
    throw accessDenied(account, principal, { action: "sts:SetSourceIdentity", resource: RoleArn });
  }
  const expiresAt = new Date(account.clock.now().getTime() + DurationSeconds * 1000);
  const userId = `AROA${newId(17)}:${RoleSessionName}`;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${role}/${RoleSessionName}`;
  const token = randomBytes(96).toString("base64");
  const identity = SourceIdentity === undefined ? {} : { sourceIdentity: SourceIdentity };
  const key = newKey({ arn, userId, ...identity }, { token, expiresAt });
  account.keys.set(key.accessKeyId, key);
  return {
    Credentials: { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey, SessionToken: token, Expiration: expiresAt },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    ...(SourceIdentity === undefined ? {} : { SourceIdentity }),
  };
}

function checked(account: Account, input: Filled<AssumeRoleRequest>, principal: Principal): { accountId: string; role: string } {
  const { RoleArn, RoleSessionName, DurationSeconds = 3600, SourceIdentity = RoleSessionName } = input;
  const [, accountId, role] = ROLE.exec(RoleArn) ?? [];
  if (accountId === undefined || role === undefined) throw invalid("roleArn", RoleArn, "Member must be the ARN of a role");
  const pattern = "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}";
  if (!NAME.test(RoleSessionName)) throw invalid("roleSessionName", RoleSessionName, pattern);
  if (!NAME.test(SourceIdentity)) throw invalid("sourceIdentity", SourceIdentity, pattern);
  if (DurationSeconds < 900) throw invalid("durationSeconds", DurationSeconds, "Member must have value greater than or equal to 900");
  // One role that assumes another has an hour, whatever the other allows.
  const most = principal.arn.includes(":assumed-role/") ? 3_600 : 43_200;
  if (DurationSeconds > most) throw invalid("durationSeconds", DurationSeconds, `Member must have value less than or equal to ${most}`);
  if (account.world.roles && !account.world.roles.includes(RoleArn)) {
    throw accessDenied(account, principal, { action: "sts:AssumeRole", resource: RoleArn });
  }
  return { accountId, role };
}

const accountOf = (arn: string) => arn.split(":")[4];
