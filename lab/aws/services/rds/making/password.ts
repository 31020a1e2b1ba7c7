import { AwsError } from "../../../aws-error.ts";
import { steadyHex, steadyUuid } from "../../../credentials.ts";
import { putSecret } from "../../secrets-manager/secrets.ts";
import type { RdsBook } from "../deeds.ts";
import { combination } from "./storage.ts";

type Asked = { ManageMasterUserPassword?: boolean | undefined; MasterUserPassword?: string | undefined };

/** Whose password it is: RDS's, or the caller's; both or neither is refused, and so is a password that is none. */
export function passwordOf({ ManageMasterUserPassword: managed = false, MasterUserPassword: given }: Asked): "managed" | { given: string } {
  if (managed && given !== undefined) {
    throw combination("You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.");
  }
  if (managed) return "managed";
  if (given === undefined || given === "") {
    throw new AwsError("InvalidParameterValue", "The parameter MasterUserPassword must be provided and must not be blank.");
  }
  const because =
    given.length < 8
      ? " because it is shorter than 8 characters."
      : given.length > 128
        ? " because it is longer than 128 characters."
        : /^[!-~]+$/.test(given) && !/[/@"]/.test(given)
          ? undefined
          : ". Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.";
  if (because !== undefined)
    throw new AwsError("InvalidParameterValue", `The parameter MasterUserPassword is not a valid password${because}`);
  return { given };
}

/** The name of the secret that RDS keeps an instance's password in. */
export const secretName = (instance: string): string => `rds!db-${steadyUuid(instance)}`;

/** Think up a password for an instance's master user and keep it in Secrets Manager. */
export function managePassword({ account, secrets }: RdsBook, instance: string, username: string) {
  const name = secretName(instance);
  const turn = secrets.get(name)?.versions.length ?? 0;
  const password = account.world.hooks?.newPassword?.({ service: "rds", name: instance }) ?? steadyHex(`${instance} ${turn}`, 28);
  const { arn } = putSecret(account, secrets, { name, value: JSON.stringify({ username, password }), owner: "rds" });
  const KmsKeyId = `arn:aws:kms:${account.region}:${account.id}:key/${steadyUuid("aws/secretsmanager")}`;
  return { password, MasterUserSecret: { SecretArn: arn, SecretStatus: "active", KmsKeyId } };
}
