import { arnOf, type Account } from "../../account.ts";
import { steadyHex } from "../../credentials.ts";

/** A secret with all that was ever in it, the newest last. */
export type Secret = { arn: string; name: string; versions: { id: string; value: string; at: Date }[]; owner?: "rds" };

/** The secrets that services keep for somebody, by name; the world has its own. */
export type Secrets = Map<string, Secret>;

/** The ARN of a secret: its name, and six letters that AWS adds. */
export const secretArn = (account: Account, name: string): string =>
  arnOf(account, "secretsmanager", `secret:${name}-${steadyHex(name, 6)}`);

/** Put a value into a secret, as its current one. */
export function putSecret(
  account: Account,
  secrets: Secrets,
  { name, value, owner }: { name: string; value: string; owner?: "rds" },
): Secret {
  const secret: Secret = secrets.get(name) ?? { arn: secretArn(account, name), name, versions: [], ...(owner ? { owner } : {}) };
  secret.versions.push({ id: steadyVersion(name, secret.versions.length), value, at: account.clock.now() });
  secrets.set(name, secret);
  return secret;
}

const steadyVersion = (name: string, count: number) => steadyHex(`${name} ${count}`, 32);
