import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Room } from "../../operations.ts";
import { secretArn, type Secret, type Secrets } from "./secrets.ts";

/** Reading secrets: those of the world, and those in which RDS keeps the passwords that it manages. */
export function secretsManager(account: Account, secrets: Secrets): Room<SecretsManager> {
  const known = (id: string) => find(account, secrets, id);
  const onSecret = ({ SecretId }: { SecretId: string }) => [known(SecretId)?.arn ?? secretArn(account, SecretId)];
  const there = (id: string) => known(id) ?? notFound("Secrets Manager can't find the specified secret.");
  return {
    operations: {
      GetSecretValue: ({ SecretId, VersionId, VersionStage = VersionId === undefined ? "AWSCURRENT" : undefined }) => {
        const { arn, name, versions } = there(SecretId);
        const index = versions.findIndex(
          ({ id }, each) =>
            (VersionId ?? id) === id && (VersionStage === undefined || stagesOf(versions.length, each).includes(VersionStage)),
        );
        const version = versions[index];
        if (!version) {
          const label = VersionStage === undefined ? `version: ${VersionId}` : `staging label: ${VersionStage}`;
          return notFound(`Secrets Manager can't find the specified secret value for ${label}`);
        }
        const VersionStages = stagesOf(versions.length, index);
        return { ARN: arn, Name: name, VersionId: version.id, SecretString: version.value, VersionStages, CreatedDate: version.at };
      },
      DescribeSecret: ({ SecretId }) => describe(there(SecretId)),
    },
    resources: { GetSecretValue: onSecret, DescribeSecret: onSecret },
  };
}

function describe({ arn, name, versions, owner }: Secret) {
  return {
    ARN: arn,
    Name: name,
    ...(owner ? { OwningService: owner, RotationEnabled: true, RotationRules: { AutomaticallyAfterDays: 7 } } : { RotationEnabled: false }),
    CreatedDate: versions[0]?.at,
    LastChangedDate: versions.at(-1)?.at,
    VersionIdsToStages: Object.fromEntries(
      versions.map(({ id }, index) => [id, stagesOf(versions.length, index)] as const).filter(([, stages]) => stages.length > 0),
    ),
  };
}

const stagesOf = (count: number, index: number): string[] =>
  index === count - 1 ? ["AWSCURRENT"] : index === count - 2 ? ["AWSPREVIOUS"] : [];

/** A secret by its name, its ARN, or its ARN without the letters that AWS adds. */
function find(account: Account, secrets: Secrets, id: string): Secret | undefined {
  const ofWorld = (account.world.secrets ?? []).map(({ name, value }): Secret => {
    const versions = [{ id: secretArn(account, name).slice(-6).padEnd(32, "0"), value, at: new Date("2024-03-01T00:00:00Z") }];
    return { arn: secretArn(account, name), name, versions };
  });
  return [...ofWorld, ...secrets.values()].find(({ arn, name }) => id === name || id === arn || id === arn.slice(0, -7));
}

function notFound(message: string): never {
  throw new AwsError("ResourceNotFoundException", message);
}
