import type { STS } from "@aws-sdk/client-sts";
import { randomBytes } from "node:crypto";
import { accessDenied, type Account } from "../account.ts";
import { invalid } from "../aws-error.ts";
import { newId, newKey } from "../credentials.ts";
import type { Room } from "../operations.ts";

const ROLE = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,64})$/;

/** Who am I, and sessions of roles: their keys sign calls until they expire on the account's clock. */
export function sts(account: Account): Room<STS> {
  return {
    operations: {
      GetCallerIdentity: (_, { principal }) => ({ UserId: principal.userId, Account: accountOf(principal.arn), Arn: principal.arn }),
      AssumeRole: ({ RoleArn, RoleSessionName, DurationSeconds = 3600, SourceIdentity }, { principal }) => {
        const [, accountId, role] = ROLE.exec(RoleArn) ?? [];
        if (accountId === undefined || role === undefined) throw invalid("roleArn", RoleArn, "Member must be the ARN of a role");
        if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
          throw invalid("roleSessionName", RoleSessionName, "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}");
        }
        if (DurationSeconds < 900) throw invalid("durationSeconds", DurationSeconds, "Member must have value greater than or equal to 900");
        if (account.world.roles && !account.world.roles.includes(RoleArn)) {
          throw accessDenied(account, principal, "sts:AssumeRole", RoleArn);
        }
        const expiresAt = new Date(account.clock.now().getTime() + DurationSeconds * 1000);
        const userId = `AROA${newId(17)}:${RoleSessionName}`;
        const arn = `arn:aws:sts::${accountId}:assumed-role/${role}/${RoleSessionName}`;
        const token = randomBytes(96).toString("base64");
        const key = newKey({ arn, userId }, { token, expiresAt });
        account.keys.set(key.accessKeyId, key);
        return {
          Credentials: { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey, SessionToken: token, Expiration: expiresAt },
          AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
          ...(SourceIdentity === undefined ? {} : { SourceIdentity }),
        };
      },
    },
    resources: { AssumeRole: ({ RoleArn }: { RoleArn: string }) => [RoleArn] },
  };
}

const accountOf = (arn: string) => arn.split(":")[4];
